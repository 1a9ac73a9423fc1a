use serde_json::Value;
use testbed::samples::{self, Clock, Filled};
use testbed::{Distribution, Pusher};

use crate::client;

const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";

struct Filler {
    registry: Distribution,
}

impl Filler {
    async fn with(names: &[&str]) -> Self {
        let registry = Distribution::builder().start().await.unwrap();
        let filler = Self { registry };
        filler.fill(names).await;
        filler
    }

    async fn fill(&self, names: &[&str]) -> Filled {
        let samples = names.iter().map(|name| samples::one(name, Clock::FIXED).unwrap());
        samples::fill(&self.registry, samples).await.unwrap()
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let request = client().get(format!("{}/v2/{path}", self.registry.url())).header("accept", ACCEPT);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or_default())
    }

    async fn manifest(&self, repository: &str, reference: &str) -> (u16, Value) {
        self.get(&format!("{repository}/manifests/{reference}")).await
    }
}

#[tokio::test]
async fn everything_can_be_pushed_and_is_pushed_once() {
    let filler = Filler::with(samples::NAMES).await;
    let (_, catalog) = filler.get("_catalog").await;
    let mut listed: Vec<_> =
        catalog["repositories"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let mut expected = samples::NAMES.to_vec();
    listed.sort_unstable();
    expected.sort_unstable();
    assert_eq!(listed, expected);

    let whole: Vec<_> = samples::all(Clock::FIXED).filter(|sample| !sample.is_damaged()).collect();
    assert!(whole.len() > 15);
    assert_eq!(samples::fill(&filler.registry, whole).await.unwrap(), Filled::default());
}

#[test]
fn the_same_clock_gives_the_same_bytes() {
    let digests = || -> Vec<_> {
        samples::all(Clock::FIXED)
            .flat_map(|sample| sample.manifests().iter().map(|it| it.digest.clone()).collect::<Vec<_>>())
            .collect()
    };
    assert_eq!(digests(), digests());
}

#[test]
fn the_samples_together_are_of_a_bearable_size() {
    let size: u64 = samples::all(Clock::FIXED).map(|sample| sample.size()).sum();
    assert!((30 << 20..80 << 20).contains(&size), "{size}");
}

#[tokio::test]
async fn the_web_application_is_as_documented() {
    let filler = Filler::with(&[samples::WEBAPP]).await;
    let sample = samples::one(samples::WEBAPP, Clock::FIXED).unwrap();
    let latest = &sample.tagged("latest").unwrap().digest;
    for tag in ["2.14.0", "2.14", "2"] {
        assert_eq!(&sample.tagged(tag).unwrap().digest, latest);
    }
    let (_, index) = filler.manifest(samples::WEBAPP, "latest").await;
    let platform =
        |child: &Value| format!("{}/{}", child["platform"]["os"], child["platform"]["architecture"]);
    let platforms: Vec<_> = index["manifests"].as_array().unwrap().iter().map(platform).collect();
    assert_eq!(platforms.len(), 5);
    assert_eq!(platforms.iter().filter(|it| *it == r#""unknown"/"unknown""#).count(), 2);

    let (_, index) = filler.manifest(samples::WEBAPP, "2.13.0-rc.2").await;
    let arm = index["manifests"][1]["digest"].as_str().unwrap();
    assert_eq!(filler.manifest(samples::WEBAPP, arm).await.0, 404);

    let (_, tags) = filler.get("team/webapp/tags/list").await;
    assert!(tags["tags"].as_array().unwrap().contains(&"2.9.0".into()));
    assert_eq!(filler.manifest(samples::WEBAPP, "2.9.0").await.0, 404);
}

#[tokio::test]
async fn windows_images_differ_by_version_alone() {
    let filler = Filler::with(&[samples::CLI]).await;
    let (_, index) = filler.manifest(samples::CLI, "latest").await;
    let version = |child: usize| index["manifests"][child]["platform"]["os.version"].as_str().unwrap();
    assert_ne!(version(2), version(3));
}

#[tokio::test]
async fn broken_samples_are_broken_as_documented() {
    let names: Vec<_> = samples::NAMES.iter().copied().filter(|name| name.starts_with("broken/")).collect();
    let filler = Filler::with(&names).await;
    // Filling again must leave them broken.
    filler.fill(&names).await;

    let (status, index) = filler.manifest(samples::MISSING_CHILD, "latest").await;
    assert_eq!(status, 200);
    let mut children = Vec::new();
    for child in index["manifests"].as_array().unwrap() {
        children.push(filler.manifest(samples::MISSING_CHILD, child["digest"].as_str().unwrap()).await.0);
    }
    assert_eq!(children, [200, 404, 200]);

    let config = |manifest: &Value| manifest["config"]["digest"].as_str().unwrap().to_owned();
    let (_, manifest) = filler.manifest(samples::MISSING_CONFIG, "latest").await;
    let path = format!("{}/blobs/{}", samples::MISSING_CONFIG, config(&manifest));
    assert_eq!(filler.get(&path).await.0, 404);

    let (_, manifest) = filler.manifest(samples::UNREADABLE_CONFIG, "latest").await;
    let path = format!("{}/blobs/{}", samples::UNREADABLE_CONFIG, config(&manifest));
    assert_eq!(filler.get(&path).await, (200, Value::Null));

    let (status, emptied) = filler.get("broken/emptied/tags/list").await;
    assert_eq!((status, &emptied["tags"]), (200, &Value::Null));

    let (_, listed) = filler.get("broken/manifest-gone/tags/list").await;
    assert_eq!(listed["tags"].as_array().unwrap().len(), 3);
    assert_eq!(filler.manifest(samples::MANIFEST_GONE, "latest").await.0, 404);
    assert_eq!(filler.manifest(samples::MANIFEST_GONE, "0.9.0").await.0, 200);

    for (name, date) in [
        (samples::NO_DATE, Value::Null),
        (samples::YEAR_ONE, "0001-01-01T00:00:00Z".into()),
        (samples::EPOCH, "1970-01-01T00:00:00Z".into()),
    ] {
        let (_, manifest) = filler.manifest(name, "latest").await;
        let (_, config) = filler.get(&format!("{name}/blobs/{}", config(&manifest))).await;
        assert_eq!(config["created"], date, "{name}");
    }
}

#[tokio::test]
async fn samples_reach_a_registry_behind_a_password() {
    let registry = Distribution::builder().htpasswd("ada", "secret").start().await.unwrap();
    let pusher = Pusher::to(&registry).basic("ada", "secret");
    let sample = samples::one(samples::ALPINE_LIKE, Clock::FIXED).unwrap();
    let digest = sample.tagged("latest").unwrap().digest.clone();
    samples::fill_storage(&pusher, registry.storage(), [sample]).await.unwrap();
    assert_eq!(pusher.resolve(samples::ALPINE_LIKE, "latest").await.unwrap(), Some(digest));
}
