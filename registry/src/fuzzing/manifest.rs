use std::str;

use serde_json::Value;

use super::{first_line, survives_json};
use crate::artifact::ArtifactKind;
use crate::history;
use crate::manifest::{Descriptor, ImageManifest, Manifest, total_size};
use crate::media_type;

/// The first line is the `Content-Type`, the rest the manifest.
pub fn manifest(input: &[u8]) {
    let (content_type, body) = first_line(input);
    let Ok(content_type) = str::from_utf8(content_type) else { return };
    let Ok(manifest) = Manifest::parse(content_type, body) else { return };
    let kind = match &manifest {
        Manifest::Image(_) => media_type::OCI_MANIFEST,
        Manifest::Index(_) => media_type::OCI_INDEX,
        Manifest::Schema1(_) => media_type::DOCKER_SCHEMA1,
    };
    assert_eq!(Manifest::parse(kind, body).as_ref(), Ok(&manifest), "its type tells what it is");
    let value: Value = serde_json::from_slice(body).expect("a manifest is JSON");
    let rewritten = Manifest::parse(content_type, value.to_string().as_bytes());
    assert_eq!(without_config(rewritten.expect("it is read as well")), without_config(manifest.clone()));
    manifest.subject().into_iter().for_each(descriptor);
    kinds(&manifest);
    match &manifest {
        Manifest::Image(it) => image(it),
        Manifest::Index(index) => {
            index.manifests.iter().for_each(descriptor);
            assert!(!index.holds_layers() || !index.manifests.is_empty());
        }
        Manifest::Schema1(image) => {
            let rows = history::of_schema1(image);
            assert_eq!(rows.len(), image.layers.len());
            for (row, layer) in rows.iter().zip(&image.layers) {
                assert_eq!(row.digest.as_ref(), (!layer.empty).then_some(&layer.digest));
            }
            rows.iter().for_each(survives_json);
        }
    }
}

/// An artifact is always something, nothing twice, and the wrapping only where it is not known what is in it.
fn kinds(manifest: &Manifest) {
    let kinds = ArtifactKind::all_of(manifest);
    assert!(!kinds.is_empty() && kinds.is_sorted_by(|a, b| a < b), "{kinds:?}");
    let is_vague = |it: &ArtifactKind| {
        matches!(it, ArtifactKind::InToto | ArtifactKind::SigstoreBundle | ArtifactKind::Other)
    };
    assert!(kinds.iter().all(is_vague) || !kinds.iter().any(is_vague), "{kinds:?}");
    assert!(!kinds.contains(&ArtifactKind::Other) || kinds.len() == 1);
    kinds.iter().for_each(survives_json);
}

/// Numbers that are no integers are not written as they were read, and are of no use to us.
fn without_config(mut manifest: Manifest) -> Manifest {
    if let Manifest::Schema1(image) = &mut manifest {
        image.config = Value::Null;
    }
    manifest
}

fn image(image: &ImageManifest) {
    let blobs = || image.config.iter().chain(&image.layers);
    blobs().for_each(descriptor);
    let sum = blobs().map(|it| it.size).fold(0, u64::saturating_add);
    assert!(image.size() <= sum && blobs().last().is_none_or(|it| it.size <= image.size()));
    assert_eq!(total_size(blobs().chain(blobs())), image.size(), "no blob counts twice");
    assert!(!image.is_image() || image.config.is_some());
    assert_ne!(image.artifact_kind(), media_type::OCI_EMPTY);
    let rows = history::join(&image.layers, &[]);
    assert!(rows.iter().map(|it| it.digest.as_ref()).eq(image.layers.iter().map(|it| Some(&it.digest))));
    rows.iter().for_each(survives_json);
}

fn descriptor(it: &Descriptor) {
    assert!(it.is_foreign() || it.urls.is_empty());
    assert!(it.attestation_subject().is_none_or(|digest| !digest.encoded().is_empty()));
    if let Some(platform) = &it.platform {
        survives_json(platform);
        assert!(platform.matches(&platform.to_string()), "{platform:?}");
    }
}
