//! The configuration file of distribution, and the files that it names.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::error::{Doing, Result};
use crate::tls::Identity;

/// Cheap on purpose: the password is known to everyone who reads the tests.
const BCRYPT_COST: u32 = 4;

pub(super) struct Configuration {
    pub(super) storage: PathBuf,
    pub(super) port: u16,
    pub(super) delete: bool,
    pub(super) readonly: bool,
    pub(super) schema1: bool,
    pub(super) descriptor_cache: bool,
    pub(super) tls: Option<Tls>,
    pub(super) auth: Option<Auth>,
    pub(super) sections: String,
}

pub(super) struct Tls {
    pub(super) identity: Identity,
    pub(super) client_ca_pem: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) enum Auth {
    Htpasswd(Vec<(String, String)>),
    Token { realm: String, service: String, issuer: String, root_pem: String },
}

impl Configuration {
    /// Writes `config.yml` and what it names into `folder`.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let mut http = json!({ "addr": format!("127.0.0.1:{}", self.port) });
        if let Some(tls) = &self.tls {
            http["tls"] = json!({
                "certificate": save(folder, "server.pem", &tls.identity.certificate_pem)?,
                "key": save(folder, "server.key", &tls.identity.key_pem)?,
            });
            if let Some(pem) = &tls.client_ca_pem {
                http["tls"]["clientcas"] = json!([save(folder, "client-ca.pem", pem)?]);
            }
        }
        let mut configuration = json!({
            "version": 0.1,
            "log": { "level": "info", "accesslog": { "disabled": false } },
            "storage": {
                "filesystem": { "rootdirectory": self.storage, "maxthreads": 100 },
                "delete": { "enabled": self.delete },
                "maintenance": {
                    "readonly": { "enabled": self.readonly },
                    "uploadpurging": { "enabled": false },
                },
            },
            "http": http,
            "validation": { "manifests": { "urls": { "allow": ["^https?://"] } } },
            "compatibility": { "schema1": { "enabled": self.schema1 } },
        });
        // Without it, what tests do to the files is seen.
        if self.descriptor_cache {
            configuration["storage"]["cache"] = json!({ "blobdescriptor": "inmemory" });
        }
        if let Some(auth) = &self.auth {
            configuration["auth"] = auth.section(folder)?;
        }
        // JSON is YAML, but further sections can follow only where the outermost level is not in braces.
        let mut text = String::new();
        for (key, value) in configuration.as_object().into_iter().flatten() {
            writeln!(text, "{key}: {value}").expect("writing to a String does not fail");
        }
        text.push_str(&self.sections);
        save(folder, "config.yml", &text).map(drop)
    }
}

impl Auth {
    fn section(&self, folder: &Path) -> Result<Value> {
        Ok(match self {
            Self::Htpasswd(users) => {
                let mut lines = String::new();
                for (user, password) in users {
                    let hash = bcrypt::hash(password, BCRYPT_COST)?;
                    writeln!(lines, "{user}:{hash}").expect("writing to a String does not fail");
                }
                json!({ "htpasswd": { "realm": "testbed", "path": save(folder, "htpasswd", &lines)? } })
            }
            Self::Token { realm, service, issuer, root_pem } => json!({ "token": {
                "realm": realm,
                "service": service,
                "issuer": issuer,
                "rootcertbundle": save(folder, "token-root.pem", root_pem)?,
            } }),
        })
    }
}

fn save(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let path = folder.join(name);
    fs::write(&path, text).doing(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
