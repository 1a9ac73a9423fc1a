//! The addresses of docker-registry-ui, whose bookmarks lead to the same thing here.
//!
//! It kept the registry in `?url=`, in base64 where it has a `&` in it, and the page behind `#!/`. What is behind a `#`
//! never reaches a server, so a script asks for it again as `?old=`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::{Engine, RegistryInfo};
use form_urlencoded::{Serializer, parse};
use http::Uri;
use registry::Reference;

use super::{Address, sign_in};

/// Where an old address leads now; nothing for any other, and for a registry that is not among several.
pub(crate) fn follow(engine: &Engine, uri: &Uri) -> Option<String> {
    let (mut url, mut old) = (None, None);
    for (key, value) in parse(uri.query()?.as_bytes()) {
        match &*key {
            "url" => url = Some(plain(value.into_owned())),
            "old" => old = Some(value.into_owned()),
            _ => {}
        }
    }
    let registries: Vec<&RegistryInfo> = engine.registries().collect();
    let here = Address::parse(uri.path()).ok()?;
    let registry = match (&here, &url) {
        // Somebody who had to sign in first still has it behind the # there.
        (Address::Login, _) => {
            let query = Serializer::new(String::new()).append_pair("old", &old?).finish();
            return Some(sign_in(&format!("{}?{query}", Address::Registries.path())));
        }
        (Address::Catalog { registry }, _) => registry.clone(),
        (Address::Registries, Some(url)) => {
            let named = registries.iter().find(|it| names(url, it));
            let only = || registries.first().filter(|_| old.is_some() && registries.len() == 1);
            named.or_else(only)?.id.clone()
        }
        (Address::Registries, None) if old.is_some() => registries.first()?.id.clone(),
        _ => return None,
    };
    match (old, url) {
        (Some(old), _) => Some(page(&old, registry).path()),
        (None, Some(_)) if here == Address::Registries => Some(Address::Catalog { registry }.path()),
        _ => None,
    }
}

/// The address of a registry that was written in base64, and any other text as it is.
fn plain(url: String) -> String {
    if url.starts_with("http") {
        return url;
    }
    // Its writer left the plus signs as they were, which mean spaces in a query.
    let decoded = STANDARD.decode(url.replace(' ', "+")).ok().and_then(|it| String::from_utf8(it).ok());
    decoded.filter(|it| it.starts_with("http")).unwrap_or(url)
}

/// Whether the address of a registry, as it was written once, is that of one of ours.
fn names(url: &str, registry: &RegistryInfo) -> bool {
    let bare = |url: &str| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let rest = rest.split('?').next().unwrap_or_default();
        rest.trim_end_matches('/').to_ascii_lowercase()
    };
    let wanted = bare(url);
    [&registry.url, &registry.pull_host, &registry.id].into_iter().any(|it| bare(it) == wanted)
}

/// The page that stood behind `#!/`; the catalog where that is none we know.
fn page(old: &str, registry: String) -> Address {
    let old = old.split('?').next().unwrap_or_default().trim_matches('/');
    let catalog = || Address::Catalog { registry: registry.clone() };
    let found = match old.split_once('/') {
        Some(("taglist", image)) => {
            image.parse().ok().map(|repository| Address::Tags { registry: registry.clone(), repository })
        }
        Some(("taghistory", rest)) => rest.strip_prefix("image/").and_then(|rest| {
            let (image, tag) = rest.rsplit_once("/tag/")?;
            Some(Address::Image {
                registry: registry.clone(),
                repository: image.parse().ok()?,
                reference: Reference::Tag(tag.parse().ok()?),
            })
        }),
        _ => None,
    };
    found.unwrap_or_else(catalog)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_pages_lead_to_the_same_thing() {
        for (old, path) in [
            ("", "/r"),
            ("taglist/alpine", "/r/alpine"),
            ("taglist/team/tools/cli?page=2", "/r/team/tools/cli"),
            ("taghistory/image/team/tag/tag/1.0", "/r/team/tag:1.0"),
            ("taghistory/image/alpine/tag/latest/", "/r/alpine:latest"),
            ("taglist/UPPER", "/r"),
            ("taglist/../../etc", "/r"),
            ("no/such/page", "/r"),
        ] {
            assert_eq!(page(old, "r".to_owned()).path(), path, "{old}");
        }
    }

    #[test]
    fn addresses_in_base64_are_read_and_others_left() {
        for (written, meant) in [
            ("aHR0cDovL3JlZ2lzdHJ5OjUwMDAvP2E9MSZiPTI=", "http://registry:5000/?a=1&b=2"),
            ("aHR0cDovL3IvP34 JmI9", "http://r/?~>&b="),
            ("http://registry:5000", "http://registry:5000"),
            ("registry:5000", "registry:5000"),
            ("main", "main"),
        ] {
            assert_eq!(plain(written.to_owned()), meant, "{written}");
        }
    }

    #[test]
    fn a_registry_is_known_by_its_address_its_pull_host_and_its_id() {
        let info = RegistryInfo {
            id: "main".to_owned(),
            url: "http://registry:5000/".to_owned(),
            pull_host: "registry.example".to_owned(),
        };
        for url in [
            "http://registry:5000",
            "http://registry:5000/?a=1&b=2",
            "https://Registry.example/",
            "registry.example",
            "main",
        ] {
            assert!(names(url, &info), "{url}");
        }
        assert!(!names("https://evil.example", &info));
    }
}
