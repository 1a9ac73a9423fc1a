use std::collections::BTreeMap;
use std::str;

use super::{first_line, survives_json};
use crate::artifact::{
    ArtifactContent, Document, Package, PackageList, Provenance, SignedPayload, Statement, is_document,
    is_signable, read,
};
use crate::manifest::Descriptor;

/// The longest text that is kept of a field, in characters; what is cut off leaves one behind.
const LONGEST_TEXT: usize = 1001;

/// The first line is a media type, the rest a file of an artifact.
pub fn document(input: &[u8]) {
    let (media_type, file) = first_line(input);
    let Ok(media_type) = str::from_utf8(media_type) else { return };
    let descriptor = descriptor(media_type);
    assert!(is_document(&descriptor) || !is_signable(&descriptor));
    let document = match read(media_type, file) {
        Ok(document) => document,
        Err(error) => {
            assert!(is_document(&descriptor), "what is not read has no errors");
            let why = error.to_string();
            assert!(!why.is_empty() && why.chars().count() < 200, "{why:?}");
            return;
        }
    };
    let Document { statement, content, envelope, has_certificate } = &document;
    if !is_signable(&descriptor) {
        assert!(statement.is_none() && envelope.is_none() && !has_certificate);
        assert!(matches!(content, None | Some(ArtifactContent::Packages(_))));
    }
    if !is_document(&descriptor) {
        assert_eq!(document, Document::default());
    }
    if let Some(envelope) = envelope {
        assert!(envelope.signatures.len() <= 16);
        assert!(envelope.signatures.iter().all(|it| !it.bytes.is_empty()));
        assert!(envelope.signed_bytes().ends_with(&envelope.payload));
    }
    statement.iter().for_each(about);
    if let Some(content) = content {
        survives_json(content);
        match content {
            ArtifactContent::Packages(list) => packages(list),
            ArtifactContent::Provenance(it) => provenance(it),
            ArtifactContent::Signature(it) => signature(it),
        }
    }
}

fn descriptor(media_type: &str) -> Descriptor {
    let digest = format!("sha256:{:064}", 0);
    let json = serde_json::json!({ "mediaType": media_type, "digest": digest, "size": 0 });
    serde_json::from_value(json).expect("it is a descriptor")
}

fn about(statement: &Statement) {
    survives_json(statement);
    is_short(&statement.predicate_type);
    assert!(statement.subjects.len() <= 100);
    statement.subjects.iter().for_each(|it| is_short(&it.name));
    assert!(statement.digests().len() <= statement.subjects.len());
}

fn packages(list: &PackageList) {
    assert!(list.packages.len() <= list.n_packages.min(50_000));
    assert!(
        list.format.starts_with("SPDX-2")
            || list.format.starts_with("SPDX-3.")
            || list.format.starts_with("CycloneDX ")
    );
    is_short(&list.format);
    list.name.iter().chain(&list.created).for_each(|it| is_short(it));
    assert!(list.matching(" ").eq(&list.packages));
    for package in &list.packages {
        let Package { name, version, licence, purl } = package;
        is_short(name);
        for text in [version, licence, purl].into_iter().flatten() {
            assert!(!text.is_empty());
            is_short(text);
            assert!(list.matching(text).any(|it| it == package), "{text:?} is found in {package:?}");
        }
    }
}

fn provenance(it: &Provenance) {
    assert!(it.materials.len() <= it.n_materials.min(1000));
    let texts = [
        &it.builder,
        &it.build_type,
        &it.source,
        &it.commit,
        &it.entry_point,
        &it.invocation,
        &it.started,
        &it.finished,
    ];
    texts.into_iter().flatten().for_each(|it| is_short(it));
    for material in &it.materials {
        is_short(&material.uri);
        are_short(&material.digest, 8);
    }
}

fn signature(it: &SignedPayload) {
    it.reference.iter().for_each(|it| is_short(it));
    are_short(&it.annotations, 100);
}

fn are_short(texts: &BTreeMap<String, String>, most: usize) {
    assert!(texts.len() <= most);
    texts.iter().flat_map(|(name, value)| [name, value]).for_each(|it| is_short(it));
}

fn is_short(text: &str) {
    assert!(text.chars().count() <= LONGEST_TEXT, "{text:?}");
}
