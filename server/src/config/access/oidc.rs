//! `STOWAGE_OIDC_…`: the OpenID provider.

use std::fs;

use registry::client::Secret;
use url::{Host, Url};

use crate::config::Variables;
use crate::config::error::{Collector, ConfigError, ConfigErrors};
use crate::config::secret::{self, unreadable};

const ISSUER: &str = "STOWAGE_OIDC_ISSUER";
const ISSUER_EXAMPLE: &str = "STOWAGE_OIDC_ISSUER=https://login.example.com/realms/main";
const CLIENT_ID: &str = "STOWAGE_OIDC_CLIENT_ID";
const CLIENT_ID_EXAMPLE: &str = "STOWAGE_OIDC_CLIENT_ID=stowage";
const CLIENT_SECRET: &str = "STOWAGE_OIDC_CLIENT_SECRET";
const CLIENT_SECRET_FILE: &str = "STOWAGE_OIDC_CLIENT_SECRET_FILE";
const CLIENT_SECRET_EXAMPLE: &str = "STOWAGE_OIDC_CLIENT_SECRET_FILE=/run/secrets/stowage-oidc";
const SCOPES: &str = "STOWAGE_OIDC_SCOPES";
const SCOPES_EXAMPLE: &str = "STOWAGE_OIDC_SCOPES=\"openid profile email groups\"";
const NAME_CLAIM: &str = "STOWAGE_OIDC_NAME_CLAIM";
const GROUPS_CLAIM: &str = "STOWAGE_OIDC_GROUPS_CLAIM";
const LABEL: &str = "STOWAGE_OIDC_LABEL";
const CA_FILE: &str = "STOWAGE_OIDC_CA_FILE";
/// What belongs to this way in.
pub(super) const VARIABLES: &[&str] =
    &[ISSUER, CLIENT_ID, CLIENT_SECRET, CLIENT_SECRET_FILE, SCOPES, NAME_CLAIM, GROUPS_CLAIM, LABEL, CA_FILE];

/// The OpenID provider, and what it knows of us.
#[derive(Clone, Debug)]
pub struct OidcConfig {
    /// The name of the provider, letter for letter as it says it itself: `STOWAGE_OIDC_ISSUER`.
    pub issuer: String,
    /// What we are called there: `STOWAGE_OIDC_CLIENT_ID`.
    pub client_id: String,
    /// By what it knows us; absent where it takes anybody who can prove to have begun:
    /// `STOWAGE_OIDC_CLIENT_SECRET`.
    pub client_secret: Option<Secret>,
    /// What we ask to be told: `STOWAGE_OIDC_SCOPES`.
    pub scopes: Vec<String>,
    /// The claim with somebody's name; the usual ones, one after the other, where none is given:
    /// `STOWAGE_OIDC_NAME_CLAIM`.
    pub name_claim: Option<String>,
    /// The claim with somebody's groups: `STOWAGE_OIDC_GROUPS_CLAIM`.
    pub groups_claim: String,
    /// What the button says: `STOWAGE_OIDC_LABEL`.
    pub label: String,
    /// Certificates of authorities to trust besides those of the system: `STOWAGE_OIDC_CA_FILE`.
    pub ca_pem: Option<Vec<u8>>,
}

/// Reads where the provider is and what to ask it for. Nothing is asked yet.
pub(super) fn read(variables: &Variables) -> Result<OidcConfig, ConfigErrors> {
    let mut errors = Collector::default();
    let issuer = errors.take(issuer(variables));
    let client_id = errors.take(client_id(variables));
    let client_secret =
        errors.take(secret::read(variables, CLIENT_SECRET, CLIENT_SECRET_FILE, CLIENT_SECRET_EXAMPLE));
    let scopes = errors.take(scopes(variables));
    let name_claim = errors.take(variables.text(NAME_CLAIM));
    let groups_claim = errors.take(variables.text(GROUPS_CLAIM));
    let label = errors.take(variables.text(LABEL));
    let ca_pem = errors.take(ca_pem(variables));
    let (
        Some((issuer, host)),
        Some(client_id),
        Some(client_secret),
        Some(scopes),
        Some(name_claim),
        Some(groups_claim),
        Some(label),
        Some(ca_pem),
    ) = (issuer, client_id, client_secret, scopes, name_claim, groups_claim, label, ca_pem)
    else {
        return Err(errors.finish());
    };
    Ok(OidcConfig {
        issuer,
        client_id,
        client_secret,
        scopes,
        name_claim: name_claim.map(str::to_owned),
        groups_claim: groups_claim.unwrap_or("groups").to_owned(),
        label: label.map_or(host, str::to_owned),
        ca_pem,
    })
}

/// The issuer as it is written, for it is compared letter for letter, and its host.
fn issuer(variables: &Variables) -> Result<(String, String), ConfigError> {
    let Some(text) = variables.text(ISSUER)? else {
        let why = "is not set, and so nobody knows which provider to ask";
        return Err(ConfigError::unseen(ISSUER, why, ISSUER_EXAMPLE));
    };
    // What stands before an @ may be a password.
    let wrong = |why: &str| {
        Err(match text.contains('@') {
            true => ConfigError::unseen(ISSUER, why, ISSUER_EXAMPLE),
            false => ConfigError::value(ISSUER, text, why, ISSUER_EXAMPLE),
        })
    };
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => return wrong(&format!("is not an address ({error})")),
    };
    let Some(host) = url.host() else { return wrong("names no host") };
    if !url.username().is_empty() || url.password().is_some() {
        return wrong(
            "holds credentials, which belong into STOWAGE_OIDC_CLIENT_ID and STOWAGE_OIDC_CLIENT_SECRET",
        );
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("has a part after ? or #, which names of providers do not have");
    }
    match url.scheme() {
        "https" => {}
        "http" if is_this_machine(&host) => {}
        "http" => return wrong("is not https, so that anybody between could sign in as anybody"),
        _ => return wrong("does not begin with https://"),
    }
    Ok((text.to_owned(), host.to_string()))
}

fn is_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn client_id(variables: &Variables) -> Result<String, ConfigError> {
    let why = "is not set, and so the provider does not know who asks";
    let text = variables.text(CLIENT_ID)?;
    text.map(str::to_owned).ok_or_else(|| ConfigError::unseen(CLIENT_ID, why, CLIENT_ID_EXAMPLE))
}

fn scopes(variables: &Variables) -> Result<Vec<String>, ConfigError> {
    let text = variables.text(SCOPES)?.unwrap_or("openid profile email");
    let scopes: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    // RFC 6749, section 3.3.
    let is_scope =
        |it: &String| it.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\');
    if !scopes.iter().all(is_scope) {
        return Err(ConfigError::value(SCOPES, text, "holds characters that no scope has", SCOPES_EXAMPLE));
    }
    if text.contains(',') {
        let why = "has commas, but scopes have blanks between them";
        return Err(ConfigError::value(SCOPES, text, why, SCOPES_EXAMPLE));
    }
    if !scopes.iter().any(|it| it == "openid") {
        let why = "does not hold openid, without which nobody says who signed in";
        return Err(ConfigError::value(SCOPES, text, why, SCOPES_EXAMPLE));
    }
    Ok(scopes)
}

fn ca_pem(variables: &Variables) -> Result<Option<Vec<u8>>, ConfigError> {
    let Some(path) = variables.text(CA_FILE)? else { return Ok(None) };
    let text = fs::read_to_string(path).map_err(|error| unreadable(CA_FILE, path, &error))?;
    if !text.contains("CERTIFICATE-----") {
        let why = "names a file without a block \"-----BEGIN CERTIFICATE-----\"";
        return Err(ConfigError::value(CA_FILE, path, why, "STOWAGE_OIDC_CA_FILE=/etc/stowage/oidc.pem"));
    }
    Ok(Some(text.into_bytes()))
}
