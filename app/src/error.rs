//! The one place where an error becomes words and a status.

use std::fmt::Write;

use registry::Error as RegistryError;
use registry::client::{Namespaces, Vendor};
use registry::error::{BlockedReason, TlsReason, UnreachableReason};
use registry::reference::InvalidReference;

use crate::visitor::Locale;

/// What names whose repositories a vendor shall list.
const NAMESPACES: &str = "REGISTRY_CATALOG_NAMESPACES=…";

/// An error as people read it, in the shape of RFC 9457.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// What kind of problem it is, for programs: `registry-unreachable`.
    pub kind: &'static str,
    /// What failed, in a few words.
    pub title: String,
    /// Where and why.
    pub detail: String,
    /// What to do about it.
    pub remedy: Option<String>,
    /// The setting or command that does it, to copy.
    pub command: Option<String>,
}

/// The words and the status of an error.
pub fn problem_of(error: &engine::Error, locale: Locale) -> Problem {
    match error {
        engine::Error::UnknownRegistry { id } => {
            let (title, detail) = locale.unknown_registry(id);
            new(404, "registry-unknown", title, detail)
        }
        engine::Error::InvalidFilter { why } => {
            let (title, detail) = locale.invalid_filter(why);
            new(400, "filter-invalid", title, detail)
        }
        engine::Error::SignInNeeded => {
            new(401, "sign-in-needed", locale.sign_in_needed(), locale.sign_in_needed_detail())
                .with_remedy(locale.sign_in_needed_remedy())
        }
        engine::Error::RoleNeeded { role, subject } => {
            let (title, detail) = locale.role_needed(*role, subject);
            let scope = if subject.is_empty() { "**" } else { "*/team-a/**" };
            new(403, "role-needed", title, detail)
                .with_remedy(locale.role_needed_remedy())
                .with_command(format!("STOWAGE_GRANTS={role} local:alice {scope}"))
        }
        engine::Error::TokenRefused { why } => {
            let (title, detail) = locale.not_possible(why);
            new(409, "not-possible", title, detail)
        }
        engine::Error::DeletionOff => {
            new(403, "deletion-off", locale.deletion_off(), locale.deletion_off_detail())
                .with_remedy(locale.deletion_off_remedy())
                .with_command("DELETE_IMAGES=true")
        }
        engine::Error::NoConfig { .. } => new(404, "config-unknown", locale.no_config(), error.to_string()),
        engine::Error::NoPlatform { platform, has } => {
            new(404, "platform-unknown", locale.no_platform(), locale.no_platform_detail(platform, has))
        }
        engine::Error::NoFile { path, why } => {
            new(404, "file-unknown", locale.no_file(), locale.no_file_detail(path, *why))
        }
        engine::Error::Busy { n } => new(503, "busy", locale.busy(), locale.busy_detail(*n)),
        engine::Error::NotAnArtifact { .. } => {
            new(404, "artifact-expected", locale.not_an_artifact(), error.to_string())
        }
        engine::Error::NoSuchPlan => {
            new(404, "plan-unknown", locale.no_such_plan(), locale.no_such_plan_detail())
        }
        engine::Error::PlanExpired => {
            new(409, "plan-expired", locale.plan_changed_title(), locale.plan_expired())
        }
        engine::Error::PlanChanged { what } => {
            new(409, "plan-changed", locale.plan_changed_title(), locale.plan_changed(what))
                .with_remedy(locale.plan_changed_remedy())
        }
        engine::Error::PlanEmpty => new(409, "plan-empty", locale.nothing_goes(), locale.nothing_goes_hint()),
        engine::Error::NoSuchJob => new(404, "job-unknown", locale.no_such_job(), error.to_string()),
        engine::Error::NotInTrash => {
            new(404, "not-in-trash", locale.not_in_trash(), locale.not_in_trash_detail())
        }
        engine::Error::Store(_) | engine::Error::Stopped => {
            new(503, "inventory-unavailable", locale.inventory_unavailable(), error.to_string())
        }
        engine::Error::Registry(error) => registry_problem(error, locale),
    }
}

/// The words for a list that a vendor's API refuses, of which the registry knows nothing.
pub(crate) fn refused_by_vendor(problem: Problem, vendor: Vendor, locale: Locale) -> Problem {
    match vendor.namespaces() {
        // It has nothing but the catalog.
        Namespaces::None => problem,
        _ => problem.with_remedy(locale.vendor_refused_remedy(vendor)).with_command(NAMESPACES),
    }
}

/// The words for a path or a parameter that names nothing.
pub fn invalid_reference(error: &InvalidReference, locale: Locale) -> Problem {
    new(400, "reference-invalid", locale.invalid_reference(), error.to_string())
}

/// The words for a text that should name an image.
pub fn not_an_image(text: &str, locale: Locale) -> Problem {
    new(400, "image-expected", locale.not_an_image(), locale.not_an_image_detail(text))
}

/// The words for a page that is not there.
pub(crate) fn method_not_allowed(locale: Locale) -> Problem {
    new(405, "method-not-allowed", locale.method_not_allowed(), locale.method_not_allowed_detail())
}

fn new(status: u16, kind: &'static str, title: impl Into<String>, detail: impl Into<String>) -> Problem {
    Problem { status, kind, title: title.into(), detail: detail.into(), remedy: None, command: None }
}

impl Problem {
    fn with_remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }

    fn with_command(self, command: impl Into<String>) -> Self {
        Self { command: Some(command.into()), ..self }
    }
}

fn registry_problem(error: &RegistryError, locale: Locale) -> Problem {
    match error {
        RegistryError::Unreachable { host, reason } => {
            let (why, command) = match reason {
                UnreachableReason::Dns => {
                    (locale.reason_dns().to_owned(), format!("getent hosts {}", without_port(host)))
                }
                UnreachableReason::Refused => {
                    (locale.reason_refused().to_owned(), format!("curl -v http://{host}/v2/"))
                }
                UnreachableReason::Reset => {
                    (locale.reason_reset().to_owned(), format!("curl -v http://{host}/v2/"))
                }
                UnreachableReason::Other(text) => (text.clone(), format!("curl -v http://{host}/v2/")),
            };
            let (title, detail) = locale.unreachable(host, &why);
            new(502, "registry-unreachable", title, detail)
                .with_remedy(locale.unreachable_remedy())
                .with_command(command)
        }
        RegistryError::Timeout { host, after_secs } => {
            let (title, detail) = locale.timeout(host, *after_secs);
            new(504, "registry-timeout", title, detail).with_remedy(locale.timeout_remedy())
        }
        RegistryError::Tls { host, reason } => tls_problem(host, reason, locale),
        RegistryError::WrongCredentials { host } => {
            let (title, detail) = locale.wrong_credentials(host);
            new(502, "registry-credentials-refused", title, detail)
                .with_remedy(locale.wrong_credentials_remedy())
                .with_command("REGISTRY_USERNAME=…  REGISTRY_PASSWORD=…")
        }
        RegistryError::CredentialsNeeded { host } => {
            let (title, detail) = locale.credentials_needed(host);
            new(502, "registry-credentials-needed", title, detail)
                .with_remedy(locale.credentials_needed_remedy())
                .with_command("REGISTRY_USERNAME=…  REGISTRY_PASSWORD=…")
        }
        RegistryError::Denied { host, action, message, .. } => {
            let (title, detail) = locale.denied(host, action);
            new(403, "registry-denied", title, with_words(detail, message))
                .with_remedy(locale.denied_remedy())
        }
        RegistryError::CatalogRefused { host, status, message } => {
            let (title, detail) = locale.catalog_refused(host, *status);
            let problem = new(502, "catalog-refused", title, with_words(detail, message));
            match Vendor::of_host(host).filter(|it| it.namespaces() == Namespaces::Needed) {
                Some(vendor) => problem
                    .with_remedy(locale.catalog_refused_vendor_remedy(vendor))
                    .with_command(format!("REGISTRY_CATALOG=vendor  {NAMESPACES}")),
                None => problem
                    .with_remedy(locale.catalog_refused_remedy())
                    .with_command("REGISTRY_CATALOG=listed  REGISTRY_CATALOG_REPOSITORIES=team/api,team/web"),
            }
        }
        RegistryError::RepositoryUnknown { repository } => {
            let (title, detail) = locale.repository_unknown(repository.as_str());
            new(404, "repository-unknown", title, detail).with_remedy(locale.repository_unknown_remedy())
        }
        RegistryError::ManifestUnknown { repository, reference } => {
            let name = format!("{repository}{}{reference}", reference.separator());
            let (title, detail) = locale.manifest_unknown(&name);
            new(404, "manifest-unknown", title, detail).with_remedy(locale.manifest_unknown_remedy())
        }
        RegistryError::BlobUnknown { repository, digest } => {
            let (title, detail) = locale.blob_unknown(&format!("{repository}@{digest}"));
            new(404, "blob-unknown", title, detail).with_remedy(locale.blob_unknown_remedy())
        }
        RegistryError::RateLimited { host, retry_after } => {
            let (title, detail) = locale.rate_limited(host, retry_after.map(|it| it.as_secs()));
            new(503, "registry-rate-limited", title, detail).with_remedy(locale.rate_limited_remedy())
        }
        RegistryError::Unsupported { host, message, read_only, .. } => {
            let (title, detail) = locale.unsupported(host, *read_only);
            let problem = new(409, "registry-does-not-delete", title, with_words(detail, message));
            match read_only {
                true => problem.with_remedy(locale.read_only_remedy()),
                false => problem
                    .with_remedy(locale.unsupported_remedy())
                    .with_command("REGISTRY_STORAGE_DELETE_ENABLED=true"),
            }
        }
        RegistryError::Held { host, message, .. } => {
            let (title, detail) = locale.held(host);
            new(409, "registry-holds-on", title, with_words(detail, message))
                .with_remedy(locale.held_remedy())
        }
        RegistryError::ContentMissing { repository, digests } => {
            let digests: Vec<&str> = digests.iter().map(registry::Digest::as_str).collect();
            let (title, detail) = locale.content_missing(repository.as_str(), &digests.join(", "));
            new(409, "content-missing", title, detail).with_remedy(locale.content_missing_remedy())
        }
        RegistryError::Upstream { host, status, code, message } => {
            let (title, detail) = locale.upstream(host, *status, code.as_deref());
            new(502, "registry-error", title, with_words(detail, message))
                .with_remedy(locale.upstream_remedy())
        }
        RegistryError::NotARegistry { host, why } => {
            let (title, detail) = locale.not_a_registry(host, why);
            new(502, "not-a-registry", title, detail)
                .with_remedy(locale.not_a_registry_remedy())
                .with_command("REGISTRY_URL=https://…")
        }
        RegistryError::TooLarge { .. }
        | RegistryError::Unreadable { .. }
        | RegistryError::DigestMismatch { .. } => {
            new(502, "registry-answer-unreadable", locale.unreadable_answer(), error.to_string())
                .with_remedy(locale.unreadable_answer_remedy())
        }
        RegistryError::Blocked { host, why } => {
            let (title, detail) = locale.blocked(host, &why.to_string());
            let problem = new(502, "registry-address-blocked", title, detail);
            match why {
                BlockedReason::PrivateAddress => problem
                    .with_remedy(locale.blocked_private_remedy())
                    .with_command(format!("REGISTRY_TRUSTED_HOSTS={host}")),
                _ => problem.with_remedy(locale.blocked_remedy()),
            }
        }
        RegistryError::InvalidConfig { .. } => {
            new(500, "configuration-invalid", locale.invalid_config(), error.to_string())
        }
    }
}

fn tls_problem(host: &str, reason: &TlsReason, locale: Locale) -> Problem {
    let (why, remedy, command) = match reason {
        TlsReason::UnknownIssuer => (
            locale.tls_unknown_issuer(),
            locale.tls_unknown_issuer_remedy(),
            "REGISTRY_CA_FILE=/path/to/ca.pem",
        ),
        TlsReason::Expired => (locale.tls_expired(), locale.tls_expired_remedy(), ""),
        TlsReason::WrongName => {
            (locale.tls_wrong_name(), locale.tls_wrong_name_remedy(), "REGISTRY_URL=https://…")
        }
        TlsReason::ClientCertificateRequired => (
            locale.tls_client_certificate(),
            locale.tls_client_certificate_remedy(),
            "REGISTRY_CLIENT_CERT_FILE=/path/to/certificate-and-key.pem",
        ),
        TlsReason::NotTls => (locale.tls_not_tls(), locale.tls_not_tls_remedy(), "REGISTRY_URL=http://…"),
        TlsReason::Other(text) => (text.as_str(), locale.tls_other_remedy(), ""),
    };
    let (title, detail) = locale.tls(host, why);
    let command = match reason {
        TlsReason::Expired | TlsReason::Other(_) => format!("openssl s_client -connect {host} -showcerts"),
        _ => command.to_owned(),
    };
    new(502, "registry-tls", title, detail).with_remedy(remedy).with_command(command)
}

fn without_port(host: &str) -> &str {
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}

/// Adds the registry's own words, as a quotation.
fn with_words(mut detail: String, message: &str) -> String {
    if !message.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(detail, " “{message}”");
    }
    detail
}
