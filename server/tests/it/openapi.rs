//! `/api/openapi.json`

use serde_json::Value;

use crate::support::Server;

#[tokio::test]
async fn describes_every_route_with_its_parameters_and_problems() {
    let document = Server::of("http://127.0.0.1:9").get("/api/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"), "{}", document["openapi"]);
    for (path, parameters) in [
        ("/api/v1/registries", vec![]),
        ("/api/v1/repositories", vec!["registry", "q", "after", "limit"]),
        (
            "/api/v1/tags",
            vec![
                "registry",
                "repository",
                "q",
                "platform",
                "kind",
                "broken",
                "created_from",
                "created_until",
                "older_than",
                "newer_than",
                "size_from",
                "size_to",
                "sort",
                "dir",
                "page",
                "after",
                "per_page",
                "attached",
            ],
        ),
        ("/api/v1/image", vec!["registry", "repository", "reference"]),
        ("/api/v1/scans", vec!["registry", "limit"]),
        ("/api/v1/scans/{id}", vec!["registry", "id"]),
    ] {
        let operation = &document["paths"][path]["get"];
        assert!(
            operation["summary"].is_string() || operation["description"].is_string(),
            "{path}: {operation}"
        );
        let mut found: Vec<&str> = operation["parameters"]
            .as_array()
            .map(|all| all.iter().map(|it| it["name"].as_str().unwrap()).collect())
            .unwrap_or_default();
        let mut expected = parameters;
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{path}");
        assert!(operation["responses"]["200"]["content"]["application/json"]["schema"].is_object());
        assert!(operation["responses"]["404"]["content"]["application/problem+json"]["schema"].is_object());
    }
}

#[tokio::test]
async fn describes_what_is_sent_and_what_does_not_end() {
    let document = Server::of("http://127.0.0.1:9").get("/api/openapi.json").await.json();
    let paths = &document["paths"];
    for (path, method, status, kind) in [
        ("/api/v1/scans", "post", "202", "application/json"),
        ("/api/v1/scans/{id}", "delete", "202", "application/json"),
        ("/api/v1/events", "get", "200", "text/event-stream"),
        ("/hooks/registry", "post", "202", "application/json"),
    ] {
        let operation = &paths[path][method];
        assert!(operation["summary"].is_string(), "{path}: {operation}");
        let response = &operation["responses"][status];
        assert!(response["content"][kind]["schema"].is_object(), "{path}: {response}");
        assert!(operation["responses"]["404"]["content"]["application/problem+json"].is_object(), "{path}");
    }
    assert!(paths["/api/v1/scans"]["post"]["requestBody"]["content"]["application/json"].is_object());
    assert!(paths["/hooks/registry"]["post"]["security"][0]["hooks_token"].is_array());
    assert_eq!(document["components"]["securitySchemes"]["hooks_token"]["scheme"], "bearer");
}

#[tokio::test]
async fn every_schema_that_is_referred_to_is_there() {
    let document = Server::of("http://127.0.0.1:9").get("/api/openapi.json").await.json();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 10);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[tokio::test]
async fn describes_the_parts_of_a_row_and_of_an_image() {
    let document = Server::of("http://127.0.0.1:9").get("/api/openapi.json").await.json();
    for (schema, parts) in [
        (
            "Tag",
            vec![
                "name",
                "digest",
                "media_type",
                "kind",
                "created",
                "size",
                "platforms",
                "aliases",
                "state",
                "pushed_at",
                "pulled_at",
                "seen_at",
            ],
        ),
        (
            "PlatformRow",
            vec!["os", "architecture", "variant", "os_version", "digest", "size", "created", "state"],
        ),
        ("ImageDetail", vec!["registry", "platforms", "layers", "config", "annotations", "manifest"]),
        ("TagList", vec!["items", "total", "next", "unread", "seen_at", "scanned_at"]),
        ("Repository", vec!["registry", "name", "n_tags", "size", "last_pushed", "scanned_at"]),
        (
            "Scan",
            vec![
                "id",
                "registry",
                "repository",
                "state",
                "n_done",
                "n_total",
                "rate",
                "seconds_left",
                "error",
            ],
        ),
        ("Problem", vec!["type", "title", "status", "detail", "instance", "remedy"]),
    ] {
        let mut properties = Vec::new();
        names(&document, &document["components"]["schemas"][schema], &mut properties);
        for part in parts {
            assert!(properties.iter().any(|it| it == part), "{schema} has no {part}: {properties:?}");
        }
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            references.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|it| collect(it, references));
        }
        Value::Array(items) => items.iter().for_each(|it| collect(it, references)),
        _ => {}
    }
}

/// The properties of a schema, those of the schemas it is composed of included.
fn names(document: &Value, schema: &Value, found: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        names(document, document.pointer(&reference[1..]).unwrap(), found);
    }
    found.extend(schema["properties"].as_object().into_iter().flat_map(|map| map.keys().cloned()));
    for key in ["allOf", "oneOf"] {
        schema[key].as_array().into_iter().flatten().for_each(|part| names(document, part, found));
    }
}
