//! What the log says at start of variables with which nothing is wrong, but which do not do what somebody may expect, or
//! are missing although the server can do without.

use std::fmt;

use super::Variables;
use super::{file, listen, metrics, nginx, pages, places, settings, v2};

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
/// How our own variables begin. Others that begin like this may be those of whoever starts the server, so they are only
/// spoken of where they are nearly one of ours.
const OURS: &str = "STOWAGE_";
/// How the variables of docker-registry-ui begin, so that a slip of the pen is noticed. Those of its registry are left
/// out: containers that are linked to one, and clusters with a service of that name, set many of their own.
const FAMILIES: [&str; 6] = ["CATALOG_", "HISTORY_", "NGINX_", "SHOW_", "TAGLIST_", "THEME_"];
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
    /// It should be set.
    Missing(String),
    /// Somebody should know that others can read it.
    Open(String),
    /// No variable is called that; perhaps this one is meant.
    Unknown(Option<&'static str>),
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

    /// It should be set, for this reason.
    pub(super) fn missing(variable: &str, why: impl Into<String>) -> Self {
        Self { variable: variable.to_owned(), kind: Kind::Missing(why.into()) }
    }

    /// It holds secrets, which everybody can read, under these keys.
    pub(super) fn open(file: &str, keys: &str) -> Self {
        Self { variable: file.to_owned(), kind: Kind::Open(keys.to_owned()) }
    }

    /// The same in the words of where the value came from.
    fn told_by(self, variables: &Variables) -> Self {
        match variables.origin(&self.variable) {
            Some(origin) => {
                let place = origin.place().map(|it| format!(" {it}")).unwrap_or_default();
                Self { variable: format!("{}{place}", origin.name()), ..self }
            }
            None => self,
        }
    }

    /// The variable that it is about.
    pub fn variable(&self) -> &str {
        &self.variable
    }

    /// Writes it into the log.
    pub fn log(&self) {
        match self.kind {
            Kind::Unneeded(_) => tracing::info!("{self}"),
            Kind::Unused(_) | Kind::InPart(_) | Kind::Missing(_) | Kind::Open(_) | Kind::Unknown(_) => {
                tracing::warn!("{self}");
            }
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
            Kind::Missing(why) => write!(f, "{variable} is not set: {why}"),
            Kind::Open(keys) => write!(
                f,
                "{variable} holds secrets that everybody on this machine can read ({keys}): take that right away with \
                 chmod, or name files that hold them"
            ),
            Kind::Unknown(None) => {
                write!(f, "{variable} is no variable that Stowage knows: is it misspelt?")
            }
            Kind::Unknown(Some(near)) => {
                write!(f, "{variable} is no variable that Stowage knows: is {near} meant?")
            }
        }
    }
}

/// All that is to be said of variables that were read without an error.
pub(super) fn read(variables: &Variables) -> Vec<Remark> {
    let unneeded = unneeded().filter(|(name, _)| variables.is_set(name));
    let mut remarks: Vec<Remark> = unneeded.map(|(name, why)| Remark::unneeded(name, why)).collect();
    remarks.extend(listen::remark(variables));
    remarks.extend(places::remarks(variables));
    remarks.extend(file::remark(variables));
    remarks.extend(metrics::remark(variables));
    remarks.extend(nginx::remarks(variables));
    remarks.extend(pages::remarks(variables));
    remarks.extend(v2::remark(variables));
    let names = FAMILIES.into_iter().flat_map(|it| variables.beginning_with(it));
    let unknown = names.filter(|name| !is_known(name) && !is_of_a_service(name));
    let unknown = unknown.map(|name| (name, settings::nearest_variable(name)));
    let ours = variables.beginning_with(OURS).filter(|name| !is_known(name));
    let ours = ours.map(|name| (name, settings::nearest_variable(name))).filter(|(_, near)| near.is_some());
    remarks.extend(unknown.chain(ours).map(|(name, near)| {
        let variable = name.to_owned();
        Remark { variable, kind: Kind::Unknown(near) }
    }));
    remarks.into_iter().map(|it| it.told_by(variables)).collect()
}

/// Variables that say something which needs no saying, each with the reason.
pub(super) fn unneeded() -> impl Iterator<Item = (&'static str, &'static str)> {
    UNNEEDED.into_iter()
}

fn is_known(name: &str) -> bool {
    settings::is_variable(name) || nginx::is_header(name)
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
                "TAGLIST_PAGESIZE is no variable that Stowage knows: is TAGLIST_PAGE_SIZE meant?",
                "THEME_PINK is no variable that Stowage knows: is it misspelt?"
            ]
        );
        assert_eq!(
            lines(&[("STOWAGE_PROTECTED_TAG", "v*"), ("STOWAGE_PORT", "tcp://10.0.0.1:80")]),
            ["STOWAGE_PROTECTED_TAG is no variable that Stowage knows: is STOWAGE_PROTECTED_TAGS meant?"]
        );
    }

    #[test]
    fn what_others_set_is_not_spoken_of() {
        let others = ["NGINX_SERVICE_HOST", "NGINX_PORT_80_TCP", "CATALOG_SERVICE_PORT", "NGINX_PORT"];
        assert!(lines(&others.map(|it| (it, "1"))).is_empty());
        assert!(lines(&[]).is_empty());
    }
}
