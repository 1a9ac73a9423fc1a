//! A scripted repository: tags that tests move, remove and break.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use registry::Digest;
use registry::fake::{Answer, Fake};
use serde_json::json;
use sha2::{Digest as _, Sha256};

/// The repository that the fake has.
pub(crate) const REPOSITORY: &str = "team/app";

/// A fake registry with one repository, whose tags are on images that differ by a number.
pub(crate) struct FakeImages {
    pub(crate) fake: Fake,
    tags: Arc<Mutex<BTreeMap<String, Digest>>>,
}

impl FakeImages {
    pub(crate) const REPOSITORY: &str = REPOSITORY;

    pub(crate) async fn start() -> Self {
        let it = Self { fake: Fake::start().await, tags: Arc::default() };
        it.list();
        it.fake.on("GET", "/v2/_catalog", Answer::json(&json!({ "repositories": [REPOSITORY] })));
        it.fake.on("GET", "/v2/", Answer::json(&json!({})));
        it
    }

    pub(crate) fn url(&self) -> String {
        self.fake.url().to_string()
    }

    /// Answers the list of tags again as it should.
    pub(crate) fn list(&self) {
        let tags = Arc::clone(&self.tags);
        self.fake.script("GET", &path("tags/list"), move |_| {
            let names: Vec<String> = tags.lock().unwrap().keys().cloned().collect();
            Answer::json(&json!({ "name": REPOSITORY, "tags": names }))
        });
    }

    /// Answers the list of tags in another way.
    pub(crate) fn list_with(&self, answer: Answer) {
        self.fake.on("GET", &path("tags/list"), answer);
    }

    /// Puts a tag on the image of a number, made so many days after the first of 2024.
    pub(crate) fn tag(&self, tag: &str, image: usize) -> Digest {
        let config = json!({
            "os": "linux", "architecture": "amd64",
            "created": format!("2024-{:02}-{:02}T00:00:00Z", 1 + image / 28 % 12, 1 + image % 28),
            "config": { "Labels": { "number": image.to_string() } },
        })
        .to_string();
        let manifest = json!({
            "schemaVersion": 2, "mediaType": registry::media_type::OCI_MANIFEST,
            "config": { "mediaType": registry::media_type::OCI_CONFIG, "digest": digest_of(&config), "size": config.len() },
            "layers": [{
                "mediaType": "application/vnd.oci.image.layer.v1.tar+gzip",
                "digest": format!("sha256:{}", "a".repeat(64)), "size": 1000 + image,
            }],
        })
        .to_string();
        let digest = digest_of(&manifest);
        let answer = Answer::ok(registry::media_type::OCI_MANIFEST, manifest)
            .header("docker-content-digest", digest.as_str());
        for reference in [tag, digest.as_str()] {
            for method in ["GET", "HEAD"] {
                self.fake.on(method, &path(&format!("manifests/{reference}")), answer.clone());
            }
        }
        let blob = path(&format!("blobs/{}", digest_of(&config)));
        self.fake.on("GET", &blob, Answer::ok("application/octet-stream", config));
        self.tags.lock().unwrap().insert(tag.to_owned(), digest.clone());
        digest
    }

    /// Where a tag is.
    pub(crate) fn digest_of_tag(&self, tag: &str) -> Digest {
        self.tags.lock().unwrap()[tag].clone()
    }

    pub(crate) fn remove(&self, tag: &str) {
        self.tags.lock().unwrap().remove(tag);
        for method in ["GET", "HEAD"] {
            self.fake.on(method, &path(&format!("manifests/{tag}")), Answer::status(404));
        }
    }

    /// Answers for one tag in another way, whatever is asked.
    pub(crate) fn break_tag(&self, tag: &str, answer: &Answer) {
        for method in ["GET", "HEAD"] {
            self.fake.on(method, &path(&format!("manifests/{tag}")), answer.clone());
        }
    }

    /// How often manifests were asked for by tag: with HEAD, and with GET.
    pub(crate) fn n_asked(&self) -> (usize, usize) {
        let prefix = path("manifests/");
        let of = |method: &str| {
            let asked = self.fake.seen().into_iter().filter(|it| it.method == method);
            asked.filter(|it| it.path.strip_prefix(&prefix).is_some_and(|it| !it.contains(':'))).count()
        };
        (of("HEAD"), of("GET"))
    }
}

fn path(rest: &str) -> String {
    format!("/v2/{REPOSITORY}/{rest}")
}

pub(crate) fn digest_of(text: &str) -> Digest {
    let hash = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("sha256:{hash}").parse().unwrap()
}
