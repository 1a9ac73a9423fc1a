//! `STOWAGE_BASE_PATH`, or the path of `STOWAGE_PUBLIC_URL`: what Stowage is served under.

use app::base_path::BasePath;

use super::error::ConfigError;
use super::{Variables, access};

const VARIABLE: &str = "STOWAGE_BASE_PATH";
const EXAMPLE: &str = "STOWAGE_BASE_PATH=/registry-ui";

/// Reads a path; `/` is none. Where it is not set, it is that of the address which browsers find Stowage at.
pub(super) fn read(variables: &Variables) -> Result<BasePath, ConfigError> {
    let public = access::public_path(variables).unwrap_or_default();
    let Some(text) = variables.text(VARIABLE)? else { return Ok(public) };
    let base: BasePath =
        text.parse().map_err(|error| ConfigError::value(VARIABLE, text, format!("{error}"), EXAMPLE))?;
    if !public.is_root() && public != base {
        let why = format!("is not the path of STOWAGE_PUBLIC_URL, which is {}", public.as_str());
        let example = format!("{VARIABLE}={}, or STOWAGE_PUBLIC_URL alone", public.as_str());
        return Err(ConfigError::value(VARIABLE, text, why, &example));
    }
    Ok(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_both(base: &str, public: &str) -> Result<String, String> {
        let variables = Variables::from_iter([(VARIABLE, base), ("STOWAGE_PUBLIC_URL", public)]);
        read(&variables).map(|it| it.as_str().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn it_is_none_unless_one_is_given() {
        for base in ["", " ", "/"] {
            assert_eq!(read_both(base, ""), Ok(String::new()));
            assert_eq!(read_both(base, "https://example.com"), Ok(String::new()));
        }
        assert_eq!(read_both(" registry-ui/ ", ""), Ok("/registry-ui".to_owned()));
        assert_eq!(read_both("/a/b", "https://example.com"), Ok("/a/b".to_owned()));
    }

    #[test]
    fn the_public_address_says_it_as_well() {
        assert_eq!(read_both("", "https://example.com/a/b/"), Ok("/a/b".to_owned()));
        assert_eq!(read_both("a/b", "https://example.com/a/b"), Ok("/a/b".to_owned()));
        for base in ["/c", "/"] {
            let error = read_both(base, "https://example.com/a").unwrap_err();
            assert!(error.contains("is not the path of STOWAGE_PUBLIC_URL, which is /a"), "{error}");
        }
        // What is wrong with the address is told of once, where it is read.
        assert_eq!(read_both("", "https://example.com/a//b"), Ok(String::new()));
    }

    #[test]
    fn what_is_no_path_is_refused_with_a_reason() {
        for (base, why) in [
            ("/a//b", "has nothing between two slashes"),
            ("/a/../b", "has a part . or .."),
            ("/a?b", "holds '?'"),
            ("/a#b", "holds '#'"),
            ("/a\tb", "holds '\\t'"),
            ("/healthz", "watches over the server"),
        ] {
            let error = read_both(base, "").unwrap_err();
            assert!(error.starts_with("STOWAGE_BASE_PATH=") && error.contains(why), "{error}");
            assert!(error.ends_with("for example STOWAGE_BASE_PATH=/registry-ui"), "{error}");
        }
    }
}
