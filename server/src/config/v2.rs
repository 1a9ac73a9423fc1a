//! `STOWAGE_V2` and `STOWAGE_V2_PUSH`: whether `docker` and its like reach a registry through this server.

use engine::RegistryConfig;

use super::Variables;
use super::error::ConfigError;
use super::remark::Remark;

const VARIABLE: &str = "STOWAGE_V2";
const PUSH: &str = "STOWAGE_V2_PUSH";

/// What is passed on to a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct V2Config {
    /// The id of the registry.
    pub registry: String,
    /// Whether one may push.
    pub push: bool,
}

/// Reads which registry is reached, if one is; `true` stands for the first one.
pub(super) fn read(
    variables: &Variables,
    registries: Option<&[RegistryConfig]>,
) -> Result<Option<V2Config>, ConfigError> {
    let push = variables.switch(PUSH)?;
    let (Some(text), Some(registries)) = (variables.text(VARIABLE)?, registries) else { return Ok(None) };
    let named = registries.iter().find(|it| it.id == text);
    let registry = match (named, variables.choice(VARIABLE), registries.first()) {
        (Some(named), ..) => named,
        (None, Ok(Some(true)), Some(first)) => first,
        (None, Ok(Some(false)), _) => return Ok(None),
        _ => {
            let ids: Vec<&str> = registries.iter().map(|it| it.id.as_str()).collect();
            let why = format!("is neither true, nor false, nor the id of a registry: {}", ids.join(", "));
            return Err(ConfigError::value(VARIABLE, text, why, "STOWAGE_V2=true"));
        }
    };
    Ok(Some(V2Config { registry: registry.id.clone(), push }))
}

/// Whether one may push to what is not reached.
pub(super) fn remark(variables: &Variables) -> Option<Remark> {
    let is_off =
        matches!(variables.text(VARIABLE), Ok(None)) || variables.choice(VARIABLE) == Ok(Some(false));
    let is_said = variables.switch(PUSH) == Ok(true);
    (is_off && is_said)
        .then(|| Remark::unused(PUSH, format!("{VARIABLE} does not say which registry it is for")))
}

#[cfg(test)]
mod tests {
    use registry::client::ClientConfig;

    use super::*;

    fn v2(pairs: &[(&'static str, &'static str)]) -> Result<Option<V2Config>, ConfigError> {
        let registry = |id: &str| RegistryConfig {
            id: id.to_owned(),
            pull_host: id.to_owned(),
            client: ClientConfig::new("http://127.0.0.1:9".parse().unwrap()),
        };
        read(&pairs.iter().copied().collect(), Some(&[registry("first"), registry("second")]))
    }

    #[test]
    fn it_is_off_unless_a_registry_is_named_and_only_reads_unless_that_is_said() {
        assert_eq!(v2(&[]).unwrap(), None);
        assert_eq!(v2(&[(VARIABLE, "off"), (PUSH, "true")]).unwrap(), None);
        for (value, registry) in [("true", "first"), ("first", "first"), ("second", "second")] {
            let read = v2(&[(VARIABLE, value)]).unwrap().unwrap();
            assert_eq!(read, V2Config { registry: registry.to_owned(), push: false });
        }
        assert!(v2(&[(VARIABLE, "1"), (PUSH, "yes")]).unwrap().unwrap().push);
        let error = v2(&[(VARIABLE, "third")]).unwrap_err().to_string();
        assert!(error.contains("first, second"), "{error}");
        assert!(v2(&[(PUSH, "perhaps")]).is_err());
    }

    #[test]
    fn pushing_to_nowhere_is_remarked_upon() {
        let remark = |pairs: &[(&'static str, &'static str)]| super::remark(&pairs.iter().copied().collect());
        assert!(
            remark(&[(PUSH, "true")]).is_some() && remark(&[(PUSH, "true"), (VARIABLE, "off")]).is_some()
        );
        assert!(remark(&[(PUSH, "true"), (VARIABLE, "true")]).is_none() && remark(&[]).is_none());
    }
}
