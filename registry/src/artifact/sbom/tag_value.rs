//! SPDX 2 as lines of tags and values (SPDX specification 2.3, annex "Tag-Value Format").

use super::MOST_PACKAGES;
use super::spdx::{Document, ExternalReference, RawPackage};
use crate::artifact::InvalidDocument;
use crate::lenient::Capped;

/// What stands around a value of several lines.
const OPENING: &str = "<text>";
const CLOSING: &str = "</text>";

/// Reads a document. Lines without a tag are passed over, and so are tags that say nothing of packages.
pub(super) fn read(text: &str) -> Result<Document, InvalidDocument> {
    let mut document = Document::default();
    let mut tags = Tags { whole: text, rest: text };
    while let Some((tag, value)) = tags.next()? {
        if tag == "PackageName" {
            begin(&mut document.packages, value);
        } else if !value.is_empty() {
            note(&mut document, tag, value);
        }
    }
    Ok(document)
}

/// What follows is of this package, until the next one begins.
fn begin(packages: &mut Capped<RawPackage, MOST_PACKAGES>, name: &str) {
    packages.total += 1;
    if packages.items.len() < MOST_PACKAGES {
        packages.items.push(RawPackage { name: name.to_owned(), ..RawPackage::default() });
    }
}

fn note(document: &mut Document, tag: &str, value: &str) {
    let first = |place: &mut Option<String>| {
        place.get_or_insert_with(|| value.to_owned());
    };
    match tag {
        "SPDXVersion" if document.spdx_version.is_empty() => document.spdx_version = value.to_owned(),
        "DocumentName" => first(&mut document.name),
        "Created" => first(&mut document.creation_info.created),
        _ => {}
    }
    // Those behind the last one that is kept are only counted.
    let n_kept = document.packages.items.len();
    let Some(package) = document.packages.items.last_mut().filter(|_| n_kept == document.packages.total)
    else {
        return;
    };
    match tag {
        "PackageVersion" => first(&mut package.version_info),
        "PackageLicenseConcluded" => first(&mut package.license_concluded),
        "PackageLicenseDeclared" => first(&mut package.license_declared),
        "ExternalRef" => package.external_refs.extend(external_reference(value)),
        _ => {}
    }
}

/// A category, a type and the reference itself.
fn external_reference(value: &str) -> Option<ExternalReference> {
    let mut words = value.split_whitespace().skip(1);
    let reference_type = words.next()?.to_owned();
    Some(ExternalReference { reference_type, reference_locator: words.next()?.to_owned() })
}

/// Goes through the tags of a text, with their values.
struct Tags<'a> {
    whole: &'a str,
    rest: &'a str,
}

impl<'a> Tags<'a> {
    fn next(&mut self) -> Result<Option<(&'a str, &'a str)>, InvalidDocument> {
        while !self.rest.is_empty() {
            let (line, after) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
            let before = self.rest;
            self.rest = after;
            let Some((tag, value)) = line.split_once(':').filter(|_| !line.trim_start().starts_with('#'))
            else {
                continue;
            };
            let value = value.trim();
            if !value.starts_with(OPENING) {
                return Ok(Some((tag.trim(), value)));
            }
            let begins = before.find(OPENING).map_or(before.len(), |it| it + OPENING.len());
            let Some(length) = before[begins..].find(CLOSING) else {
                return Err(self.unclosed(before));
            };
            let after = &before[begins + length + CLOSING.len()..];
            // Nothing else belongs behind it in the same line.
            self.rest = after.split_once('\n').map_or("", |(_, rest)| rest);
            return Ok(Some((tag.trim(), before[begins..begins + length].trim())));
        }
        Ok(None)
    }

    fn unclosed(&self, rest: &str) -> InvalidDocument {
        let before = &self.whole[..self.whole.len() - rest.len()];
        let line = before.matches('\n').count() + 1;
        InvalidDocument::Broken(format!("the text that begins in line {line} never ends"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::{ArtifactKind, PackageList};

    fn list(text: &str) -> Result<PackageList, InvalidDocument> {
        PackageList::parse(ArtifactKind::Spdx, text.as_bytes())
    }

    #[test]
    fn packages_have_versions_licences_and_addresses() {
        let list = list(
            "\u{feff}# made by hand\r\nSPDXVersion: SPDX-2.3\r\nDocumentName: app\r\nCreated: 2026-01-02T03:04:05Z\r\n\r\n\
             PackageName: zlib\r\nSPDXID: SPDXRef-1\r\nPackageVersion: 1.3.1\r\n\
             PackageLicenseConcluded: NOASSERTION\r\nPackageLicenseDeclared: Zlib\r\n\
             ExternalRef: SECURITY cpe23Type cpe:2.3:a\r\n\
             ExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/zlib@1.3.1?arch=amd64\r\n\
             FileName: ./a\r\nLicenseConcluded: MIT\r\n\r\n\
             PackageName: <text>odd</text>\r\nPackageVersion:\r\nExternalRef: purl\r\nno tag\r\n",
        )
        .unwrap();
        assert_eq!((list.format.as_str(), list.name.as_deref()), ("SPDX-2.3", Some("app")));
        assert_eq!(list.created.as_deref(), Some("2026-01-02T03:04:05Z"));
        assert_eq!((list.packages.len(), list.n_packages), (2, 2));
        let [zlib, odd] = list.packages.as_slice() else { panic!("{list:?}") };
        assert_eq!((zlib.name.as_str(), zlib.version.as_deref()), ("zlib", Some("1.3.1")));
        assert_eq!(zlib.licence.as_deref(), Some("Zlib"));
        assert_eq!(zlib.purl.as_deref(), Some("pkg:deb/debian/zlib@1.3.1?arch=amd64"));
        assert_eq!((odd.name.as_str(), &odd.version, &odd.licence, &odd.purl), ("odd", &None, &None, &None));
    }

    #[test]
    fn what_stands_in_a_text_of_several_lines_is_no_tag() {
        let list = list(
            "SPDXVersion: SPDX-2.2\nPackageName: real\nPackageComment: <text>see\nPackageName: forged\n\
             PackageVersion: 6 </text> and more\nPackageVersion: 1\n",
        )
        .unwrap();
        let found: Vec<_> =
            list.packages.iter().map(|it| (it.name.as_str(), it.version.as_deref())).collect();
        assert_eq!(found, [("real", Some("1"))]);
    }

    #[test]
    fn what_never_ends_is_named_and_what_is_no_document_refused() {
        let error = list("SPDXVersion: SPDX-2.3\n\nPackageComment: <text>\nPackageName: x\n").unwrap_err();
        assert_eq!(error.to_string(), "it cannot be read: the text that begins in line 3 never ends");
        for text in ["", "\n\n", "SPDXVersion: SPDX-1.2", "PackageName: x", "SPDXVersion\nSPDX-2.3", "\0"] {
            assert_eq!(
                list(text),
                Err(InvalidDocument::Other("SPDX document of version 2 or 3")),
                "{text:?}"
            );
        }
    }

    #[test]
    fn no_more_packages_are_kept_than_the_limit_says() {
        let mut text = "SPDXVersion: SPDX-2.3\n".to_owned();
        text.push_str(&"PackageName: x\n".repeat(MOST_PACKAGES + 1));
        text.push_str("PackageVersion: of the last\n");
        let list = list(&text).unwrap();
        assert_eq!((list.packages.len(), list.n_packages), (MOST_PACKAGES, MOST_PACKAGES + 1));
        assert_eq!(list.packages.last().unwrap().version, None);
    }
}
