//! What the log says at start of variables with which nothing is wrong, but which do not do what somebody may expect.

use std::fmt;

use super::Variables;
use super::{listen, metrics, nginx, pages, places};

/// Variables of docker-registry-ui that say something which needs no saying here, each with the reason.
const UNNEEDED: [(&str, &str); 12] = [
    ("SINGLE_REGISTRY", "the menu of registries is there when there are several"),
    ("READ_ONLY_REGISTRIES", "only the configuration adds and removes registries"),
    ("CATALOG_ELEMENTS_LIMIT", "catalogs are read to their end, and long ones are shown in pages"),
    (
        "SHOW_CATALOG_NB_TAGS",
        "the catalog always tells how many tags there are, without asking the registry again",
    ),
    ("SHOW_TAG_HISTORY", "the history of an image is a part of its page"),
    ("REGISTRY_SECURED", "Stowage remembers how the registry wants to be asked"),
    ("NGINX_RESOLVER", "names are looked up again for each new connection"),
    ("USE_CONTROL_CACHE_HEADER", "browsers keep no answers of the registry, and tags are compared with it"),
    ("ENABLE_VERSION_NOTIFICATION", "Stowage asks nobody for new versions"),
    ("THEME_FOOTER_TEXT", "pages have no footer"),
    ("THEME_FOOTER_NEUTRAL_TEXT", "pages have no footer"),
    ("THEME_FOOTER_BACKGROUND", "pages have no footer"),
];
/// How the variables of docker-registry-ui begin, so that a slip of the pen is noticed. Those of its registry are left
/// out: containers that are linked to one, and clusters with a service of that name, set many of their own.
const FAMILIES: [&str; 6] = ["CATALOG_", "HISTORY_", "NGINX_", "SHOW_", "TAGLIST_", "THEME_"];
/// The variables of these families that do something.
const KNOWN: [&str; 9] = [
    "CATALOG_DEFAULT_EXPANDED",
    "CATALOG_MAX_BRANCHES",
    "CATALOG_MIN_BRANCHES",
    "HISTORY_CUSTOM_LABELS",
    "NGINX_LISTEN_PORT",
    "NGINX_PROXY_PASS_URL",
    "SHOW_CONTENT_DIGEST",
    "TAGLIST_ORDER",
    "TAGLIST_PAGE_SIZE",
];

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    variable: String,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// What it is for happens anyway.
    Unneeded(String),
    /// Somebody should know that it does nothing.
    Unused(String),
    /// Somebody should know that it does less than it says.
    InPart(String),
    /// No variable is called that.
    Unknown,
}

impl Remark {
    /// It is not needed, for this reason.
    pub(super) fn unneeded(variable: &str, why: impl Into<String>) -> Self {
        Self { variable: variable.to_owned(), kind: Kind::Unneeded(why.into()) }
    }

    /// It is not used, for this reason.
    pub(super) fn unused(variable: &str, why: impl Into<String>) -> Self {
        Self { variable: variable.to_owned(), kind: Kind::Unused(why.into()) }
    }

    /// It does less than it says, for this reason.
    pub(super) fn in_part(variable: &str, why: impl Into<String>) -> Self {
        Self { variable: variable.to_owned(), kind: Kind::InPart(why.into()) }
    }

    /// The variable that it is about.
    pub fn variable(&self) -> &str {
        &self.variable
    }

    /// Writes it into the log.
    pub fn log(&self) {
        match self.kind {
            Kind::Unneeded(_) => tracing::info!("{self}"),
            Kind::Unused(_) | Kind::InPart(_) | Kind::Unknown => tracing::warn!("{self}"),
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variable, kind } = self;
        match kind {
            Kind::Unneeded(why) => write!(f, "{variable} is not needed: {why}"),
            Kind::Unused(why) => write!(f, "{variable} is not used: {why}"),
            Kind::InPart(why) => write!(f, "{variable} is followed in part: {why}"),
            Kind::Unknown => write!(f, "{variable} is no variable that Stowage knows: is it misspelt?"),
        }
    }
}

/// All that is to be said of variables that were read without an error.
pub(super) fn read(variables: &Variables) -> Vec<Remark> {
    let set = |name: &str| !matches!(variables.text(name), Ok(None));
    let unneeded = UNNEEDED.into_iter().filter(|(name, _)| set(name));
    let mut remarks: Vec<Remark> = unneeded.map(|(name, why)| Remark::unneeded(name, why)).collect();
    remarks.extend(listen::remark(variables));
    remarks.extend(places::remark(variables));
    remarks.extend(metrics::remark(variables));
    remarks.extend(nginx::remarks(variables));
    remarks.extend(pages::remarks(variables));
    let names = FAMILIES.into_iter().flat_map(|it| variables.beginning_with(it));
    let unknown = names.filter(|name| !is_known(name) && !is_of_a_service(name));
    remarks.extend(unknown.map(|name| Remark { variable: name.to_owned(), kind: Kind::Unknown }));
    remarks
}

fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
        || UNNEEDED.iter().any(|(it, _)| *it == name)
        || pages::colours::is_one(name)
        || nginx::is_header(name)
}

/// Whether it is one that orchestrators set for a service that happens to be called like this, or the version of the
/// server in the image that one is built on.
fn is_of_a_service(name: &str) -> bool {
    let is_of_nginx = matches!(name.strip_prefix("NGINX_"), Some("PORT" | "VERSION"));
    is_of_nginx || name.contains("_SERVICE_") || name.contains("_PORT_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pairs: &[(&str, &str)]) -> Vec<String> {
        read(&pairs.iter().copied().collect()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_misspelt_is_named_once() {
        assert_eq!(
            lines(&[("THEME_PINK", "#f0f"), ("TAGLIST_PAGESIZE", "5"), ("THEMES", "dark"), ("SHOW_IT", "")]),
            [
                "TAGLIST_PAGESIZE is no variable that Stowage knows: is it misspelt?",
                "THEME_PINK is no variable that Stowage knows: is it misspelt?"
            ]
        );
    }

    #[test]
    fn what_others_set_is_not_spoken_of() {
        let others = ["NGINX_SERVICE_HOST", "NGINX_PORT_80_TCP", "CATALOG_SERVICE_PORT", "NGINX_PORT"];
        assert!(lines(&others.map(|it| (it, "1"))).is_empty());
        assert!(lines(&[]).is_empty());
    }
}
