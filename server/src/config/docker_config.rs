//! `REGISTRY_DOCKER_CONFIG`: credentials from a `config.json`, as `docker login` and `podman login` write it, with the
//! helper programs that it names.
//!
//! It is read at start, and again when the registry refuses what was in it. Nothing of it is ever shown but the hosts
//! that it names.

mod helper;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use registry::client::{Credentials, Secret};
use serde::Deserialize;
use url::Url;

use super::Variables;
use super::error::ConfigError;

pub(super) const VARIABLE: &str = "REGISTRY_DOCKER_CONFIG";
const EXAMPLE: &str = "REGISTRY_DOCKER_CONFIG=/run/secrets/config.json";
/// How Docker has always called Docker Hub in this file.
const HUB: &str = "https://index.docker.io/v1/";
/// The longest file that is read, in bytes.
const LONGEST: u64 = 1 << 20;
/// Files come with and without the padding of base64.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DockerConfig {
    auths: Option<BTreeMap<String, Entry>>,
    cred_helpers: Option<BTreeMap<String, String>>,
    creds_store: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    /// `user:password` in base64.
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
}

impl Entry {
    /// Docker leaves empty entries for what a helper keeps.
    fn is_empty(&self) -> bool {
        let given = [&self.auth, &self.username, &self.password, &self.identitytoken];
        given.into_iter().all(|it| it.as_deref().is_none_or(str::is_empty))
    }
}

/// The credentials of the first registry: `own`, or those of the file that the variable names.
pub(super) fn instead(
    variables: &Variables,
    own: Credentials,
    url: &Url,
) -> Result<Credentials, ConfigError> {
    let Some(path) = variables.text(VARIABLE)? else { return Ok(own) };
    if own != Credentials::Anonymous {
        let why = "is set and a user name too, but only one can say who Stowage is";
        return Err(ConfigError::value(VARIABLE, path, why, EXAMPLE));
    }
    credentials(Path::new(path), url, OsStr::new(variables.text("PATH")?.unwrap_or_default()))
}

/// The credentials that the file has for the registry at `url`. Helper programs are looked for in the folders of
/// `search`, as `PATH` lists them.
///
/// # Errors
/// Where it has none: whoever names the file means that there are some.
pub(super) fn credentials(path: &Path, url: &Url, search: &OsStr) -> Result<Credentials, ConfigError> {
    let wrong = |why: String| ConfigError::value(VARIABLE, &path.display().to_string(), why, EXAMPLE);
    let config = read(path).map_err(wrong)?;
    let server = server(url);
    let ask = |program: &str| helper::ask(program, &server, search).map_err(wrong);
    if let Some(program) = config.cred_helpers.as_ref().and_then(|it| best(it, url)) {
        return ask(program);
    }
    let mut entries = config.auths.unwrap_or_default();
    entries.retain(|_, entry| !entry.is_empty());
    if let Some(entry) = best(&entries, url) {
        return of_entry(entry).map_err(|why| wrong(format!("has for {server} {why}")));
    }
    match config.creds_store.as_deref().filter(|it| !it.is_empty()) {
        Some(program) => ask(program),
        None => {
            let named: Vec<&str> = entries.keys().map(String::as_str).collect();
            let named = if named.is_empty() { "none at all".to_owned() } else { named.join(", ") };
            Err(wrong(format!("names a file without credentials for {server}, but for: {named}")))
        }
    }
}

fn read(path: &Path) -> Result<DockerConfig, String> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text))
        .map_err(|error| format!("names a file that cannot be read ({error})"))?;
    if text.len() as u64 > LONGEST {
        return Err("names a file that is too long for a config.json of Docker".to_owned());
    }
    // What the parser would say may quote a password.
    serde_json::from_str(&text).map_err(|error| {
        format!(
            "names a file that is no config.json of Docker (line {}, column {})",
            error.line(),
            error.column()
        )
    })
}

fn of_entry(entry: &Entry) -> Result<Credentials, &'static str> {
    let given = |it: &Option<String>| it.clone().filter(|it| !it.is_empty());
    // A login that leaves an identity token leaves a user without a password beside it, or none at all.
    if let Some(token) = given(&entry.identitytoken) {
        return Ok(Credentials::IdentityToken(Secret::new(token)));
    }
    let (username, password) = match (given(&entry.auth), given(&entry.username), given(&entry.password)) {
        (Some(auth), ..) => decode(&auth).ok_or("an entry that cannot be decoded")?,
        (None, Some(username), Some(password)) => (username, password),
        (None, ..) => return Err("half of a user name and password"),
    };
    Ok(Credentials::Basic { username, password: Secret::new(password) })
}

fn decode(auth: &str) -> Option<(String, String)> {
    let decoded = String::from_utf8(BASE64.decode(auth.trim()).ok()?).ok()?;
    let (username, password) = decoded.split_once(':')?;
    // Old versions of Docker filled it up with zeros.
    let password = password.trim_end_matches('\0');
    (!username.is_empty()).then(|| (username.to_owned(), password.to_owned()))
}

/// What Docker calls the registry.
fn server(url: &Url) -> String {
    let host = host(url);
    if is_hub(&host) { HUB.to_owned() } else { host }
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn is_hub(host: &str) -> bool {
    matches!(host, "docker.io" | "index.docker.io" | "registry-1.docker.io" | "registry.hub.docker.com")
}

/// What a map has for the registry, by the key that fits it best. Keys have been written as hosts, as addresses with
/// `/v1/` or `/v2/` at their end, and as hosts with a part of a repository's name.
fn best<'a, T>(map: &'a BTreeMap<String, T>, url: &Url) -> Option<&'a T> {
    let fitting = map.iter().filter_map(|(key, value)| Some((distance(key, url)?, value)));
    fitting.min_by_key(|(distance, _)| *distance).map(|(_, value)| value)
}

/// How far a key is from naming the whole registry; nothing where it names another one.
fn distance(key: &str, url: &Url) -> Option<usize> {
    let (scheme, rest) = match key.split_once("://") {
        Some((scheme, rest)) => (scheme, rest),
        None => (url.scheme(), key),
    };
    let (named, path) = rest.split_once('/').unwrap_or((rest, ""));
    // Without the port that the scheme means anyway.
    let named = Url::parse(&format!("{scheme}://{named}/")).ok().map(|it| host(&it))?;
    let own = host(url);
    if named != own && !(is_hub(&named) && is_hub(&own)) {
        return None;
    }
    match path.trim_matches('/') {
        "" | "v1" | "v2" => Some(0),
        // The path that a reverse proxy puts before the API.
        path if path == url.path().trim_matches('/') => Some(0),
        path => Some(path.len()),
    }
}

#[cfg(test)]
mod tests;
