//! `/api/v1/image`

use serde_json::{Value, json};
use testbed::samples;

use crate::support::{Server, registry_with};

#[tokio::test]
async fn an_image_has_its_layers_with_the_steps_that_made_them() {
    let registry = registry_with(&[samples::ALPINE_LIKE]).await;
    let server = Server::of(&registry.url());
    let image = server.get("/api/v1/image?repository=library/alpine-like&reference=latest").await.json();
    assert_eq!(
        (&image["registry"], &image["repository"], &image["reference"]),
        (&json!(registry.host()), &json!("library/alpine-like"), &json!("latest"))
    );
    let layers = layers_of(&image);
    let (empty, full): (Vec<&Value>, Vec<&Value>) = layers.iter().partition(|it| it["empty"] == true);
    assert_eq!(full.len(), 7);
    assert!(!empty.is_empty());
    for layer in full {
        assert!(
            layer["digest"].is_string() && layer["media_type"].is_string() && layer["size"].is_u64(),
            "{layer}"
        );
        assert!(layer["created_by"].is_string(), "{layer}");
    }
    assert!(image["manifest"]["layers"].is_array());
    assert!(image["config"]["rootfs"].is_object());
    assert!(image["annotations"].is_object());
}

#[tokio::test]
async fn every_platform_of_an_index_has_layers_and_a_configuration() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = Server::of(&registry.url());
    let image = server.get("/api/v1/image?repository=team/tools/cli&reference=1.1.0").await.json();
    assert_eq!(image["kind"], "index");
    let platforms = image["platforms"].as_array().unwrap();
    assert_eq!(platforms.len(), 4);
    for platform in platforms {
        assert!(!platform["layers"].as_array().unwrap().is_empty(), "{platform}");
        assert!(platform["config"].is_object());
    }
}

#[tokio::test]
async fn a_digest_names_an_image_as_well_as_a_tag() {
    let registry = registry_with(&[samples::CLI]).await;
    let server = Server::of(&registry.url());
    let by_tag = server.get("/api/v1/image?repository=team/tools/cli&reference=1.1.0").await.json();
    let digest = by_tag["digest"].as_str().unwrap();
    let path =
        format!("/api/v1/image?registry={}&repository=team/tools/cli&reference={digest}", registry.host());
    let by_digest = server.get(&path).await.json();
    assert_eq!(by_digest["digest"], by_tag["digest"]);
    assert_eq!(by_digest["platforms"], by_tag["platforms"]);
}

#[tokio::test]
async fn an_image_that_is_broken_is_answered_with_its_state() {
    let registry = registry_with(&[samples::MISSING_CONFIG]).await;
    let server = Server::of(&registry.url());
    let image = server.get("/api/v1/image?repository=broken/missing-config&reference=latest").await.json();
    assert_eq!(image["state"], "config_missing");
    assert!(!layers_of(&image).is_empty());
}

/// The layers of an image for one platform stand at its top.
fn layers_of(image: &Value) -> Vec<Value> {
    image["layers"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_raw_manifest_is_what_the_registry_holds() {
    let registry = registry_with(&[samples::WEBAPP]).await;
    let answer = Server::of(&registry.url())
        .get("/api/v1/image/manifest?repository=team/webapp&reference=2.14.0")
        .await;
    assert_eq!(answer.status, 200);
    let digest = answer.headers["docker-content-digest"].to_str().unwrap().to_owned();
    assert_eq!(answer.body.as_ref(), std::fs::read(registry.blob_file(&digest)).unwrap());
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
}

#[tokio::test]
async fn the_raw_configuration_is_what_the_registry_holds_and_an_index_has_none() {
    let registry = registry_with(&[samples::WEBAPP]).await;
    let server = Server::of(&registry.url());
    let image = server.get("/api/v1/image?repository=team/webapp&reference=2.14.0").await.json();
    let platform = image["platforms"][0]["digest"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/image/config?repository=team/webapp&reference={platform}");
    let answer = server.get(&path).await;
    assert_eq!(answer.status, 200);
    let digest = answer.headers["docker-content-digest"].to_str().unwrap().to_owned();
    assert_eq!(answer.body.as_ref(), std::fs::read(registry.blob_file(&digest)).unwrap());
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));

    let answer = server.get("/api/v1/image/config?repository=team/webapp&reference=2.14.0").await;
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("each of its platforms has"));
}

#[tokio::test]
async fn two_images_and_two_platforms_are_compared() {
    let registry = registry_with(&[samples::WEBAPP]).await;
    let server = Server::of(&registry.url());
    let name = |tag: &str| format!("{}/team/webapp:{tag}", registry.host());
    let ask = |a: &str, b: &str, more: &str| format!("/api/v1/compare?a={}&b={}{more}", name(a), name(b));

    let it = server.get(&ask("2.13.1", "2.14.0", "")).await.json();
    assert_eq!(it["a"]["platform"], it["b"]["platform"]);
    let of = |side: &str| it[side].as_array().unwrap().len();
    assert!(of("common") > 0 && of("only_a") > 0 && of("only_b") > 0, "{it}");
    let labels = it["labels"].as_array().unwrap();
    let version = labels.iter().find(|it| it["name"] == "org.opencontainers.image.version").unwrap();
    assert_eq!((&version["a"], &version["b"]), (&"2.13.1".into(), &"2.14.0".into()));

    let it = server.get(&ask("2.14.0", "2.14.0", "&platform_a=linux/arm64")).await.json();
    assert_eq!((&it["a"]["platform"], &it["b"]["platform"]), (&it["a"]["platform"], &it["a"]["platform"]));
    assert_eq!(it["only_a"], it["only_b"]);
    let it =
        server.get(&ask("2.14.0", "2.14.0", "&platform_a=linux/amd64&platform_b=linux/arm64")).await.json();
    assert_ne!(it["a"]["platform"], it["b"]["platform"]);
    assert_eq!(it["common"].as_array().unwrap().iter().filter(|it| !it["digest"].is_null()).count(), 0);

    let wrong = server.get("/api/v1/compare?a=team&b=team").await;
    assert_eq!(wrong.status, 400);
    let page = server.get("/compare?a=team&b=team").await;
    assert_eq!(page.status, 400);
}

#[tokio::test]
async fn platforms_differ_in_what_is_not_the_same_for_all() {
    let registry = registry_with(&[samples::CLI, samples::FILES]).await;
    let server = Server::of(&registry.url());
    let image = server.get("/api/v1/image?repository=team/tools/cli&reference=1.1.0").await.json();
    let differences = image["differences"].as_array().unwrap();
    let entrypoint = differences.iter().find(|it| it["name"] == "entrypoint").unwrap();
    assert_eq!(entrypoint["part"], "run");
    let platforms = |value: usize| entrypoint["values"][value]["platforms"].as_array().unwrap().clone();
    assert_eq!((platforms(0).len(), platforms(1).len()), (2, 2), "{entrypoint}");
    assert!(differences.iter().all(|it| it["name"] != "cmd"), "it is the same for all");
    let alone = server.get("/api/v1/image?repository=demo/files&reference=latest").await.json();
    assert_eq!(alone["differences"], json!([]));
}

#[tokio::test]
async fn what_an_image_is_built_on_is_told_from_its_layers_and_its_labels() {
    let registry = registry_with(&[samples::FILES]).await;
    let server = Server::of(&registry.url());
    server.scan().await;
    let told = server.get("/api/v1/image/base?repository=demo/files&reference=latest").await.json();
    assert_eq!(told["claimed"]["name"], "debian:12-slim");
    assert_eq!((&told["claimed"]["registry"], &told["claimed"]["has_moved"]), (&Value::Null, &Value::Null));
    let tags: Vec<(&Value, &Value)> =
        told["built_on"].as_array().unwrap().iter().map(|it| (&it["tag"], &it["n_layers"])).collect();
    assert_eq!(tags, [(&json!("older"), &json!(2)), (&json!("base"), &json!(1))]);
    let base = server.get("/api/v1/image/base?repository=demo/files&reference=base").await.json();
    assert_eq!((&base["claimed"], base["built_upon_by"].as_array().unwrap().len()), (&Value::Null, 3));
}
