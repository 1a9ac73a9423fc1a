//! Where a form may lead back to.

/// A path on this site, with its query. Nothing that a browser could take for another site is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SameSitePath(String);

impl SameSitePath {
    /// Reads a path that came with a request.
    ///
    /// Browsers read `//host` and `/\host` as another site, drop tabs and line ends before they look, and would take
    /// the rest of a header for what follows a line end.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        let safe =
            !rest.starts_with(['/', '\\']) && text.bytes().all(|it| it.is_ascii_graphic() && it != b'\\');
        safe.then(|| Self(text.to_owned()))
    }

    /// The first page.
    pub(crate) fn home() -> Self {
        Self("/".to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_taken() {
        for path in ["/", "/localhost:5000/team/api?q=%2Fx&page=2", "/a@b", "/a//b"] {
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
        ] {
            assert_eq!(SameSitePath::parse(other), None, "{other:?}");
        }
    }
}
