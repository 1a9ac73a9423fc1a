//! Where a registry's list of repositories comes from: `REGISTRY_CATALOG` and its companions, or what a table of a
//! configuration file says instead.

use registry::RepositoryName;
use registry::client::{CatalogMode, Namespaces, Vendor, VendorList};
use url::Url;

use super::error::ConfigError;
use super::{Variables, registry_url};

const MODE: &str = "REGISTRY_CATALOG";
const REPOSITORIES: &str = "REGISTRY_CATALOG_REPOSITORIES";
const PREFIXES: &str = "REGISTRY_CATALOG_PREFIXES";
const NAMESPACES: &str = "REGISTRY_CATALOG_NAMESPACES";
const API: &str = "REGISTRY_CATALOG_API";

/// What is said of the list.
#[derive(Clone, Copy, Debug, Default)]
struct CatalogSettings<'a> {
    /// `full`, `listed`, `prefixes`, `vendor`, or the name of a vendor.
    mode: Option<&'a str>,
    repositories: &'a [String],
    prefixes: &'a [String],
    namespaces: &'a [String],
    /// Where the vendor's API is.
    api: Option<&'a str>,
}

/// Reads the variables of the registry at `url`.
pub(super) fn of_variables(variables: &Variables, url: &Url) -> Result<CatalogMode, ConfigError> {
    let list = |name| -> Result<Vec<String>, ConfigError> {
        let text = variables.text(name)?.unwrap_or_default();
        let items = text.split(|it: char| it == ',' || it.is_whitespace()).filter(|it| !it.is_empty());
        Ok(items.map(str::to_owned).collect())
    };
    let settings = CatalogSettings {
        mode: variables.text(MODE)?,
        repositories: &list(REPOSITORIES)?,
        prefixes: &list(PREFIXES)?,
        namespaces: &list(NAMESPACES)?,
        api: variables.text(API)?,
    };
    read(settings, url)
}

/// Reads where the list of the registry at `url` comes from.
fn read(settings: CatalogSettings<'_>, url: &Url) -> Result<CatalogMode, ConfigError> {
    let text = settings.mode.unwrap_or("full");
    let mode = match text {
        "full" => CatalogMode::Full,
        "listed" => CatalogMode::Listed(repositories(settings.repositories, REPOSITORIES)?),
        "prefixes" => CatalogMode::Prefixes(repositories(settings.prefixes, PREFIXES)?),
        "vendor" => match Vendor::of_url(url) {
            Some(vendor) => vendor_list(vendor, settings)?,
            None => {
                let why = format!("cannot be told from the address {url}; name the vendor: {}", vendors());
                return Err(ConfigError::value(MODE, text, why, &set(MODE, "harbor")));
            }
        },
        named => match named.parse() {
            Ok(vendor) => vendor_list(vendor, settings)?,
            Err(_) => {
                let why = format!("is none of full, listed, prefixes, vendor, {}", vendors());
                return Err(ConfigError::value(MODE, named, why, &set(MODE, "listed")));
            }
        },
    };
    match unused(&mode, settings) {
        None => Ok(mode),
        Some((setting, wanted)) => {
            let why = format!("is set, but has no meaning while {MODE} is {text:?}");
            Err(ConfigError::unseen(setting, why, &set(MODE, wanted)))
        }
    }
}

/// A setting that belongs to another mode, and that mode.
fn unused(mode: &CatalogMode, settings: CatalogSettings<'_>) -> Option<(&'static str, &'static str)> {
    let is_vendor = matches!(mode, CatalogMode::Vendor(_));
    let (listed, below) = (matches!(mode, CatalogMode::Listed(_)), matches!(mode, CatalogMode::Prefixes(_)));
    [
        (!settings.repositories.is_empty() && !listed, REPOSITORIES, "listed"),
        (!settings.prefixes.is_empty() && !below, PREFIXES, "prefixes"),
        (!settings.namespaces.is_empty() && !is_vendor, NAMESPACES, "vendor"),
        (settings.api.is_some() && !is_vendor, API, "vendor"),
    ]
    .into_iter()
    .find_map(|(is_unused, setting, wanted)| is_unused.then_some((setting, wanted)))
}

fn vendor_list(vendor: Vendor, settings: CatalogSettings<'_>) -> Result<CatalogMode, ConfigError> {
    let example = set(NAMESPACES, "my-team");
    match (vendor.namespaces(), settings.namespaces) {
        (Namespaces::Needed, []) => {
            let why = format!("is not set, and {vendor} lists the repositories of those that one names only");
            return Err(ConfigError::unseen(NAMESPACES, why, &example));
        }
        (Namespaces::None, [first, ..]) => {
            let why = format!("has no meaning for {vendor}, which lists everything; prefixes are possible");
            return Err(ConfigError::value(NAMESPACES, first, why, &set(MODE, "prefixes")));
        }
        _ => {}
    }
    for namespace in settings.namespaces {
        // Groups of GitLab lie in each other, and only there have namespaces several parts.
        let mut parts = namespace.split('/');
        if !parts.all(is_part) || (vendor != Vendor::GitLab && namespace.contains('/')) {
            let why = format!("names nothing that {vendor} could have: expected letters, digits and . _ -");
            return Err(ConfigError::value(NAMESPACES, namespace, why, &example));
        }
    }
    let mut list = VendorList::new(vendor, settings.namespaces.to_vec());
    list.api = settings.api.map(|text| registry_url::parse(API, text)).transpose()?;
    Ok(CatalogMode::Vendor(list))
}

fn is_part(part: &str) -> bool {
    !part.is_empty()
        && part.bytes().any(|it| it != b'.')
        && part.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-".contains(&it))
}

/// Names of repositories or namespaces, of which there must be one at least.
fn repositories(texts: &[String], setting: &'static str) -> Result<Vec<RepositoryName>, ConfigError> {
    let example = set(setting, "team/api,team/web");
    if texts.is_empty() {
        return Err(ConfigError::unseen(setting, "is not set, so nothing would be listed", &example));
    }
    let parse = |text: &String| {
        let wrong =
            || ConfigError::value(setting, text, "is not the name of a repository or namespace", &example);
        text.trim_end_matches('/').parse::<RepositoryName>().map_err(|_| wrong())
    };
    let mut parsed = texts.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
    parsed.sort_unstable();
    parsed.dedup();
    Ok(parsed)
}

fn vendors() -> String {
    Vendor::ALL.map(Vendor::id).join(", ")
}

fn set(setting: &str, value: &str) -> String {
    format!("{setting}={value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str, pairs: &[(&str, &str)]) -> Result<CatalogMode, String> {
        let variables: Variables = pairs.iter().copied().collect();
        of_variables(&variables, &url.parse().unwrap()).map_err(|error| error.to_string())
    }

    const OWN: &str = "https://registry.example.com";

    #[test]
    fn everything_is_listed_unless_somebody_says_otherwise() {
        assert_eq!(mode(OWN, &[]), Ok(CatalogMode::Full));
        assert_eq!(mode(OWN, &[(MODE, "full")]), Ok(CatalogMode::Full));
    }

    #[test]
    fn lists_have_commas_or_lines_between_their_names() {
        let names = |texts: &[&str]| texts.iter().map(|it| it.parse().unwrap()).collect::<Vec<_>>();
        let listed = mode(OWN, &[(MODE, "listed"), (REPOSITORIES, "team/web, team/api\n team/api,")]);
        assert_eq!(listed, Ok(CatalogMode::Listed(names(&["team/api", "team/web"]))));
        let below = mode(OWN, &[(MODE, "prefixes"), (PREFIXES, "team/,library/base")]);
        assert_eq!(below, Ok(CatalogMode::Prefixes(names(&["library/base", "team"]))));
        for pairs in [
            vec![(MODE, "listed")],
            vec![(MODE, "listed"), (REPOSITORIES, "Team/API")],
            vec![(MODE, "prefixes"), (PREFIXES, "../etc")],
        ] {
            let error = mode(OWN, &pairs).unwrap_err();
            assert!(error.contains("for example REGISTRY_CATALOG_"), "{error}");
        }
    }

    #[test]
    fn a_vendor_is_told_by_its_host_or_by_its_name() {
        let namespaces = (NAMESPACES, "acme");
        let of = |vendor, namespaces: &[&str]| {
            let namespaces = namespaces.iter().map(|&it| it.to_owned()).collect();
            Ok(CatalogMode::Vendor(VendorList::new(vendor, namespaces)))
        };
        let vendor = (MODE, "vendor");
        assert_eq!(mode("https://ghcr.io", &[vendor, namespaces]), of(Vendor::Ghcr, &["acme"]));
        let hub = mode("https://registry-1.docker.io", &[vendor, namespaces]);
        assert_eq!(hub, of(Vendor::DockerHub, &["acme"]));
        assert_eq!(mode(OWN, &[(MODE, "harbor")]), of(Vendor::Harbor, &[]));
        let error = mode(OWN, &[vendor, namespaces]).unwrap_err();
        assert!(error.contains("cannot be told from the address") && error.contains("gitlab"), "{error}");
        assert!(mode(OWN, &[(MODE, "artifactory")]).unwrap_err().contains("is none of full"));
    }

    #[test]
    fn namespaces_are_what_the_vendor_has() {
        let ecr = "https://123456789012.dkr.ecr.eu-west-1.amazonaws.com";
        assert!(mode(ecr, &[(MODE, "vendor")]).is_ok());
        for (url, pairs) in [
            (ecr, vec![(MODE, "vendor"), (NAMESPACES, "team")]),
            ("https://ghcr.io", vec![(MODE, "vendor")]),
            ("https://ghcr.io", vec![(MODE, "vendor"), (NAMESPACES, "acme/tools")]),
            ("https://quay.io", vec![(MODE, "vendor"), (NAMESPACES, "..")]),
            (OWN, vec![(MODE, "gitlab"), (NAMESPACES, "a//b")]),
        ] {
            assert!(mode(url, &pairs).unwrap_err().starts_with(NAMESPACES), "{url} {pairs:?}");
        }
        assert!(mode(OWN, &[(MODE, "gitlab"), (NAMESPACES, "acme/tools,42")]).is_ok());
    }

    #[test]
    fn what_belongs_to_another_mode_is_not_passed_over() {
        for (name, value, wanted) in [
            (REPOSITORIES, "a", "REGISTRY_CATALOG=listed"),
            (PREFIXES, "a", "REGISTRY_CATALOG=prefixes"),
            (NAMESPACES, "a", "REGISTRY_CATALOG=vendor"),
            (API, "https://api.example", "REGISTRY_CATALOG=vendor"),
        ] {
            let error = mode(OWN, &[(name, value)]).unwrap_err();
            assert!(error.starts_with(name) && error.ends_with(wanted), "{error}");
        }
        let api = [(MODE, "ghcr"), (NAMESPACES, "acme"), (API, "https://github.example.com/api/v3")];
        let Ok(CatalogMode::Vendor(list)) = mode(OWN, &api) else { panic!() };
        assert_eq!(list.api.unwrap().as_str(), "https://github.example.com/api/v3/");
    }
}
