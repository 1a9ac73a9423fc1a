//! A scripted repository: tags that tests move, remove and break.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use registry::Digest;
use registry::fake::{Answer, Fake};
use serde_json::json;
use sha2::{Digest as _, Sha256};

/// The repository that the fake has.
pub(crate) const REPOSITORY: &str = "team/app";

/// A fake registry with one repository, whose tags are on images that differ by a number.
pub(crate) struct FakeImages {
    pub(crate) fake: Fake,
    content: Arc<Mutex<Content>>,
}

#[derive(Default)]
struct Content {
    tags: BTreeMap<String, Digest>,
    manifests: BTreeMap<Digest, Answer>,
    /// What is answered for a tag in another way.
    broken: BTreeMap<String, Answer>,
}

impl Content {
    fn delete(&mut self, digest: &Digest) {
        self.manifests.remove(digest);
        self.tags.retain(|_, place| place != digest);
    }
}

impl FakeImages {
    pub(crate) const REPOSITORY: &str = REPOSITORY;

    pub(crate) async fn start() -> Self {
        let it = Self { fake: Fake::start().await, content: Arc::default() };
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
        let content = Arc::clone(&self.content);
        self.fake.script("GET", &path("tags/list"), move |_| {
            let names: Vec<String> = content.lock().unwrap().tags.keys().cloned().collect();
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
        let blob = path(&format!("blobs/{}", digest_of(&config)));
        self.fake.on("GET", &blob, Answer::ok("application/octet-stream", config));
        let digest = digest_of(&manifest);
        let answer = Answer::ok(registry::media_type::OCI_MANIFEST, manifest)
            .header("docker-content-digest", digest.as_str());
        let mut content = self.content();
        content.manifests.insert(digest.clone(), answer);
        content.tags.insert(tag.to_owned(), digest.clone());
        content.broken.remove(tag);
        drop(content);
        self.answer(tag);
        self.answer(digest.as_str());
        digest
    }

    /// Answers for a tag or a digest as long as it is there.
    fn answer(&self, reference: &str) {
        for method in ["GET", "HEAD"] {
            let (content, name) = (Arc::clone(&self.content), reference.to_owned());
            self.fake.script(method, &path(&format!("manifests/{reference}")), move |_| {
                let content = content.lock().unwrap();
                let digest = content.tags.get(&name).cloned().or_else(|| name.parse().ok());
                let found = digest.and_then(|it| content.manifests.get(&it));
                let unknown = || Answer::error(404, "MANIFEST_UNKNOWN", "manifest unknown");
                content.broken.get(&name).or(found).cloned().unwrap_or_else(unknown)
            });
        }
    }

    /// Where a tag is.
    pub(crate) fn digest_of_tag(&self, tag: &str) -> Digest {
        self.content().tags[tag].clone()
    }

    pub(crate) fn remove(&self, tag: &str) {
        self.content().tags.remove(tag);
    }

    /// Forgets a manifest, and lists its tags all the same.
    pub(crate) fn remove_manifest(&self, digest: &Digest) {
        self.content().manifests.remove(digest);
    }

    /// Answers for one tag in another way, whatever is asked.
    pub(crate) fn break_tag(&self, tag: &str, answer: &Answer) {
        self.content().broken.insert(tag.to_owned(), answer.clone());
    }

    /// Deletes a manifest when it is asked to, with its tags or without.
    pub(crate) fn deletes(&self, digest: &Digest, with_tags: bool) {
        let (content, gone) = (Arc::clone(&self.content), digest.clone());
        self.fake.script("DELETE", &path(&format!("manifests/{digest}")), move |_| {
            if with_tags {
                content.lock().unwrap().delete(&gone);
            }
            Answer::status(202)
        });
    }

    /// Deletes a manifest with its tags as soon as it is asked to, and then answers like this.
    pub(crate) fn deletes_answering(&self, digest: &Digest, answer: Answer) {
        let (content, gone) = (Arc::clone(&self.content), digest.clone());
        self.fake.script("DELETE", &path(&format!("manifests/{digest}")), move |_| {
            content.lock().unwrap().delete(&gone);
            answer.clone()
        });
    }

    /// Takes a tag off when it is asked to; where it was the last one, the manifest goes as well.
    pub(crate) fn deletes_tag(&self, tag: &str) {
        self.deletes_tag_answering(tag, Answer::status(202));
    }

    /// The same with another answer.
    pub(crate) fn deletes_tag_answering(&self, tag: &str, answer: Answer) {
        let (content, name) = (Arc::clone(&self.content), tag.to_owned());
        self.fake.script("DELETE", &path(&format!("manifests/{tag}")), move |_| {
            let mut content = content.lock().unwrap();
            let digest = content.tags.remove(&name);
            if let Some(digest) = digest.filter(|it| !content.tags.values().any(|other| other == it)) {
                content.manifests.remove(&digest);
            }
            answer.clone()
        });
    }

    /// Takes blobs, and manifests that are put on a tag.
    pub(crate) fn takes_uploads(&self, tag: &str) {
        let begun = Answer::status(202).header("location", &path("blobs/uploads/1"));
        self.fake.on("POST", &path("blobs/uploads/"), begun);
        self.fake.on("PUT", &path("blobs/uploads/1"), Answer::status(201));
        let (content, name) = (Arc::clone(&self.content), tag.to_owned());
        self.fake.script("PUT", &path(&format!("manifests/{tag}")), move |seen| {
            let text = std::str::from_utf8(&seen.body).unwrap().to_owned();
            let digest = digest_of(&text);
            let answer = Answer::ok(seen.header("content-type"), text)
                .header("docker-content-digest", digest.as_str());
            let mut content = content.lock().unwrap();
            content.manifests.insert(digest.clone(), answer);
            content.tags.insert(name.clone(), digest);
            Answer::status(201)
        });
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

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap()
    }
}

fn path(rest: &str) -> String {
    format!("/v2/{REPOSITORY}/{rest}")
}

pub(crate) fn digest_of(text: &str) -> Digest {
    let hash = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("sha256:{hash}").parse().unwrap()
}
