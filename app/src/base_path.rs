//! The path that Stowage is served under, where it has no host of its own: `/registry-ui`.
//!
//! Every path that leaves the server begins with it: [`under`] puts it there, and nothing else writes a path of ours.
//! What comes in has lost it before it is routed, so that [`Address::parse`](crate::address::Address::parse) and the
//! routes know nothing of it. One process serves under one path, which is said once, at start.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

/// What is answered both below the path and outside of it: those who watch over the server do not ask through the proxy.
pub const OUTSIDE: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

static CURRENT: OnceLock<BasePath> = OnceLock::new();
static ROOT: BasePath = BasePath(String::new());

/// A path without a slash at its end; empty where Stowage has a host of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BasePath(String);

/// Why a text is no path that Stowage could be served under; it goes on after the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidBasePath {
    /// Two slashes follow each other.
    EmptyPart,
    /// A part is `.` or `..`.
    DotPart,
    /// A letter that would be written differently in an address, or that ends the path there.
    Letter(char),
    /// One of [`OUTSIDE`].
    Outside,
}

/// Says under which path this process serves; nothing has to be said where that is none.
///
/// # Panics
/// Where another path was said before: the pages that have been sent would lead nowhere.
pub fn set(path: BasePath) {
    let said = CURRENT.get_or_init(|| path.clone());
    assert_eq!(said, &path, "one process serves under one path");
}

/// The path that this process serves under.
pub fn current() -> &'static BasePath {
    CURRENT.get().unwrap_or(&ROOT)
}

/// A path as browsers have to ask for it, from the path as routes know it.
pub fn under(path: &str) -> String {
    current().under(path)
}

impl BasePath {
    /// The path as it stands before others.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether Stowage has a host of its own.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Where cookies are sent.
    pub fn for_cookies(&self) -> &str {
        if self.is_root() { "/" } else { &self.0 }
    }

    /// A path with this one before it.
    pub fn under(&self, path: &str) -> String {
        [&self.0, path].concat()
    }

    /// A path as routes know it; nothing for one that is not below this one.
    pub fn strip<'a>(&self, path: &'a str) -> Option<&'a str> {
        match path.strip_prefix(&self.0)? {
            "" if !self.is_root() => Some("/"),
            rest => rest.starts_with('/').then_some(rest),
        }
    }
}

impl FromStr for BasePath {
    type Err = InvalidBasePath;

    /// Reads a path; the slashes at both ends may be left out.
    fn from_str(text: &str) -> Result<Self, InvalidBasePath> {
        let path = text.strip_prefix('/').unwrap_or(text);
        if path.is_empty() {
            return Ok(Self::default());
        }
        let path = path.strip_suffix('/').unwrap_or(path);
        // What needs no encoding is the same text in every address, header and page (RFC 3986, section 2.3).
        let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | '_' | '~');
        if let Some(letter) = path.chars().find(|it| !is_plain(*it) && *it != '/') {
            return Err(InvalidBasePath::Letter(letter));
        }
        for part in path.split('/') {
            match part {
                "" => return Err(InvalidBasePath::EmptyPart),
                "." | ".." => return Err(InvalidBasePath::DotPart),
                _ => {}
            }
        }
        let path = format!("/{path}");
        if OUTSIDE.contains(&path.as_str()) { Err(InvalidBasePath::Outside) } else { Ok(Self(path)) }
    }
}

impl fmt::Display for InvalidBasePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyPart => f.write_str("has nothing between two slashes"),
            Self::DotPart => f.write_str("has a part . or .., which browsers take out of addresses"),
            Self::Letter(letter) => {
                write!(f, "holds {letter:?}; it is made of letters, digits, slashes and - . _ ~")
            }
            Self::Outside => f.write_str("is where whoever watches over the server asks how it is"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> BasePath {
        text.parse().unwrap()
    }

    #[test]
    fn slashes_at_the_ends_may_be_left_out() {
        for text in ["/registry-ui", "registry-ui", "/registry-ui/", "registry-ui/"] {
            assert_eq!(base(text).as_str(), "/registry-ui", "{text}");
        }
        assert_eq!(base("/tools/registry_ui.2/~x").as_str(), "/tools/registry_ui.2/~x");
        assert!(base("/").is_root() && base("").is_root());
    }

    #[test]
    fn what_would_be_another_path_in_an_address_is_refused() {
        for (text, why) in [
            ("//", InvalidBasePath::EmptyPart),
            ("/a//b", InvalidBasePath::EmptyPart),
            ("/a/../b", InvalidBasePath::DotPart),
            ("..", InvalidBasePath::DotPart),
            ("/a?b", InvalidBasePath::Letter('?')),
            ("/a#b", InvalidBasePath::Letter('#')),
            ("/a b", InvalidBasePath::Letter(' ')),
            ("/a%20b", InvalidBasePath::Letter('%')),
            ("/a\nb", InvalidBasePath::Letter('\n')),
            ("/a;b", InvalidBasePath::Letter(';')),
            ("/é", InvalidBasePath::Letter('é')),
            ("https://a/b", InvalidBasePath::Letter(':')),
            ("/readyz/", InvalidBasePath::Outside),
        ] {
            assert_eq!(text.parse::<BasePath>(), Err(why), "{text:?}");
        }
    }

    #[test]
    fn what_is_below_is_found_again_and_nothing_else() {
        let below = base("/registry-ui");
        for path in ["/", "/search", "/localhost:5000/team/", "//x"] {
            assert_eq!(below.strip(&below.under(path)), Some(path));
            assert_eq!(BasePath::default().strip(&BasePath::default().under(path)), Some(path));
        }
        assert_eq!(below.strip("/registry-ui"), Some("/"));
        for path in ["/", "/search", "/registry-uix", "/registry-ui:5000/a", "/Registry-UI/", "registry-ui/"]
        {
            assert_eq!(below.strip(path), None, "{path}");
        }
        for path in ["", "no path"] {
            assert_eq!(BasePath::default().strip(path), None, "{path}");
        }
    }
}
