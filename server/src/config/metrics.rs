//! `STOWAGE_METRICS` and `STOWAGE_METRICS_TOKEN`: whether `/metrics` is answered, and whom.

use registry::client::Secret;

use super::error::{Collector, ConfigErrors};
use super::remark::Remark;
use super::{Variables, secret};

const VARIABLE: &str = "STOWAGE_METRICS";
const TOKEN: &str = "STOWAGE_METRICS_TOKEN";
const FILE: &str = "STOWAGE_METRICS_TOKEN_FILE";
const EXAMPLE: &str =
    "STOWAGE_METRICS_TOKEN_FILE=/run/secrets/stowage-metrics, filled by `openssl rand -hex 32`";

/// Metrics for Prometheus.
#[derive(Clone, Debug, Default)]
pub struct MetricsConfig {
    /// Whether anything is counted and told.
    pub enabled: bool,
    /// What a program must know to be told; without one, everybody who reaches the server is.
    pub token: Option<Secret>,
}

/// Reads them. They are off by default, because they tell which registries there are, and how much is in them.
pub(super) fn read(variables: &Variables) -> Result<MetricsConfig, ConfigErrors> {
    let mut errors = Collector::default();
    let enabled = errors.take(variables.switch(VARIABLE));
    let token = errors.take(secret::read_token(variables, TOKEN, FILE, EXAMPLE));
    match (enabled, token) {
        (Some(enabled), Some(token)) => Ok(MetricsConfig { enabled, token }),
        _ => Err(errors.finish()),
    }
}

/// Says so where a token is for nothing.
pub(super) fn remark(variables: &Variables) -> Option<Remark> {
    let named = [TOKEN, FILE].into_iter().find(|name| matches!(variables.text(name), Ok(Some(_))))?;
    let is_off = matches!(variables.switch(VARIABLE), Ok(false));
    is_off.then(|| Remark::unused(named, format!("there are no metrics without {VARIABLE}=true")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_anything_unless_somebody_says_so() {
        let of = |pairs: &[(&str, &str)]| pairs.iter().copied().collect::<Variables>();
        assert!(!read(&of(&[])).unwrap().enabled);
        let alone = of(&[(TOKEN, "0123456789abcdef")]);
        assert!(!read(&alone).unwrap().enabled && remark(&alone).is_some());
        let both = of(&[(TOKEN, "0123456789abcdef"), (VARIABLE, "true")]);
        assert!(read(&both).unwrap().token.is_some() && remark(&both).is_none());
        let error = read(&of(&[(TOKEN, "short"), (VARIABLE, "perhaps")])).unwrap_err().to_string();
        assert!(error.contains("STOWAGE_METRICS=") && !error.contains("short"), "{error}");
    }
}
