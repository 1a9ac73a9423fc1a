//! Paths as layers have them: bytes, which need not be text.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A path from the root, without a slash at either end: `usr/bin/env`; the root itself is empty.
///
/// As text, `\` and bytes that are no UTF-8 are written as `\x5c`, two digits each in lower case. Each path has one text, and each
/// text one path.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct FilePath(Vec<u8>);

/// A text that no path is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no path is written like this")]
pub struct NoPath;

impl FilePath {
    /// The path that bytes mean: without `.` and empty parts, and with `..` taken for the directory above, where
    /// there is one. It is what extractors make of the name of an entry.
    pub fn clean(bytes: &[u8]) -> Self {
        let mut clean: Vec<u8> = Vec::with_capacity(bytes.len());
        for part in bytes.split(|it| *it == b'/') {
            match part {
                b"" | b"." => {}
                b".." => clean.truncate(memchr::memrchr(b'/', &clean).unwrap_or(0)),
                _ => {
                    if !clean.is_empty() {
                        clean.push(b'/');
                    }
                    clean.extend_from_slice(part);
                }
            }
        }
        Self(clean)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The last part; empty for the root.
    pub fn name(&self) -> &[u8] {
        &self.0[self.0.len() - self.name_length()..]
    }

    /// The directory that it lies in; absent for the root.
    pub fn parent(&self) -> Option<Self> {
        let length = self.0.len() - self.name_length();
        (!self.0.is_empty()).then(|| Self(self.0[..length.saturating_sub(1)].to_vec()))
    }

    /// Its parts, the one below the root first.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        self.0.split(|it| *it == b'/').filter(|it| !it.is_empty())
    }

    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with everything in it shown that is not seen: control characters, and marks that change the
    /// direction of what stands around them, are written as `\u{202e}`.
    pub fn display_safe(&self) -> String {
        display_safe(&self.0)
    }

    fn name_length(&self) -> usize {
        self.0.iter().rev().take_while(|it| **it != b'/').count()
    }

    pub(crate) fn from_clean(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// The text of bytes; see [`FilePath`].
pub fn text(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) if !text.contains('\\') => text.into(),
        _ => escaped(bytes, |c| c == '\\').into(),
    }
}

/// The text of bytes as [`FilePath::display_safe`] shows it.
pub fn display_safe(bytes: &[u8]) -> String {
    escaped(bytes, |c| c == '\\' || is_unseen(c))
}

fn escaped(bytes: &[u8], is_escaped: fn(char) -> bool) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => text.push_str("\\x5c"),
                c if is_escaped(c) => text.extend(c.escape_unicode()),
                c => text.push(c),
            }
        }
        for byte in chunk.invalid() {
            // Writing to a text does not fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// Control characters, separators of lines, and what changes directions or joins without being seen.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The bytes that a text stands for; see [`FilePath`].
fn bytes(text: &str) -> Result<Vec<u8>, NoPath> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('\\');
    bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        let digits = part.strip_prefix('x').and_then(|it| it.get(..2)).ok_or(NoPath)?;
        if !digits.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(NoPath);
        }
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| NoPath)?);
        bytes.extend_from_slice(&part.as_bytes()[3..]);
    }
    Ok(bytes)
}

impl FromStr for FilePath {
    type Err = NoPath;

    /// Reads the text of a path. Slashes at either end are left out, so that `/` is the root; any other text that
    /// is not that of a path is an error.
    fn from_str(text: &str) -> Result<Self, NoPath> {
        let text = text.trim_matches('/');
        let path = Self::clean(&bytes(text)?);
        if path.to_string() == text { Ok(path) } else { Err(NoPath) }
    }
}

impl TryFrom<String> for FilePath {
    type Error = NoPath;

    fn try_from(text: String) -> Result<Self, NoPath> {
        text.parse()
    }
}

impl From<FilePath> for String {
    fn from(path: FilePath) -> Self {
        path.to_string()
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_what_an_extractor_takes_it_for() {
        let cases = [
            ("usr/bin/env", "usr/bin/env"),
            ("./usr/", "usr"),
            ("/usr//bin/./env", "usr/bin/env"),
            ("../../etc/passwd", "etc/passwd"),
            ("a/../b", "b"),
            ("a/b/../../..", ""),
            ("./", ""),
            ("/", ""),
            ("", ""),
            ("...", "..."),
        ];
        for (bytes, path) in cases {
            assert_eq!(FilePath::clean(bytes.as_bytes()).as_bytes(), path.as_bytes(), "{bytes}");
        }
    }

    #[test]
    fn has_one_text_for_each_path() {
        let cases: [(&[u8], &str); 6] = [
            (b"caf\xc3\xa9", "café"),
            (b"caf\xe9", "caf\\xe9"),
            (b"back\\slash", "back\\x5cslash"),
            (b"looks like \\xe9", "looks like \\x5cxe9"),
            (b"line\nbreak", "line\nbreak"),
            (b"", ""),
        ];
        for (bytes, text) in cases {
            let path = FilePath::clean(bytes);
            assert_eq!(path.to_string(), text);
            assert_eq!(text.parse(), Ok(path));
        }
        for text in ["a\\", "a\\x", "a\\xE9", "a\\x61", "a\\xc3\\xa9", "a//b", "a/../b", "a\\x2fb", "\\u{e9}"]
        {
            assert_eq!(text.parse::<FilePath>(), Err(NoPath), "{text}");
        }
        assert_eq!("/usr/".parse(), Ok(FilePath::clean(b"usr")));
    }

    #[test]
    fn shows_what_is_not_seen() {
        let path = FilePath::clean("a\u{202e}cod.exe\n\u{200b}\u{1b}[31m<b>".as_bytes());
        assert_eq!(path.display_safe(), "a\\u{202e}cod.exe\\u{a}\\u{200b}\\u{1b}[31m<b>");
        assert_eq!(FilePath::clean(b"a\\u{202e}\xff").display_safe(), "a\\x5cu{202e}\\xff");
    }

    #[test]
    fn knows_its_parts() {
        let path = FilePath::clean(b"usr/bin/env");
        assert_eq!(path.name(), b"env");
        assert_eq!(path.parent(), Some(FilePath::clean(b"usr/bin")));
        assert_eq!(FilePath::clean(b"usr").parent(), Some(FilePath::default()));
        assert_eq!(FilePath::default().parent(), None);
        assert_eq!(path.parts().collect::<Vec<_>>(), [&b"usr"[..], b"bin", b"env"]);
        assert_eq!(FilePath::default().parts().count(), 0);
    }
}
