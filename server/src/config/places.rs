//! `REGISTRY_URL`, `NGINX_PROXY_PASS_URL` and `DEFAULT_REGISTRIES`: where the registries are.

use url::Url;

use super::error::{Collector, ConfigError, ConfigErrors};
use super::remark::Remark;
use super::{Variables, registry_url};

/// Where the server reaches the registry, while browsers were told another address.
const INSIDE: &str = "NGINX_PROXY_PASS_URL";
const SEVERAL: &str = "DEFAULT_REGISTRIES";
const ONE: &str = "SINGLE_REGISTRY";
/// Those that say where a registry is.
const NAMING: [&str; 3] = [INSIDE, registry_url::VARIABLE, SEVERAL];

/// Where a registry is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The variable that says so.
    pub(super) variable: &'static str,
    /// Where the server reaches it.
    pub(super) url: Url,
    /// Where people reach it, if that is elsewhere.
    pub(super) public: Option<Url>,
}

/// Reads where the registries are, each once: the one that has variables of its own, then the others.
pub(super) fn read(variables: &Variables) -> Result<Vec<Place>, ConfigErrors> {
    let mut errors = Collector::default();
    let inside = errors.take(one(variables, INSIDE));
    let named = errors.take(one(variables, registry_url::VARIABLE));
    let several = errors.take_all(several(variables));
    let (Some(inside), Some(named), Some(several)) = (inside, named, several) else {
        return Err(errors.finish());
    };
    let first = match (inside, named) {
        (Some(url), public) => Some(Place { variable: INSIDE, url, public }),
        (None, Some(url)) => Some(Place { variable: registry_url::VARIABLE, url, public: None }),
        (None, None) => None,
    };
    let mut places: Vec<Place> = first.into_iter().collect();
    for url in several {
        if !places.iter().any(|it| it.url == url || it.public.as_ref() == Some(&url)) {
            places.push(Place { variable: SEVERAL, url, public: None });
        }
    }
    if places.is_empty() {
        let why = "is not set, and Stowage must know which registry to show";
        errors.add(ConfigError::unseen(registry_url::VARIABLE, why, registry_url::EXAMPLE));
        return Err(errors.finish());
    }
    Ok(places)
}

/// Whether any variable says where a registry is.
pub(super) fn is_any_set(variables: &Variables) -> bool {
    NAMING.into_iter().any(|it| variables.is_set(it))
}

fn one(variables: &Variables, name: &str) -> Result<Option<Url>, ConfigError> {
    variables.text(name)?.map(|text| registry_url::parse(name, text)).transpose()
}

fn several(variables: &Variables) -> Result<Vec<Url>, ConfigErrors> {
    let mut errors = Collector::default();
    let only_one = errors.take(variables.switch(ONE));
    let text = errors.take(variables.text(SEVERAL)).flatten().unwrap_or_default();
    let urls: Vec<Option<Url>> = text
        .split(',')
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .map(|it| errors.take(registry_url::parse(SEVERAL, it)))
        .collect();
    match only_one {
        _ if !errors.is_empty() => Err(errors.finish()),
        Some(true) => Ok(Vec::new()),
        _ => Ok(urls.into_iter().flatten().collect()),
    }
}

/// Says so where a list of registries does not count, be it that of a variable or that of the file.
pub(super) fn remarks(variables: &Variables) -> Vec<Remark> {
    let is_alone = matches!(variables.switch(ONE), Ok(true));
    let several = (variables.is_set(SEVERAL) && is_alone)
        .then(|| Remark::unused(SEVERAL, format!("{ONE}=true says that there is one only")));
    let counts = NAMING.into_iter().find(|it| variables.is_set(it));
    let tables = variables.file().filter(|it| !it.registries.is_empty()).zip(counts).map(|(file, counts)| {
        let why = format!("{counts} says which registries there are");
        Remark::unused(&format!("[[registries]] in {}", file.path), why)
    });
    several.into_iter().chain(tables).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(pairs: &[(&str, &str)]) -> Vec<(&'static str, String)> {
        let places = read(&pairs.iter().copied().collect()).unwrap();
        places.into_iter().map(|it| (it.variable, it.url.to_string())).collect()
    }

    #[test]
    fn the_server_goes_where_the_proxy_went() {
        let pairs = [(registry_url::VARIABLE, "https://hub.example"), (INSIDE, "http://registry:5000")];
        let place = read(&pairs.into_iter().collect()).unwrap().remove(0);
        assert_eq!(place.url.as_str(), "http://registry:5000/");
        assert_eq!(place.public.unwrap().as_str(), "https://hub.example/");
    }

    #[test]
    fn each_registry_is_there_once() {
        let several = (SEVERAL, "http://registry:5000, https://b.example,https://b.example/v2/,");
        let first = (registry_url::VARIABLE, "http://registry:5000/".to_owned());
        let url = (registry_url::VARIABLE, "registry:5000");
        assert_eq!(places(&[url, several]), [first.clone(), (SEVERAL, "https://b.example/".to_owned())]);
        assert_eq!(places(&[several]).len(), 2);
        assert_eq!(places(&[url, several, (ONE, "true")]), [first]);
    }

    #[test]
    fn wrong_addresses_are_named_without_passwords() {
        let pairs = [(SEVERAL, "ftp://a,https://me:hunter2@b"), (INSIDE, "http://")];
        let errors = read(&pairs.into_iter().collect()).unwrap_err().to_string();
        assert_eq!(errors.lines().count(), 4, "{errors}");
        assert!(errors.contains("DEFAULT_REGISTRIES=\"ftp://a\"") && errors.contains(INSIDE), "{errors}");
        assert!(!errors.contains("hunter2"), "{errors}");
    }
}
