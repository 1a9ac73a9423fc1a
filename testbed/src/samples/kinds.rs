//! The kinds of manifest that dashboards stumble over.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::artifact::Artifact;
use super::blob::{DOCKER_CONFIG, DOCKER_MANIFEST, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST};
use super::image::{AMD64, ARM_V7, ARM64, Image};
use super::layer::Tree;
use super::sample::Family;
use super::{BUILDKIT_CACHE, Clock, DOCKER, FOREIGN, NESTED, Sample, WASM, ZSTD, base};

pub(super) fn docker(clock: Clock) -> Sample {
    let mut sample =
        Sample::new(DOCKER, "Docker's own media types: an image of schema 2 and a manifest list");
    sample.docker_image(&base::small(AMD64, "docker", clock.days_ago(600)), &["schema2"]);
    let children = [AMD64, ARM64, ARM_V7]
        .map(|target| sample.docker_image(&base::small(target, "docker list", clock.days_ago(480)), &[]));
    sample.docker_list(children.into(), &["list", "latest"]);
    sample
}

pub(super) fn zstd(clock: Clock) -> Sample {
    let mut sample = Sample::new(ZSTD, "Layers packed with zstd, and one that is not packed at all");
    let created = clock.days_ago(25);
    let tree = |part: &str| Tree::new(&format!("zstd {part}"), created);
    let image = Image::new(AMD64, created)
        .base("ADD rootfs.tar.zst / # buildkit", tree("base").program("bin/busybox", 900).zstd(), created)
        .layer("COPY app /srv/app # buildkit", tree("app").program("srv/app", 400).zstd())
        .layer(
            "COPY settings /etc/app/ # buildkit",
            tree("settings").text("etc/app/app.toml", "listen = 8080\n").uncompressed(),
        )
        .cmd(&["/srv/app"]);
    sample.image(&image, &["1.0.0", "latest"]);
    sample
}

pub(super) fn foreign(clock: Clock) -> Sample {
    let mut sample = Sample::new(
        FOREIGN,
        "A layer that is not in the registry, but at the address that its descriptor names",
    );
    let image = base::small(AMD64, "foreign", clock.days_ago(700));
    for (tag, manifest_type, config_type, layer_type) in [
        (
            "docker",
            DOCKER_MANIFEST,
            DOCKER_CONFIG,
            "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
        ),
        ("oci", OCI_MANIFEST, OCI_CONFIG, "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"),
    ] {
        let config = sample.blob(config_type, image.config());
        let ordinary = image.layers().last().expect("the image has layers").clone();
        let ordinary = if tag == "docker" { ordinary.docker() } else { ordinary };
        let ordinary = sample.blob(ordinary.media_type, ordinary.bytes);
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": manifest_type,
            "config": config,
            "layers": [
                {
                    "mediaType": layer_type,
                    "size": 117_440_512,
                    "digest": super::digest_of(b"a layer that nobody here has"),
                    "urls": ["https://layers.example.com/base.tar.gz"],
                },
                ordinary,
            ],
        });
        sample.raw(manifest_type, &manifest, &[tag]);
    }
    sample
}

pub(super) fn nested(clock: Clock) -> Sample {
    let mut sample = Sample::new(NESTED, "An index whose children are an index and an image");
    let inner =
        [AMD64, ARM64].map(|target| sample.image(&base::small(target, "nested", clock.days_ago(51)), &[]));
    let inner = sample.index(inner.into(), &["inner"]);
    let beside = sample.image(&base::small(ARM_V7, "nested", clock.days_ago(50)), &[]);
    let annotations = HashMap::from([(
        "org.opencontainers.image.description".to_owned(),
        "An index of an index".to_owned(),
    )]);
    sample.index_with(Family::Oci, vec![inner, beside], annotations, &["latest"]);
    sample
}

pub(super) fn buildkit_cache(clock: Clock) -> Sample {
    let mut sample = Sample::new(
        BUILDKIT_CACHE,
        "A build cache: an index whose children are layers and a cache record, no images",
    );
    let created = clock.days_ago(2);
    let layers: Vec<Value> = ["dependencies", "compiled", "assets"]
        .iter()
        .map(|part| {
            let tree = Tree::new(&format!("cache {part}"), created);
            let layer = tree.program(&format!("cache/{part}.bin"), 700).gzip();
            let descriptor = sample.blob(layer.media_type, layer.bytes);
            let mut value = serde_json::to_value(&descriptor).expect("these types are JSON");
            value["annotations"] = json!({
                "buildkit/createdat": created.to_string(),
                "containerd.io/uncompressed": layer.diff_id,
            });
            value
        })
        .collect();
    let record = json!({ "layers": layers, "records": [{ "digest": super::digest_of(b"a build step") }] });
    let record = sample.blob("application/vnd.buildkit.cacheconfig.v0", record.to_string());
    let record = serde_json::to_value(&record).expect("these types are JSON");
    let children: Vec<_> = layers.into_iter().chain([record]).collect();
    let index = json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": children });
    sample.raw(OCI_INDEX, &index, &["main"]);
    sample
}

pub(super) fn wasm(clock: Clock) -> Sample {
    let mut sample = Sample::new(WASM, "An artifact: artifactType, an empty configuration, one file");
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    module.extend(super::noise::Noise::new("wasm").program(180 * 1024));
    let artifact = Artifact::of_type("application/vnd.wasm.content.layer.v1+wasm")
        .annotated_part("application/wasm", module, &[("org.opencontainers.image.title", "filter.wasm")])
        .annotation("org.opencontainers.image.created", &clock.days_ago(45).to_string())
        .annotation("org.opencontainers.image.version", "0.3.0")
        .annotation("org.opencontainers.image.source", "https://git.example.com/demo/wasm");
    sample.artifact(artifact, &["0.3.0", "latest"]);
    sample
}
