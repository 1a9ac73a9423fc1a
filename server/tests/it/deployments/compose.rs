//! Compose files: those that are shipped, and those of the documentation.

use engine::StoreLocation;
use serde_json::Value;

use super::{assert_known, documents, shipped, understood};
use crate::documentation::{blocks, pages};

/// The names and values of a mapping, or of a list of assignments.
fn environment(service: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match &service["environment"] {
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), filled(&text(value)))).collect(),
        Value::Array(list) => list
            .iter()
            .map(|it| it.as_str().unwrap().split_once('=').unwrap())
            .map(|(name, value)| (name.to_owned(), filled(value)))
            .collect(),
        _ => Vec::new(),
    }
}

/// `${NAME:-default}` and `${NAME:?as example}`, as for somebody who has set what is asked for.
fn filled(value: &str) -> String {
    let Some(inner) = value.strip_prefix("${").and_then(|it| it.strip_suffix('}')) else {
        return value.to_owned();
    };
    match inner.split_once(":-") {
        Some((_, default)) => default.to_owned(),
        None => inner.rsplit(' ').next().unwrap().to_owned(),
    }
}

/// The services that run Stowage, or what it replaces.
fn ours(file: &Value) -> Vec<(&String, &Value)> {
    let services = file["services"].as_object().into_iter().flatten();
    services.filter(|(name, _)| name.as_str() == "stowage" || name.as_str() == "registry-ui").collect()
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().map(|it| it.as_str().unwrap()).collect()
}

#[test]
fn what_is_shipped_runs_with_no_right_and_writes_to_its_volume_only() {
    for name in ["compose.yaml", "compose.postgres.yaml"] {
        let file = documents(&shipped(name)).remove(0);
        let stowage = &file["services"]["stowage"];
        assert_eq!(stowage["read_only"], true, "{name}");
        assert_eq!(texts(&stowage["cap_drop"]), ["ALL"], "{name}");
        assert_eq!(texts(&stowage["security_opt"]), ["no-new-privileges:true"], "{name}");
        let data = texts(&stowage["volumes"]).into_iter().chain(texts(&stowage["tmpfs"]));
        assert!(data.into_iter().any(|it| it.contains("/data")), "{name}");
    }
}

#[test]
fn what_a_service_uses_is_declared_and_published_for_this_machine_alone() {
    for name in ["compose.yaml", "compose.postgres.yaml"] {
        let file = documents(&shipped(name)).remove(0);
        let services = file["services"].as_object().unwrap();
        for (service, told) in services {
            for secret in texts(&told["secrets"]) {
                assert!(file["secrets"][secret]["file"].is_string(), "{name}: {service}: {secret}");
                let path = format!("/run/secrets/{secret}");
                assert!(
                    environment(told).iter().any(|(_, value)| *value == path),
                    "{name}: {secret} is unused"
                );
            }
            for volume in texts(&told["volumes"]) {
                let volume = volume.split(':').next().unwrap();
                assert!(file["volumes"].get(volume).is_some(), "{name}: {service}: {volume}");
            }
            for other in told["depends_on"].as_object().into_iter().flatten().map(|it| it.0) {
                assert!(services.contains_key(other), "{name}: {service}: {other}");
            }
            for port in texts(&told["ports"]) {
                assert!(port.starts_with("127.0.0.1:"), "{name}: {service}: {port}");
            }
        }
    }
}

#[test]
fn a_registry_and_stowage_beside_it_can_delete() {
    let file = documents(&shipped("compose.yaml")).remove(0);
    let config = understood("compose.yaml", &environment(&file["services"]["stowage"]));
    assert!(config.deletion.enabled);
    assert_eq!(config.registries[0].client.url.as_str(), "http://registry:5000/");
    assert_eq!(config.registries[0].pull_host, "localhost:5000");
    assert_eq!(file["services"]["registry"]["environment"]["REGISTRY_STORAGE_DELETE_ENABLED"], "true");
    // The first port that it tries is the one that is published.
    assert_eq!(texts(&file["services"]["stowage"]["ports"]), ["127.0.0.1:8082:80"]);
}

#[test]
fn replicas_share_a_database_and_a_key() {
    let file = documents(&shipped("compose.postgres.yaml")).remove(0);
    let stowage = &file["services"]["stowage"];
    assert_eq!(stowage["deploy"]["replicas"], 2);
    let config = understood("compose.postgres.yaml", &environment(stowage));
    assert!(matches!(config.store, StoreLocation::Postgres(_)), "{:?}", config.store);
    assert!(config.secret_key.is_some());
}

#[test]
fn the_documentation_tells_services_nothing_that_is_not_read() {
    let mut n_services = 0;
    for (page, text) in pages() {
        for block in blocks(&text, "yaml") {
            for file in documents(&block) {
                for (_, service) in ours(&file) {
                    let told = environment(service);
                    assert_known(&page, told.iter().map(|(name, _)| name.as_str()));
                    n_services += 1;
                }
            }
        }
    }
    assert!(n_services > 6, "the compose files were found");
}
