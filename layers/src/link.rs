//! Where links lead.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::path::{self, FilePath};

/// Where a link leads: for a symbolic link as it is written, for a hard link the path from the root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkTarget {
    bytes: Vec<u8>,
    is_hard: bool,
}

impl LinkTarget {
    pub(crate) fn new(bytes: &[u8], is_hard: bool) -> Self {
        Self { bytes: bytes.to_vec(), is_hard }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text with everything in it shown that is not seen; see [`FilePath::display_safe`].
    pub fn display_safe(&self) -> String {
        path::display_safe(&self.bytes)
    }

    /// The path that it leads to from the path of the link, unless a directory on the way is a link as well.
    pub fn path(&self, link: &FilePath) -> FilePath {
        if self.is_hard || self.bytes.starts_with(b"/") {
            return FilePath::clean(&self.bytes);
        }
        let directory = link.parent().unwrap_or_default();
        FilePath::clean(&[directory.as_bytes(), &self.bytes].join(&b'/'))
    }
}

impl fmt::Display for LinkTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&path::text(&self.bytes))
    }
}

impl Serialize for LinkTarget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_somewhere() {
        let cases = [
            ("usr/bin/sh", "dash", false, "usr/bin/dash"),
            ("usr/bin/sh", "../lib/sh", false, "usr/lib/sh"),
            ("usr/bin/sh", "/bin/../sbin/sh", false, "sbin/sh"),
            ("lib", "usr/lib", false, "usr/lib"),
            ("usr/bin/sh", "bin/dash", true, "bin/dash"),
            ("up", "../../..", false, ""),
        ];
        for (link, target, is_hard, path) in cases {
            let target = LinkTarget::new(target.as_bytes(), is_hard);
            assert_eq!(target.path(&FilePath::clean(link.as_bytes())).to_string(), path, "{link}");
        }
    }
}
