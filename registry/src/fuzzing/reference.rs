use std::str;

use super::survives_json;
use crate::attached::{self, Attached};
use crate::digest::Digest;
use crate::reference::{Reference, RepositoryName, Tag};

/// The longest message about a text, in bytes: it shows the text cut, however long it is.
const LONGEST_MESSAGE: usize = 2_000;

/// What parses is written as it was read, and can stand in an address.
pub fn reference(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    match text.parse::<RepositoryName>() {
        Ok(name) => repository(&name, text),
        Err(error) => assert!(error.to_string().len() < LONGEST_MESSAGE, "{error}"),
    }
    match text.parse::<Tag>() {
        Ok(it) => tag(&it, text),
        Err(error) => assert!(error.to_string().len() < LONGEST_MESSAGE, "{error}"),
    }
    match text.parse::<Digest>() {
        Ok(it) => digest(&it, text),
        Err(error) => assert!(error.to_string().len() < LONGEST_MESSAGE, "{error}"),
    }
    if let Ok(it) = text.parse::<Reference>() {
        assert_eq!(it.to_string(), text);
        assert_eq!(it.separator() == '@', text.contains(':'));
        assert!(stands_in_an_address(text.replace(':', "").as_str()));
        survives_json(&it);
    }
}

fn repository(name: &RepositoryName, text: &str) {
    assert_eq!(name.as_str(), text);
    assert_eq!(name.to_string(), text);
    survives_json(name);
    assert!(text.len() <= 255 && text.split('/').all(|it| !it.is_empty() && stands_in_an_address(it)));
    match name.namespace() {
        "" => assert_eq!(name.base_name(), text),
        namespace => {
            assert_eq!(format!("{namespace}/{}", name.base_name()), text);
            namespace.parse::<RepositoryName>().expect("a namespace is named as a repository is");
        }
    }
    name.base_name().parse::<RepositoryName>().expect("a part of a name is a name");
}

fn tag(tag: &Tag, text: &str) {
    assert_eq!(tag.as_str(), text);
    assert_eq!(tag.to_string(), text);
    survives_json(tag);
    assert!(stands_in_an_address(text));
    assert_eq!(text.parse(), Ok(Reference::Tag(tag.clone())));
    if let Some((digest, attached)) = attached::parse(tag) {
        let suffix = match attached {
            Attached::Signature => ".sig",
            Attached::Attestation => ".att",
            Attached::Sbom => ".sbom",
            Attached::Referrers => "",
        };
        assert_eq!(format!("{}-{}{suffix}", digest.algorithm(), digest.encoded()), text);
    }
}

fn digest(digest: &Digest, text: &str) {
    assert_eq!(digest.as_str(), text);
    assert_eq!(format!("{digest} {digest:?}"), format!("{text} {text}"));
    survives_json(digest);
    assert_eq!(format!("{}:{}", digest.algorithm(), digest.encoded()), text);
    assert!(digest.encoded().starts_with(digest.short()) && !digest.short().is_empty());
    assert!(stands_in_an_address(digest.encoded()) && stands_in_an_address(digest.algorithm()));
    let length = match digest.algorithm() {
        "sha256" => 64,
        "sha512" => 128,
        _ => return,
    };
    // What is compared with a hash of the content has the one form that such a hash is written in.
    let is_digit = |it: u8| it.is_ascii_digit() || (b'a'..=b'f').contains(&it);
    assert!(digest.encoded().len() == length && digest.encoded().bytes().all(is_digit));
}

/// Whether a part of an address is taken for nothing but itself.
fn stands_in_an_address(part: &str) -> bool {
    part != "." && part != ".." && part.bytes().all(|it| it.is_ascii_alphanumeric() || b"._-+=".contains(&it))
}
