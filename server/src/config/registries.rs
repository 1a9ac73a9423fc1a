//! `REGISTRY_…` and `DEFAULT_REGISTRIES`: the registries and how to reach them.

use std::fs;

use engine::RegistryConfig;
use registry::client::{ClientConfig, Credentials, TlsConfig};

use super::error::{Collector, ConfigError, ConfigErrors};
use super::places::{self, Place};
use super::secret::{self, unreadable};
use super::{Variables, catalog_mode, docker_config, nginx, pull_host, registry_id};

const USERNAME: &str = "REGISTRY_USERNAME";
const PASSWORD: &str = "REGISTRY_PASSWORD";
const PASSWORD_FILE: &str = "REGISTRY_PASSWORD_FILE";
const CA_FILE: &str = "REGISTRY_CA_FILE";
const CLIENT_CERT_FILE: &str = "REGISTRY_CLIENT_CERT_FILE";
const SKIP_TLS_VERIFY: &str = "REGISTRY_SKIP_TLS_VERIFY";
const TRUSTED_HOSTS: &str = "REGISTRY_TRUSTED_HOSTS";
const CONCURRENCY: &str = "REGISTRY_CONCURRENCY";

/// Reads the registries. Only the first one has variables of its own; what belongs to the network counts for all.
pub(super) fn read(variables: &Variables) -> Result<Vec<RegistryConfig>, ConfigErrors> {
    let mut errors = Collector::default();
    let places = errors.take_all(places::read(variables));
    let told = errors.take_all(nginx::read(variables));
    let credentials = errors.take(credentials(variables));
    let tls = errors.take_all(tls(variables));
    let trusted_hosts = errors.take(trusted_hosts(variables));
    let concurrency = errors.take(concurrency(variables));
    let pull_host =
        errors.take(variables.text(pull_host::VARIABLE).and_then(|it| it.map(pull_host::parse).transpose()));
    let id = errors.take(variables.text(registry_id::VARIABLE));
    let (
        Some(places),
        Some(told),
        Some(credentials),
        Some(tls),
        Some(trusted_hosts),
        Some(concurrency),
        Some(pull_host),
        Some(id),
    ) = (places, told, credentials, tls, trusted_hosts, concurrency, pull_host, id)
    else {
        return Err(errors.finish());
    };
    let mut places = places.into_iter();
    let Some(first) = places.next() else { return Err(errors.finish()) };
    let catalog = errors.take(catalog_mode::of_variables(variables, &first.url));
    let credentials = errors.take(same(credentials, told.credentials));
    let credentials =
        credentials.and_then(|it| errors.take(docker_config::instead(variables, it, &first.url)));
    let (Some(credentials), Some(catalog)) = (credentials, catalog) else { return Err(errors.finish()) };
    let pull_host =
        pull_host.unwrap_or_else(|| pull_host::of_url(first.public.as_ref().unwrap_or(&first.url)));
    // A pull host may have a path, an id is one part of a path.
    let host = pull_host.split('/').next().unwrap_or(&pull_host);
    let id = id.unwrap_or(host).to_owned();
    errors.take(registry_id::check(registry_id::VARIABLE, &id));
    let client = ClientConfig::new(first.url);
    let concurrency = concurrency.unwrap_or(client.concurrency);
    let others: Vec<_> = places.map(|it| other(it, &tls, &trusted_hosts, concurrency)).collect();
    let client = ClientConfig {
        credentials,
        catalog,
        headers: told.headers,
        tls,
        trusted_hosts,
        concurrency,
        ..client
    };
    let mut registries = vec![RegistryConfig { id, pull_host, client }];
    for (variable, registry) in others {
        errors.take(registry_id::check(variable, &registry.id));
        if registries.iter().any(|it| it.id == registry.id) {
            let why = "would have the address of another registry; give that one another REGISTRY_ID";
            errors.add(ConfigError::value(variable, &registry.id, why, "REGISTRY_ID=main"));
        }
        registries.push(registry);
    }
    if errors.is_empty() { Ok(registries) } else { Err(errors.finish()) }
}

/// A registry of which only the address is given. The password and the certificate are those of the first one, so it
/// is not told them.
fn other(
    place: Place,
    tls: &TlsConfig,
    trusted_hosts: &[String],
    concurrency: usize,
) -> (&'static str, RegistryConfig) {
    let pull_host = pull_host::of_url(&place.url);
    let tls = TlsConfig { ca_pem: tls.ca_pem.clone(), ..TlsConfig::default() };
    let trusted_hosts = trusted_hosts.to_vec();
    let client = ClientConfig { tls, trusted_hosts, concurrency, ..ClientConfig::new(place.url) };
    (place.variable, RegistryConfig { id: pull_host.clone(), pull_host, client })
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
    let Some(text) = variables.text(TRUSTED_HOSTS)? else { return Ok(Vec::new()) };
    let hosts: Vec<String> =
        text.split(',').map(str::trim).filter(|host| !host.is_empty()).map(str::to_owned).collect();
    if hosts.iter().any(|host| host.contains(['/', '@', ' '])) {
        let why = "is not a list of hosts with commas between them";
        return Err(ConfigError::value(
            TRUSTED_HOSTS,
            text,
            why,
            "REGISTRY_TRUSTED_HOSTS=minio.internal:9000,auth.internal",
        ));
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
