//! `REGISTRY_…`, `DEFAULT_REGISTRIES` and the tables `[[registries]]`: the registries and how to reach them.

use std::fs;
use std::sync::Arc;

use axum::http::HeaderMap;
use engine::RegistryConfig;
use registry::client::{ClientConfig, Credentials, RenewCredentials, TlsConfig};
use url::Url;

use super::error::{Collector, ConfigError, ConfigErrors};
use super::origin::Origin;
use super::places;
use super::secret::{self, unreadable};
use super::{Variables, catalog_mode, docker_config, nginx, pull_host, registry_id, registry_url, settings};

const USERNAME: &str = "REGISTRY_USERNAME";
const PASSWORD: &str = "REGISTRY_PASSWORD";
const PASSWORD_FILE: &str = "REGISTRY_PASSWORD_FILE";
const CA_FILE: &str = "REGISTRY_CA_FILE";
const CLIENT_CERT_FILE: &str = "REGISTRY_CLIENT_CERT_FILE";
const SKIP_TLS_VERIFY: &str = "REGISTRY_SKIP_TLS_VERIFY";
const TRUSTED_HOSTS: &str = "REGISTRY_TRUSTED_HOSTS";
const CONCURRENCY: &str = "REGISTRY_CONCURRENCY";

/// Where programs are, such as those that know credentials: the same for all registries.
const PROGRAMS: &str = "PATH";
/// What belongs to the network, and so counts for registries as well of which only the address is given.
const OF_NETWORK: [&str; 3] = [CA_FILE, TRUSTED_HOSTS, CONCURRENCY];

/// Reads the registries, in the order in which they are shown.
pub(super) fn read(variables: &Variables) -> Result<Vec<RegistryConfig>, ConfigErrors> {
    let mut errors = Collector::default();
    let Some(each) = errors.take_all(each(variables)) else {
        // What is wrong besides the addresses is told too.
        errors.take_all(Details::read(variables));
        return Err(errors.finish());
    };
    let mut registries: Vec<RegistryConfig> = Vec::new();
    for variables in &each {
        let registry = one(variables).and_then(|it| unlike(it, &registries).map_err(ConfigErrors::from));
        registries.extend(errors.take_all(registry.map_err(|errors| errors.told_by(variables))));
    }
    if errors.is_empty() { Ok(registries) } else { Err(errors.finish()) }
}

/// The values of each registry by themselves: those of the environment if it names any, else those of the file.
///
/// Only the first one has variables of its own. The password and the certificate are meant for it, so that others from
/// the environment are not told them.
pub(super) fn each(variables: &Variables) -> Result<Vec<Variables>, ConfigErrors> {
    let own = variables.only(|name| settings::is_of_registry(name) || name == PROGRAMS);
    let shared = variables.only(|name| OF_NETWORK.contains(&name) || name == PROGRAMS);
    let tables = variables.file().map(|it| it.registries.as_slice()).unwrap_or_default();
    if let ([first, others @ ..], false) = (tables, places::is_any_set(variables)) {
        let programs = variables.only(|name| name == PROGRAMS);
        let others = others.iter().map(|it| programs.clone().over(it));
        return Ok([own.over(first)].into_iter().chain(others).collect());
    }
    let mut places = places::read(variables)?.into_iter();
    let first = places.next().map(|place| {
        let origin = Origin::Variable(place.variable.to_owned());
        let own = own.with(registry_url::VARIABLE, place.url.as_str(), origin);
        match place.public.filter(|_| !variables.is_set(pull_host::VARIABLE)) {
            Some(public) => {
                let origin = Origin::Variable(registry_url::VARIABLE.to_owned());
                own.with(pull_host::VARIABLE, &pull_host::of_url(&public), origin)
            }
            None => own,
        }
    });
    let others = places.map(|place| {
        let origin = Origin::Variable(place.variable.to_owned());
        shared.clone().with(registry_url::VARIABLE, place.url.as_str(), origin.clone()).at(origin)
    });
    Ok(first.into_iter().chain(others).collect())
}

/// Reads one registry.
fn one(variables: &Variables) -> Result<RegistryConfig, ConfigErrors> {
    let mut errors = Collector::default();
    let url = errors.take(url(variables));
    let details = errors.take_all(Details::read(variables));
    let (Some(url), Some(details)) = (url, details) else { return Err(errors.finish()) };
    let pull_host = details.pull_host.unwrap_or_else(|| pull_host::of_url(&url));
    // A pull host may have a path, an id is one part of a path.
    let host = pull_host.split('/').next().unwrap_or(&pull_host);
    let id = details.id.unwrap_or_else(|| host.to_owned());
    registry_id::check(registry_id::VARIABLE, &id)?;
    let catalog = errors.take(catalog_mode::of_variables(variables, &url));
    let credentials = errors.take(docker_config::instead(variables, details.credentials, &url));
    let (Some(catalog), Some(credentials)) = (catalog, credentials) else { return Err(errors.finish()) };
    let renew = renewal(variables, &url);
    let client = ClientConfig::new(url);
    let client = ClientConfig {
        credentials,
        renew,
        catalog,
        headers: details.headers,
        tls: details.tls,
        trusted_hosts: details.trusted_hosts,
        concurrency: details.concurrency.unwrap_or(client.concurrency),
        ..client
    };
    Ok(RegistryConfig { id, pull_host, client })
}

/// A registry that has no address of one of the others.
fn unlike(registry: RegistryConfig, others: &[RegistryConfig]) -> Result<RegistryConfig, ConfigError> {
    if others.iter().any(|it| it.id == registry.id) {
        let why = "would have the address of another registry; give that one another REGISTRY_ID";
        return Err(ConfigError::value(registry_id::VARIABLE, &registry.id, why, "REGISTRY_ID=main"));
    }
    Ok(registry)
}

fn url(variables: &Variables) -> Result<Url, ConfigError> {
    match variables.text(registry_url::VARIABLE)? {
        Some(text) => registry_url::parse(registry_url::VARIABLE, text),
        None => {
            let why = "is not set, and Stowage must know where the registry is";
            Err(ConfigError::unseen(registry_url::VARIABLE, why, registry_url::EXAMPLE))
        }
    }
}

/// What is told of a registry besides its address.
struct Details {
    id: Option<String>,
    pull_host: Option<String>,
    credentials: Credentials,
    headers: HeaderMap,
    tls: TlsConfig,
    trusted_hosts: Vec<String>,
    concurrency: Option<usize>,
}

impl Details {
    fn read(variables: &Variables) -> Result<Self, ConfigErrors> {
        let mut errors = Collector::default();
        let id = errors.take(variables.text(registry_id::VARIABLE));
        let pull_host = errors
            .take(variables.text(pull_host::VARIABLE).and_then(|it| it.map(pull_host::parse).transpose()));
        let told = errors.take_all(nginx::read(variables));
        let credentials = errors.take(credentials(variables));
        let tls = errors.take_all(tls(variables));
        let trusted_hosts = errors.take(trusted_hosts(variables));
        let concurrency = errors.take(concurrency(variables));
        let (
            Some(id),
            Some(pull_host),
            Some(told),
            Some(credentials),
            Some(tls),
            Some(trusted_hosts),
            Some(concurrency),
        ) = (id, pull_host, told, credentials, tls, trusted_hosts, concurrency)
        else {
            return Err(errors.finish());
        };
        let credentials = same(credentials, told.credentials)?;
        let id = id.map(str::to_owned);
        Ok(Self { id, pull_host, credentials, headers: told.headers, tls, trusted_hosts, concurrency })
    }
}

/// The credentials from variables of their own or from a header.
fn same(own: Credentials, told: Option<(String, Credentials)>) -> Result<Credentials, ConfigError> {
    match (own, told) {
        (own, None) => Ok(own),
        (Credentials::Anonymous, Some((_, told))) => Ok(told),
        (_, Some((name, _))) => {
            let why = format!("is set and {USERNAME} too, but only one can say who Stowage is");
            Err(ConfigError::unseen(&name, why, "REGISTRY_USERNAME=stowage"))
        }
    }
}

fn credentials(variables: &Variables) -> Result<Credentials, ConfigError> {
    let example = "REGISTRY_USERNAME=stowage REGISTRY_PASSWORD_FILE=/run/secrets/registry-password";
    let password = secret::read(variables, PASSWORD, PASSWORD_FILE, example)?;
    match (variables.text(USERNAME)?, password) {
        (Some(username), Some(password)) => {
            Ok(Credentials::Basic { username: username.to_owned(), password })
        }
        (None, None) => Ok(Credentials::Anonymous),
        (Some(username), None) => {
            let why = format!("has no password beside it; set {PASSWORD} or {PASSWORD_FILE}");
            Err(ConfigError::value(USERNAME, username, why, example))
        }
        (None, Some(_)) => {
            Err(ConfigError::unseen(USERNAME, "is not set, but a password for it is", example))
        }
    }
}

/// Reads the credentials once more, where they lie in a file: a helper's are valid for hours, and a file may be replaced.
fn renewal(variables: &Variables, url: &Url) -> Option<RenewCredentials> {
    let is_file = [PASSWORD_FILE, docker_config::VARIABLE].into_iter().any(|it| variables.is_set(it));
    is_file.then(|| -> RenewCredentials {
        let (variables, url) = (variables.clone(), url.clone());
        Arc::new(move || {
            let read = credentials(&variables).and_then(|it| docker_config::instead(&variables, it, &url));
            read.map_err(|error| error.to_string())
        })
    })
}

fn tls(variables: &Variables) -> Result<TlsConfig, ConfigErrors> {
    let mut errors = Collector::default();
    let ca_pem = errors.take(pem(variables, CA_FILE, &["CERTIFICATE-----"]));
    let client_identity_pem =
        errors.take(pem(variables, CLIENT_CERT_FILE, &["CERTIFICATE-----", "PRIVATE KEY-----"]));
    let skip_verify = errors.take(variables.switch(SKIP_TLS_VERIFY));
    match (ca_pem, client_identity_pem, skip_verify) {
        (Some(ca_pem), Some(client_identity_pem), Some(skip_verify)) => {
            Ok(TlsConfig { ca_pem, client_identity_pem, skip_verify })
        }
        _ => Err(errors.finish()),
    }
}

/// Reads a file that must hold PEM blocks of these kinds.
fn pem(variables: &Variables, name: &'static str, blocks: &[&str]) -> Result<Option<Vec<u8>>, ConfigError> {
    let Some(path) = variables.text(name)? else { return Ok(None) };
    let text = fs::read_to_string(path).map_err(|error| unreadable(name, path, &error))?;
    match blocks.iter().find(|&&block| !text.contains(block)) {
        None => Ok(Some(text.into_bytes())),
        Some(block) => {
            let why = format!("names a file without a block \"-----BEGIN {block}\"");
            Err(ConfigError::value(name, path, why, &format!("{name}=/etc/stowage/registry.pem")))
        }
    }
}

fn trusted_hosts(variables: &Variables) -> Result<Vec<String>, ConfigError> {
    let hosts = variables.list(TRUSTED_HOSTS)?;
    if hosts.iter().any(|host| host.contains(['/', '@', ' '])) {
        let why = "is not a list of hosts with commas between them";
        let example = "REGISTRY_TRUSTED_HOSTS=minio.internal:9000,auth.internal";
        return Err(ConfigError::value(TRUSTED_HOSTS, &hosts.join(","), why, example));
    }
    Ok(hosts)
}

fn concurrency(variables: &Variables) -> Result<Option<usize>, ConfigError> {
    let Some(text) = variables.text(CONCURRENCY)? else { return Ok(None) };
    match text.parse() {
        Ok(number @ 1..=1000) => Ok(Some(number)),
        _ => {
            let why = "is not a number from 1 to 1000";
            Err(ConfigError::value(CONCURRENCY, text, why, "REGISTRY_CONCURRENCY=32"))
        }
    }
}
