use serde_json::{Value, json};

use super::*;

fn provenance(predicate_type: &str, predicate: &Value) -> Provenance {
    let statement = json!({ "predicate": predicate }).to_string();
    Provenance::parse(predicate_type, statement.as_bytes()).unwrap()
}

#[test]
fn the_second_version_tells_builder_source_and_commit() {
    let found = provenance(
        "https://slsa.dev/provenance/v0.2",
        &json!({
            "builder": { "id": "https://github.com/actions/runner" },
            "buildType": "https://mobyproject.org/buildkit@v1",
            "invocation": { "configSource": {
                "uri": "https://git.example.com/team/app.git#refs/heads/main",
                "digest": { "sha1": "0123abcd" },
                "entryPoint": "Dockerfile",
            } },
            "metadata": {
                "buildInvocationID": "run-7",
                "buildStartedOn": "2026-01-02T03:04:05Z",
                "buildFinishedOn": "2026-01-02T03:05:05Z",
            },
            "materials": [{ "uri": "pkg:docker/alpine@3.20", "digest": { "sha256": "aa" } }, { "uri": 7 }],
        }),
    );
    assert_eq!(found.builder.as_deref(), Some("https://github.com/actions/runner"));
    assert_eq!(found.build_type.as_deref(), Some("https://mobyproject.org/buildkit@v1"));
    assert_eq!(found.source.as_deref(), Some("https://git.example.com/team/app.git#refs/heads/main"));
    assert_eq!(found.commit.as_deref(), Some("0123abcd"));
    assert_eq!(found.entry_point.as_deref(), Some("Dockerfile"));
    assert_eq!(found.invocation.as_deref(), Some("run-7"));
    assert_eq!(found.started.as_deref(), Some("2026-01-02T03:04:05Z"));
    assert_eq!((found.materials.len(), found.n_materials), (2, 2));
    assert_eq!(found.materials[0].digest["sha256"], "aa");
}

#[test]
fn the_first_version_that_is_stable_tells_the_same() {
    let found = provenance(
        "https://slsa.dev/provenance/v1",
        &json!({
            "buildDefinition": {
                "buildType": "https://actions.github.io/buildtypes/workflow/v1",
                "externalParameters": { "workflow": {
                    "ref": "refs/tags/v1", "repository": "https://git.example.com/team/app",
                    "path": ".github/workflows/release.yml",
                } },
                "resolvedDependencies": [
                    { "uri": "pkg:docker/alpine@3.20", "digest": { "sha256": "aa" } },
                    { "uri": "git+https://git.example.com/team/app@refs/tags/v1", "digest": { "gitCommit": "cafe" } },
                ],
            },
            "runDetails": {
                "builder": { "id": "https://builder.example.com" },
                "metadata": { "invocationId": "https://git.example.com/runs/9", "startedOn": "2026-01-02T03:04:05Z" },
            },
        }),
    );
    assert_eq!(found.source.as_deref(), Some("https://git.example.com/team/app"));
    assert_eq!(found.commit.as_deref(), Some("cafe"));
    assert_eq!(found.entry_point.as_deref(), Some(".github/workflows/release.yml"));
    assert_eq!(found.builder.as_deref(), Some("https://builder.example.com"));
    assert_eq!(found.invocation.as_deref(), Some("https://git.example.com/runs/9"));
    assert_eq!(found.n_materials, 2);
}

#[test]
fn what_has_another_shape_is_left_out() {
    for predicate_type in ["https://slsa.dev/provenance/v0.2", "https://slsa.dev/provenance/v1"] {
        let odd = json!({
            "builder": 7, "invocation": [], "materials": "none", "metadata": null,
            "buildDefinition": { "externalParameters": 7, "resolvedDependencies": {} }, "runDetails": [],
        });
        assert_eq!(provenance(predicate_type, &odd), Provenance::default(), "{predicate_type}");
    }
}
