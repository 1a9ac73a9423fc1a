//! `REGISTRY_…`: the registries and how to reach them.

use std::fs;

use engine::RegistryConfig;
use registry::client::{ClientConfig, Credentials, TlsConfig};

use super::error::{Collector, ConfigError, ConfigErrors};
use super::secret::{self, unreadable};
use super::{Variables, pull_host, registry_id, registry_url};

const USERNAME: &str = "REGISTRY_USERNAME";
const PASSWORD: &str = "REGISTRY_PASSWORD";
const PASSWORD_FILE: &str = "REGISTRY_PASSWORD_FILE";
const CA_FILE: &str = "REGISTRY_CA_FILE";
const CLIENT_CERT_FILE: &str = "REGISTRY_CLIENT_CERT_FILE";
const SKIP_TLS_VERIFY: &str = "REGISTRY_SKIP_TLS_VERIFY";
const TRUSTED_HOSTS: &str = "REGISTRY_TRUSTED_HOSTS";
const CONCURRENCY: &str = "REGISTRY_CONCURRENCY";

/// Reads the one registry that variables can name.
pub(super) fn read(variables: &Variables) -> Result<Vec<RegistryConfig>, ConfigErrors> {
    let mut errors = Collector::default();
    let client = errors.take(url(variables)).map(ClientConfig::new);
    let credentials = errors.take(credentials(variables));
    let tls = errors.take_all(tls(variables));
    let trusted_hosts = errors.take(trusted_hosts(variables));
    let concurrency = errors.take(concurrency(variables));
    let pull_host =
        errors.take(variables.text(pull_host::VARIABLE).and_then(|it| it.map(pull_host::parse).transpose()));
    let id = errors.take(variables.text(registry_id::VARIABLE));
    let (
        Some(client),
        Some(credentials),
        Some(tls),
        Some(trusted_hosts),
        Some(concurrency),
        Some(pull_host),
        Some(id),
    ) = (client, credentials, tls, trusted_hosts, concurrency, pull_host, id)
    else {
        return Err(errors.finish());
    };
    let pull_host = pull_host.unwrap_or_else(|| pull_host::of_url(&client.url));
    // A pull host may have a path, an id is one part of a path.
    let host = pull_host.split('/').next().unwrap_or(&pull_host);
    let id = id.unwrap_or(host).to_owned();
    if errors.take(registry_id::check(&id)).is_none() {
        return Err(errors.finish());
    }
    let concurrency = concurrency.unwrap_or(client.concurrency);
    let client = ClientConfig { credentials, tls, trusted_hosts, concurrency, ..client };
    Ok(vec![RegistryConfig { id, pull_host, client }])
}

fn url(variables: &Variables) -> Result<url::Url, ConfigError> {
    let Some(text) = variables.text(registry_url::VARIABLE)? else {
        let why = "is not set, and Stowage must know which registry to show";
        return Err(ConfigError::unseen(registry_url::VARIABLE, why, registry_url::EXAMPLE));
    };
    registry_url::parse(text)
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
