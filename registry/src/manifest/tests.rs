use super::*;

fn digest(c: char) -> String {
    format!("sha256:{}", c.to_string().repeat(64))
}

fn parse(content_type: &str, value: Value) -> Result<Manifest, InvalidManifest> {
    Manifest::parse(content_type, value.to_string().as_bytes())
}

fn image(config_type: &str, layer_types: &[&str]) -> Value {
    serde_json::json!({
        "config": {"mediaType": config_type, "digest": digest('a'), "size": 10},
        "layers": layer_types.iter().map(|it| serde_json::json!({"mediaType": it, "digest": digest('b'), "size": 100})).collect::<Vec<_>>(),
    })
}

fn parse_image(value: Value) -> ImageManifest {
    match parse(media_type::OCI_MANIFEST, value).unwrap() {
        Manifest::Image(image) => *image,
        other => panic!("{other:?}"),
    }
}

const LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";

#[test]
fn decides_by_content_type_then_field_then_shape() {
    let index = serde_json::json!({"manifests": []});
    let layered = image(media_type::OCI_CONFIG, &[LAYER]);
    assert!(matches!(
        parse("application/vnd.oci.image.index.v1+json; charset=utf-8", index.clone()),
        Ok(Manifest::Index(_))
    ));
    assert!(matches!(parse("application/json", index), Ok(Manifest::Index(_))));
    assert!(matches!(parse("", layered.clone()), Ok(Manifest::Image(_))));
    let mut typed = layered;
    typed["mediaType"] = media_type::OCI_INDEX.into();
    assert!(matches!(parse("text/plain", typed), Ok(Manifest::Index(_))));
    assert!(matches!(parse("", serde_json::json!({"a": 1})), Err(InvalidManifest::UnknownKind { .. })));
}

#[test]
fn survives_null_lists_and_odd_platforms() {
    let odd = serde_json::json!({"manifests": [
        {"digest": digest('a'), "platform": null, "size": -1},
        {"digest": digest('b'), "platform": {"os": 7}, "annotations": {"a": 1, "b": "c"}},
    ]});
    let Ok(Manifest::Index(index)) = parse(media_type::OCI_INDEX, odd) else { panic!() };
    assert_eq!(index.manifests.len(), 2);
    assert_eq!(index.manifests[0].size, 0);
    assert_eq!(index.manifests[1].annotations.len(), 1);
    let none = serde_json::json!({"layers": null, "config": {"digest": digest('a')}});
    assert_eq!(parse_image(none).layers, []);
}

#[test]
fn refuses_what_is_no_manifest_with_the_reason() {
    for bytes in [&b"<html>"[..], b"", b"[]", b"{\"layers\":[{\"digest\":\"nonsense\"}]}"] {
        assert!(Manifest::parse(media_type::OCI_MANIFEST, bytes).is_err(), "{bytes:?}");
    }
    let deep = "[".repeat(100_000);
    assert!(matches!(Manifest::parse("", deep.as_bytes()), Err(InvalidManifest::Json(_))));
}

#[test]
fn tells_images_from_artifacts_in_the_same_format() {
    let cases = [
        (image(media_type::OCI_CONFIG, &[LAYER]), true, ""),
        (image(media_type::DOCKER_CONFIG, &["application/vnd.docker.image.rootfs.diff.tar.gzip"]), true, ""),
        (image(media_type::OCI_CONFIG, &[]), true, ""),
        (
            image(media_type::OCI_CONFIG, &["application/vnd.in-toto+json"]),
            false,
            "application/vnd.in-toto+json",
        ),
        (
            image(media_type::HELM_CONFIG, &["application/vnd.cncf.helm.chart.content.v1.tar+gzip"]),
            false,
            media_type::HELM_CONFIG,
        ),
        (image(media_type::OCI_EMPTY, &["application/wasm"]), false, "application/wasm"),
    ];
    for (value, is_image, kind) in cases {
        let manifest = parse_image(value);
        assert_eq!(manifest.is_image(), is_image, "{manifest:?}");
        if !is_image {
            assert_eq!(manifest.artifact_kind(), kind);
        }
    }
}

#[test]
fn counts_each_blob_once_and_never_overflows() {
    let mut twice = image(media_type::OCI_CONFIG, &[LAYER, LAYER]);
    assert_eq!(parse_image(twice.clone()).size(), 110);
    twice["layers"][0]["size"] = u64::MAX.into();
    twice["layers"][1]["digest"] = digest('c').into();
    assert_eq!(parse_image(twice).size(), u64::MAX);
}

#[test]
fn knows_attestations_and_their_subjects() {
    let index = serde_json::json!({"manifests": [{
        "digest": digest('a'),
        "annotations": {"vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": digest('b')},
    }]});
    let Ok(Manifest::Index(index)) = parse(media_type::OCI_INDEX, index) else { panic!() };
    assert!(index.manifests[0].is_attestation());
    assert_eq!(index.manifests[0].attestation_subject().unwrap().as_str(), digest('b'));
}

#[test]
fn reads_the_layers_of_schema_1_lowest_first() {
    let step = |command: &str, throwaway: bool| {
        serde_json::json!({"v1Compatibility": serde_json::json!({
            "architecture": "amd64", "os": "linux", "created": "2015-10-31T22:22:56Z", "throwaway": throwaway,
            "container_config": {"Cmd": ["/bin/sh", "-c", command]}, "config": {"Cmd": ["bash"]},
        }).to_string()})
    };
    let value = serde_json::json!({
        "schemaVersion": 1, "architecture": "amd64",
        "fsLayers": [{"blobSum": digest('a')}, {"blobSum": digest('b')}],
        "history": [step("#(nop) CMD [\"bash\"]", true), step("#(nop) ADD file in /", false)],
    });
    let Ok(Manifest::Schema1(image)) = parse(media_type::DOCKER_SCHEMA1_SIGNED, value) else { panic!() };
    assert_eq!(image.platform.to_string(), "linux/amd64");
    assert_eq!(image.layers.iter().map(|it| it.empty).collect::<Vec<_>>(), [false, true]);
    assert_eq!(image.layers[0].digest.as_str(), digest('b'));
    assert_eq!(image.config["Cmd"][0], "bash");
}
