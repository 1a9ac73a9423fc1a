//! `charts/web`: a Helm chart in several versions.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::json;

use super::artifact::Artifact;
use super::blob::json as bytes_of;
use super::layer::Tree;
use super::{CHARTS_WEB, Clock, Sample};

const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
const CONTENT: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";

pub(super) fn sample(clock: Clock) -> Sample {
    let mut sample =
        Sample::new(CHARTS_WEB, "Helm charts: no platform, no image configuration; the last one is signed");
    for (version, app, days) in [
        ("0.1.0", "1.0.0", 520),
        ("0.2.0", "1.3.1", 400),
        ("1.0.0", "2.0.0", 260),
        ("1.1.0-beta.1", "2.4.0", 140),
    ] {
        sample.artifact(chart("web", version, app, clock.days_ago(days)), &[version]);
    }
    let signed = chart("web", "1.1.0", "2.9.0", clock.days_ago(31))
        .part(PROVENANCE, "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nname: web\nversion: 1.1.0\n");
    sample.artifact(signed, &["1.1.0"]);
    sample
}

/// A chart as `helm push` makes it.
pub(super) fn chart(name: &str, version: &str, app: &str, created: Timestamp) -> Artifact {
    let config = bytes_of(&json!({
        "apiVersion": "v2",
        "name": name,
        "version": version,
        "appVersion": app,
        "description": format!("Runs {name} with a service, an ingress and an autoscaler"),
        "type": "application",
        "keywords": [name, "http"],
        "home": format!("https://git.example.com/charts/{name}"),
        "maintainers": [{ "name": "Example Team", "email": "team@example.com" }],
    }));
    Artifact::with_config(CONFIG, config)
        .part(CONTENT, content(name, version, app, created))
        .annotation("org.opencontainers.image.title", name)
        .annotation("org.opencontainers.image.version", version)
        .annotation("org.opencontainers.image.created", &created.to_string())
        .annotation(
            "org.opencontainers.image.description",
            "Runs it with a service, an ingress and an autoscaler",
        )
}

fn content(name: &str, version: &str, app: &str, created: Timestamp) -> Bytes {
    Tree::new(&format!("chart {name} {version}"), created)
        .text(
            &format!("{name}/Chart.yaml"),
            &format!("apiVersion: v2\nname: {name}\nversion: {version}\nappVersion: {app}\n"),
        )
        .text(
            &format!("{name}/values.yaml"),
            "replicaCount: 2\nservice:\n  port: 80\ningress:\n  enabled: false\n",
        )
        .text(
            &format!("{name}/README.md"),
            &format!("# {name}\n\nInstall it with `helm install {name} oci://registry.example.com/charts/{name}`.\n"),
        )
        .text(&format!("{name}/templates/deployment.yaml"), "apiVersion: apps/v1\nkind: Deployment\n")
        .program(&format!("{name}/templates/tests/fixture.bin"), 9)
        .gzip()
        .bytes
}
