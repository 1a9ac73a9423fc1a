//! SPDX 2, as lines of tags with values (SPDX specification 2.3, "Conformance" and "Package information").

use super::spdx::is_known;
use super::{MOST_PACKAGES, Package, PackageList};
use crate::artifact::{InvalidDocument, cut};

const TEXT: (&str, &str) = ("<text>", "</text>");

/// What a package may say of its licence before it is known what counts.
#[derive(Default)]
struct Reading {
    package: Package,
    concluded: Option<String>,
    declared: Option<String>,
}

pub(super) fn list(bytes: &[u8]) -> Result<PackageList, InvalidDocument> {
    let text = String::from_utf8_lossy(bytes);
    let mut list = PackageList::default();
    let mut reading: Option<Reading> = None;
    for (tag, value) in pairs(&text) {
        match (tag, &mut reading) {
            ("SPDXVersion", _) if list.format.is_empty() => list.format = cut(value.to_owned()),
            ("DocumentName", _) => list.name = known(value),
            ("Created", _) => list.created = known(value),
            ("PackageName", _) => {
                list.take(reading.take());
                let package = Package { name: value.to_owned(), ..Package::default() };
                reading = Some(Reading { package, ..Reading::default() });
            }
            // What follows is about something else.
            ("FileName" | "SnippetSPDXID" | "LicenseID", _) => list.take(reading.take()),
            ("PackageVersion", Some(it)) => it.package.version = known(value),
            ("PackageLicenseConcluded", Some(it)) => it.concluded = known(value),
            ("PackageLicenseDeclared", Some(it)) => it.declared = known(value),
            ("ExternalRef", Some(it)) => {
                // PACKAGE-MANAGER purl pkg:deb/debian/zlib@1
                let mut words = value.split_whitespace().skip(1);
                if words.next() == Some("purl") && it.package.purl.is_none() {
                    it.package.purl = words.next().map(str::to_owned);
                }
            }
            _ => {}
        }
    }
    list.take(reading);
    if list.format.starts_with("SPDX-2") { Ok(list) } else { Err(InvalidDocument::Other("SPDX document")) }
}

impl PackageList {
    fn take(&mut self, reading: Option<Reading>) {
        let Some(Reading { package, concluded, declared }) = reading else { return };
        self.n_packages += 1;
        if self.packages.len() < MOST_PACKAGES {
            self.packages.push(Package { licence: concluded.or(declared), ..package }.cut());
        }
    }
}

fn known(value: &str) -> Option<String> {
    Some(value.to_owned()).filter(|it| !it.is_empty() && is_known(it)).map(cut)
}

/// The tags with their values; a value in `<text>` goes on over as many lines as it takes, and is passed by then.
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let (open, close) = TEXT;
    let mut is_inside = false;
    text.lines().filter_map(move |line| {
        if is_inside {
            is_inside = !line.contains(close);
            return None;
        }
        let (tag, value) = line.split_once(':').filter(|_| !line.starts_with('#'))?;
        let value = value.trim();
        let value = match value.strip_prefix(open) {
            Some(value) => {
                is_inside = !value.contains(close);
                value.split(close).next().unwrap_or_default()
            }
            None => value,
        };
        Some((tag.trim(), value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_begin_with_their_names() {
        let text = "\
SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
DocumentName: app
## Creation
Created: 2026-01-02T03:04:05Z
PackageName: zlib
PackageVersion: 1.3.1
PackageDescription: <text>a library
PackageName: no package
</text>
PackageLicenseConcluded: NOASSERTION
PackageLicenseDeclared: Zlib
ExternalRef: SECURITY cpe23Type cpe:2.3:a
ExternalRef: PACKAGE-MANAGER purl pkg:deb/zlib@1.3.1
PackageName: <text>odd</text>\r
PackageVersion:
FileName: ./a
PackageVersion: 7 of a file
";
        let list = list(text.as_bytes()).unwrap();
        assert_eq!((list.format.as_str(), list.name.as_deref()), ("SPDX-2.3", Some("app")));
        assert_eq!(list.created.as_deref(), Some("2026-01-02T03:04:05Z"));
        let [zlib, odd] = list.packages.as_slice() else { panic!("{list:?}") };
        assert_eq!((zlib.version.as_deref(), zlib.licence.as_deref()), (Some("1.3.1"), Some("Zlib")));
        assert_eq!(zlib.purl.as_deref(), Some("pkg:deb/zlib@1.3.1"));
        assert_eq!((odd.name.as_str(), &odd.version, list.n_packages), ("odd", &None, 2));
    }

    #[test]
    fn what_names_no_version_is_none() {
        for text in ["", "PackageName: zlib", "SPDXVersion: SPDX-3.0", "<?xml version='1.0'?>", "\0"] {
            assert!(list(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn more_packages_than_are_kept_are_counted() {
        let text = "SPDXVersion: SPDX-2.2\n".to_owned() + &"PackageName: a\n".repeat(MOST_PACKAGES + 5);
        let list = list(text.as_bytes()).unwrap();
        assert_eq!((list.packages.len(), list.n_packages), (MOST_PACKAGES, MOST_PACKAGES + 5));
    }
}
