//! Repositories in states that registries get into.

use serde_json::Value;

use super::image::{AMD64, ARM_V7, ARM64};
use super::sample::Family;
use super::{Clock, EMPTIED, MANIFEST_GONE, MISSING_CHILD, MISSING_CONFIG, Sample, UNREADABLE_CONFIG, base};

pub(super) fn missing_child(clock: Clock) -> Sample {
    let mut sample = Sample::new(
        MISSING_CHILD,
        "Indexes of which one image, and of which every image, is not in the registry",
    );
    let mut children = |title: &str| {
        [AMD64, ARM64, ARM_V7]
            .map(|target| sample.image(&base::small(target, title, clock.days_ago(75)), &[]))
            .to_vec()
    };
    let (some, all) = (children("one child missing"), children("all children missing"));
    sample.lose_manifest(&some[1]);
    all.iter().for_each(|child| sample.lose_manifest(child));
    sample.index(some, &["latest"]);
    sample.index(all, &["all-missing"]);
    sample
}

pub(super) fn missing_config(clock: Clock) -> Sample {
    let mut sample = Sample::new(MISSING_CONFIG, "An image whose configuration is not in the registry");
    sample.image(&base::small(AMD64, "missing config", clock.days_ago(88)), &["latest"]);
    let manifest = sample.manifests.last().map(|it| it.bytes.clone()).unwrap_or_default();
    let manifest: Value = serde_json::from_slice(&manifest).expect("the manifest is JSON");
    sample.lose_blob(manifest["config"]["digest"].as_str().unwrap_or_default());
    sample
}

pub(super) fn unreadable_config(clock: Clock) -> Sample {
    let mut sample = Sample::new(UNREADABLE_CONFIG, "An image whose configuration is not JSON");
    let image = base::small(AMD64, "unreadable config", clock.days_ago(92));
    sample.image_with(Family::Oci, &image, "this is not JSON {".into(), &["latest"]);
    sample
}

pub(super) fn emptied(clock: Clock) -> Sample {
    let mut sample =
        Sample::new(EMPTIED, "A repository whose last tag was deleted; the catalog still lists it");
    sample.image(&base::small(AMD64, "emptied", clock.days_ago(300)), &["latest"]);
    sample.lose_everything();
    sample
}

pub(super) fn manifest_gone(clock: Clock) -> Sample {
    let mut sample =
        Sample::new(MANIFEST_GONE, "A tag that is listed, but whose manifest is gone; another is whole");
    let gone = sample.image(&base::small(AMD64, "manifest gone", clock.days_ago(130)), &["1.0.0", "latest"]);
    sample.lose_manifest(&gone);
    sample.image(&base::small(AMD64, "manifest kept", clock.days_ago(129)), &["0.9.0"]);
    sample
}
