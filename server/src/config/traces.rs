//! `OTEL_…`: where traces are sent, by the names that OpenTelemetry gives these variables.
//!
//! The sampler, the headers, the resource and the size of batches are read by its library: they are the same wherever
//! that is used.

use std::time::Duration;

use url::Url;

use super::Variables;
use super::error::{Collector, ConfigError, ConfigErrors};
use super::secret::unreadable;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
/// The same for traces alone, as it is: no path is added to it.
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
/// In milliseconds; the first counts.
const TIMEOUTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"];
/// Authorities to trust besides the system's, PEM; the first counts.
const CERTIFICATES: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "OTEL_EXPORTER_OTLP_CERTIFICATE"];
const DISABLED: &str = "OTEL_SDK_DISABLED";
const EXAMPLE: &str = "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318";
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// Where traces are sent.
#[derive(Clone, PartialEq, Eq)]
pub struct TracesConfig {
    /// The whole address.
    pub endpoint: Url,
    /// How long sending a batch may take.
    pub timeout: Duration,
    /// Certificates of authorities to trust besides the system's, in PEM form.
    pub ca_pem: Option<Vec<u8>>,
}

/// The address may hold a password, and is of no use without its host.
impl std::fmt::Debug for TracesConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TracesConfig").field("host", &self.endpoint.host_str()).finish_non_exhaustive()
    }
}

/// Reads them; nothing is traced where no endpoint is named.
pub(super) fn read(variables: &Variables) -> Result<Option<TracesConfig>, ConfigErrors> {
    let mut errors = Collector::default();
    let disabled = errors.take(variables.switch(DISABLED));
    let endpoint = errors.take(endpoint(variables));
    let timeout = errors.take(timeout(variables));
    let ca_pem = errors.take(certificate(variables));
    match (disabled, endpoint, timeout, ca_pem) {
        (Some(disabled), Some(endpoint), Some(timeout), Some(ca_pem)) => {
            Ok(endpoint.filter(|_| !disabled).map(|endpoint| TracesConfig { endpoint, timeout, ca_pem }))
        }
        _ => Err(errors.finish()),
    }
}

fn endpoint(variables: &Variables) -> Result<Option<Url>, ConfigError> {
    let (name, path) = match variables.text(TRACES_ENDPOINT)? {
        Some(_) => (TRACES_ENDPOINT, ""),
        None => (ENDPOINT, "v1/traces"),
    };
    let Some(text) = variables.text(name)? else { return Ok(None) };
    let whole = match path {
        "" => text.to_owned(),
        path => format!("{}/{path}", text.trim_end_matches('/')),
    };
    match Url::parse(&whole) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(Some(url)),
        // It may hold a password.
        _ => Err(ConfigError::unseen(name, "is no address with http:// or https://", EXAMPLE)),
    }
}

fn timeout(variables: &Variables) -> Result<Duration, ConfigError> {
    for name in TIMEOUTS {
        if let Some(text) = variables.text(name)? {
            let millis = text.parse().ok().filter(|it| *it > 0);
            let why = "is no number of milliseconds";
            let error = || ConfigError::value(name, text, why, &format!("{name}=10000"));
            return millis.map(Duration::from_millis).ok_or_else(error);
        }
    }
    Ok(DEFAULT_TIMEOUT)
}

fn certificate(variables: &Variables) -> Result<Option<Vec<u8>>, ConfigError> {
    for name in CERTIFICATES {
        if let Some(path) = variables.text(name)? {
            return std::fs::read(path).map(Some).map_err(|error| unreadable(name, path, &error));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint_of(pairs: &[(&str, &str)]) -> Option<String> {
        read(&pairs.iter().copied().collect()).unwrap().map(|it| it.endpoint.to_string())
    }

    #[test]
    fn traces_are_sent_where_somebody_says_so_and_nowhere_else() {
        let base = (ENDPOINT, "http://collector:4318/");
        assert_eq!(endpoint_of(&[]), None);
        assert_eq!(endpoint_of(&[base]).unwrap(), "http://collector:4318/v1/traces");
        assert_eq!(endpoint_of(&[base, (TRACES_ENDPOINT, "https://a/b")]).unwrap(), "https://a/b");
        assert_eq!(endpoint_of(&[base, (DISABLED, "true")]), None);
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_and_no_password_is() {
        let pairs = [
            (ENDPOINT, "me:hunter2@collector"),
            (TIMEOUTS[1], "10s"),
            (CERTIFICATES[1], "/nowhere/ca.pem"),
            (DISABLED, "perhaps"),
        ];
        let error = read(&pairs.into_iter().collect()).unwrap_err().to_string();
        for (name, _) in pairs {
            assert!(error.contains(name), "{error}");
        }
        assert!(!error.contains("hunter2"), "{error}");
    }
}
