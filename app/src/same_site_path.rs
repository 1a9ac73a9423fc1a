//! Where a form or a link may lead on to.

use crate::address::Address;
use crate::base_path::{self, BasePath};

/// A path of Stowage, with its query, as a browser asks for it. Nothing that a browser could take for another site is
/// one, nor what is outside of the path that Stowage is served under, for there are others' pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameSitePath(String);

impl SameSitePath {
    /// Reads a path that came with a request.
    pub fn parse(text: &str) -> Option<Self> {
        Self::below(base_path::current(), text)
    }

    /// Browsers read `//host` and `/\host` as another site, drop tabs and line ends before they look, take parts of dots
    /// out of a path, and would take the rest of a header for what follows a line end.
    fn below(base: &BasePath, text: &str) -> Option<Self> {
        let safe = text.bytes().all(|it| it.is_ascii_graphic() && it != b'\\') && !text.starts_with("//");
        let path = text.split(['?', '#']).next().filter(|_| safe)?;
        let leads_up = path.split('/').any(is_dots);
        (!leads_up && base.strip(path).is_some()).then(|| Self(text.to_owned()))
    }

    /// The first page.
    pub fn home() -> Self {
        Self(Address::Registries.path())
    }

    /// The path as it stands in a header or a link.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a part of a path is `.` or `..`, encoded or not (https://url.spec.whatwg.org/#double-dot-path-segment).
fn is_dots(part: &str) -> bool {
    part.len() <= 6 && matches!(part.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_taken() {
        for path in ["/", "/localhost:5000/team/api?q=%2Fx&page=2", "/a@b", "/a//b", "/a..b/...?x=/../y"] {
            assert_eq!(SameSitePath::parse(path).unwrap().as_str(), path);
        }
        for other in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: b",
            "/a\\b",
            "/é",
            "/a/..//evil.example",
        ] {
            assert_eq!(SameSitePath::parse(other), None, "{other:?}");
        }
    }

    #[test]
    fn pages_of_others_on_the_same_host_are_not_ours() {
        let base = "/registry-ui".parse().unwrap();
        for path in ["/registry-ui", "/registry-ui/", "/registry-ui?url=x", "/registry-ui/a/b?q=/../x"] {
            assert_eq!(SameSitePath::below(&base, path).unwrap().as_str(), path);
        }
        for other in [
            "/",
            "/a",
            "/registry-uix",
            "/registry-ui/../a",
            "/registry-ui/%2e%2E/a",
            "/registry-ui/.%2e",
            "/registry-ui/./a",
            "//registry-ui/a",
        ] {
            assert_eq!(SameSitePath::below(&base, other), None, "{other:?}");
        }
    }
}
