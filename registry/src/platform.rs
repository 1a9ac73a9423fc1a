//! Platforms: what an image runs on.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Operating system, architecture, variant and version of what an image runs on.
///
/// Every part may be absent: registries hold indexes without platforms, and `unknown/unknown` for attestations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(from = "Wire")]
pub struct Platform {
    /// `linux`, `windows`; empty where it is not recorded.
    pub os: String,
    /// `amd64`, `arm64`; empty where it is not recorded.
    pub architecture: String,
    /// `v7` of `linux/arm/v7`.
    pub variant: Option<String>,
    /// The version that a Windows image demands, `10.0.20348.2227`.
    pub os_version: Option<String>,
}

/// A platform as registries write it, or as we do: the version has another name there.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wire {
    #[serde(deserialize_with = "crate::lenient::text")]
    os: String,
    #[serde(deserialize_with = "crate::lenient::text")]
    architecture: String,
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    variant: Option<String>,
    #[serde(rename = "os.version", deserialize_with = "crate::lenient::optional_text")]
    version: Option<String>,
    #[serde(deserialize_with = "crate::lenient::optional_text")]
    os_version: Option<String>,
}

impl From<Wire> for Platform {
    fn from(wire: Wire) -> Self {
        let Wire { os, architecture, variant, version, os_version } = wire;
        Self { os, architecture, variant, os_version: version.or(os_version) }
    }
}

impl Platform {
    /// Whether it says what the image runs on; `unknown/unknown` does not (BuildKit marks attestations so).
    pub fn is_known(&self) -> bool {
        let known = |text: &str| !text.is_empty() && text != "unknown";
        known(&self.os) || known(&self.architecture)
    }

    /// Whether `filter` names it: `linux`, `linux/arm`, `linux/arm/v7`, or an architecture alone, `arm64`.
    pub fn matches(&self, filter: &str) -> bool {
        let text = self.to_string();
        let common = ["arm64/v8", "amd64/v1"].iter().any(|it| filter.ends_with(it));
        let filter = if common { &filter[..filter.len() - "/v8".len()] } else { filter };
        filter == self.architecture
            || text == filter
            || (text.len() > filter.len()
                && text.starts_with(filter)
                && text.as_bytes()[filter.len()] == b'/')
    }

    /// The variant, unless it is the one that every image of the architecture has: `arm64` and `arm64/v8` are the same
    /// platform, and so are `amd64` and `amd64/v1` (containerd's platform normalisation).
    fn telling_variant(&self) -> Option<&str> {
        self.variant.as_deref().filter(|variant| {
            !matches!((self.architecture.as_str(), *variant), ("arm64", "v8") | ("amd64", "v1"))
        })
    }
}

/// `linux/arm/v7`; Windows images add their version, because two of them differ by nothing else.
impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_unknown = |text: &'_ str| if text.is_empty() { "unknown" } else { text }.to_owned();
        write!(f, "{}/{}", or_unknown(&self.os), or_unknown(&self.architecture))?;
        if let Some(variant) = self.telling_variant() {
            write!(f, "/{variant}")?;
        }
        if let Some(version) = &self.os_version {
            write!(f, " {version}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Platform {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn reads_what_registries_hold() {
        assert_eq!(read(r#"{"os":"linux","architecture":"arm","variant":"v7"}"#).to_string(), "linux/arm/v7");
        assert_eq!(
            read(r#"{"os":"windows","architecture":"amd64","os.version":"10.0.20348.1"}"#).to_string(),
            "windows/amd64 10.0.20348.1"
        );
        assert_eq!(read("{}").to_string(), "unknown/unknown");
        assert_eq!(read(r#"{"os":null,"architecture":"s390x","variant":""}"#).to_string(), "unknown/s390x");
    }

    #[test]
    fn leaves_out_the_variant_that_all_have() {
        let arm64 = read(r#"{"os":"linux","architecture":"arm64","variant":"v8"}"#);
        assert_eq!(arm64.to_string(), "linux/arm64");
        assert!(arm64.matches("linux/arm64") && arm64.matches("linux/arm64/v8") && arm64.matches("arm64/v8"));
        let newer = read(r#"{"os":"linux","architecture":"arm64","variant":"v9"}"#);
        assert_eq!(newer.to_string(), "linux/arm64/v9");
        assert!(!arm64.matches("linux/arm64/v9"));
        let amd64 = read(r#"{"os":"linux","architecture":"amd64","variant":"v3"}"#);
        assert_eq!(amd64.to_string(), "linux/amd64/v3");
    }

    #[test]
    fn knows_when_nothing_is_known() {
        assert!(!read("{}").is_known());
        assert!(!read(r#"{"os":"unknown","architecture":"unknown"}"#).is_known());
        assert!(read(r#"{"architecture":"s390x"}"#).is_known());
    }

    #[test]
    fn a_filter_names_whole_parts() {
        let arm = read(r#"{"os":"linux","architecture":"arm","variant":"v7"}"#);
        for yes in ["linux", "linux/arm", "linux/arm/v7", "arm"] {
            assert!(arm.matches(yes), "{yes}");
        }
        for no in ["linux/ar", "linux/arm64", "windows", "v7", ""] {
            assert!(!arm.matches(no), "{no}");
        }
    }
}
