//! Registries filled at random: aliases, shared children and layers, indexes in indexes and with parts missing,
//! referrers, signatures, and manifests that no tag leads to any more.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use registry::client::{Client, ClientConfig};
use registry::manifest::{Descriptor, Manifest};
use registry::media_type::{OCI_CONFIG, OCI_INDEX, OCI_MANIFEST};
use registry::{Digest, Reference, RepositoryName, Tag};
use serde_json::{Value, json};
use testbed::{Distribution, Pusher};

use crate::support::digest_of;

const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const SIGNATURE: &str = "application/vnd.dev.cosign.simplesigning.v1+json";

/// Fills repositories of one registry.
pub(super) struct Filler<'a> {
    pusher: Pusher,
    pub(super) client: Client,
    registry: &'a Distribution,
    random: fastrand::Rng,
    n_made: usize,
}

/// A manifest that was pushed.
#[derive(Clone)]
struct Made {
    digest: Digest,
    media_type: &'static str,
    bytes: Bytes,
}

/// What a tag leads to, as it is pulled: every manifest and blob below it.
pub(super) type Pulled = BTreeMap<Tag, (Digest, BTreeSet<Digest>)>;

impl<'a> Filler<'a> {
    pub(super) fn of(registry: &'a Distribution, seed: u64) -> Self {
        Self {
            pusher: Pusher::to(registry),
            client: Client::new(ClientConfig::new(registry.url().parse().unwrap())).unwrap(),
            registry,
            random: fastrand::Rng::with_seed(seed),
            n_made: 0,
        }
    }

    /// Fills a repository; its tags can be moved later, so that something is left without one.
    pub(super) async fn fill(&mut self, name: &str) {
        let mut all: Vec<Made> = Vec::new();
        let mut reached: BTreeSet<Digest> = BTreeSet::new();
        for _ in 0..self.random.usize(2..6) {
            all.push(self.image(name, None).await);
        }
        for _ in 0..self.random.usize(0..4) {
            let n = self.random.usize(1..4).min(all.len());
            let children: Vec<Made> = self.choose(&all, n);
            reached.extend(children.iter().map(|it| it.digest.clone()));
            all.push(self.index(name, &children).await);
        }
        for number in 0..self.random.usize(2..8) {
            let made = self.random.choice(&all).unwrap().clone();
            reached.insert(made.digest.clone());
            self.put(name, &format!("t{number}"), &made).await;
        }
        // What no tag has ever led to, nobody can know of.
        for (number, made) in
            all.clone().into_iter().enumerate().filter(|(_, it)| !reached.contains(&it.digest))
        {
            self.put(name, &format!("own{number}"), &made).await;
        }
        if self.random.bool() {
            let subject = self.random.choice(&all).unwrap().clone();
            self.refer(name, &subject).await;
        }
        if self.random.bool() {
            let subject = self.random.choice(&all).unwrap().clone();
            let signature = self.layered(name, SIGNATURE, None).await;
            self.put(name, &format!("sha256-{}.sig", subject.digest.encoded()), &signature).await;
        }
        if self.random.u8(0..4) == 0 {
            // A part that is missing. What is known only by its digest can be lost without its tags.
            let lost = self.image(name, None).await;
            let index = self.index(name, &[all[0].clone(), lost.clone()]).await;
            self.put(name, "sparse", &index).await;
            self.client.delete_manifest(&name.parse().unwrap(), &lost.digest).await.unwrap();
            // The garbage collector keeps what the index names, although nobody can ask for it any more.
            let file = self.registry.blob_file(lost.digest.as_str());
            std::fs::remove_dir_all(file.parent().unwrap()).unwrap();
        }
    }

    /// Moves some tags to new images, or to where other tags are.
    pub(super) async fn shuffle(&mut self, name: &str) {
        let repository: RepositoryName = name.parse().unwrap();
        for number in 0..8 {
            let tag: Tag = format!("t{number}").parse().unwrap();
            if self.random.u8(0..3) > 0 || self.where_is(&repository, &tag).await.is_none() {
                continue;
            }
            let made = self.image(name, None).await;
            self.put(name, tag.as_str(), &made).await;
        }
    }

    /// What every tag leads to, and where it is.
    pub(super) async fn pull(&self, name: &str) -> Pulled {
        let repository: RepositoryName = name.parse().unwrap();
        let mut pulled = Pulled::new();
        for tag in self.client.tags(&repository).await.unwrap_or_default() {
            let Some(digest) = self.where_is(&repository, &tag).await else { continue };
            let mut content = BTreeSet::new();
            let mut open = vec![digest.clone()];
            while let Some(digest) = open.pop() {
                let Ok(manifest) =
                    self.client.manifest(&repository, &Reference::Digest(digest.clone())).await
                else {
                    continue;
                };
                content.insert(digest);
                let blobs: Vec<Descriptor> =
                    match Manifest::parse(&manifest.media_type, &manifest.bytes).unwrap() {
                        Manifest::Image(image) => image.config.into_iter().chain(image.layers).collect(),
                        Manifest::Index(index) => {
                            open.extend(index.manifests.into_iter().map(|it| it.digest));
                            continue;
                        }
                        Manifest::Schema1(_) => continue,
                    };
                for blob in blobs {
                    if self.client.blob(&repository, &blob.digest, 1 << 20).await.is_ok() {
                        content.insert(blob.digest);
                    }
                }
            }
            pulled.insert(tag, (digest, content));
        }
        pulled
    }

    /// The bytes of all blobs that the registry stores.
    pub(super) fn stored(&self) -> u64 {
        fn sum(folder: &std::path::Path) -> u64 {
            let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
            entries
                .filter_map(Result::ok)
                .map(|it| {
                    let metadata = it.metadata().unwrap();
                    if metadata.is_dir() { sum(&it.path()) } else { metadata.len() }
                })
                .sum()
        }
        sum(&self.registry.storage().join("docker/registry/v2/blobs"))
    }

    pub(super) fn random(&mut self) -> &mut fastrand::Rng {
        &mut self.random
    }

    async fn where_is(&self, repository: &RepositoryName, tag: &Tag) -> Option<Digest> {
        let reference = Reference::Tag(tag.clone());
        self.client.manifest(repository, &reference).await.ok().map(|it| it.digest)
    }

    async fn image(&mut self, name: &str, subject: Option<&Made>) -> Made {
        self.layered(name, LAYER, subject).await
    }

    /// An image of layers that many share, with a configuration of its own.
    async fn layered(&mut self, name: &str, layer_type: &str, subject: Option<&Made>) -> Made {
        self.n_made += 1;
        let config = json!({
            "os": "linux", "architecture": "amd64", "rootfs": { "type": "layers", "diff_ids": [] },
            "comment": format!("{name} {} {}", self.n_made, self.random.u64(..)),
        });
        let config = self.blob(name, config.to_string()).await;
        let mut layers = Vec::new();
        for _ in 0..self.random.usize(1..4) {
            let number = self.random.usize(0..12);
            layers.push(self.blob(name, format!("layer {number} {}", "x".repeat(50 * number))).await);
        }
        let typed = |(digest, size): (Digest, usize), media_type: &str| json!({ "mediaType": media_type, "digest": digest, "size": size });
        let layers: Vec<Value> = layers.into_iter().map(|it| typed(it, layer_type)).collect();
        let mut manifest = json!({
            "schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": typed(config, OCI_CONFIG), "layers": layers,
        });
        if let Some(subject) = subject {
            manifest["subject"] = described(subject);
        }
        self.manifest(name, OCI_MANIFEST, &manifest).await
    }

    async fn index(&mut self, name: &str, children: &[Made]) -> Made {
        let children: Vec<Value> = children.iter().map(described).collect();
        let index = json!({
            "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": children,
            "annotations": { "number": self.random.u64(..).to_string() },
        });
        self.manifest(name, OCI_INDEX, &index).await
    }

    /// Referrers, and the list that names them where there is no API.
    async fn refer(&mut self, name: &str, subject: &Made) {
        let mut referrers = Vec::new();
        for _ in 0..self.random.usize(1..3) {
            referrers.push(self.image(name, Some(subject)).await);
        }
        let children: Vec<Value> = referrers.iter().map(described).collect();
        let list = json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": children });
        let list = self.manifest(name, OCI_INDEX, &list).await;
        self.put(name, &format!("sha256-{}", subject.digest.encoded()), &list).await;
    }

    async fn blob(&self, name: &str, content: String) -> (Digest, usize) {
        let (digest, size) = (digest_of(&content), content.len());
        self.pusher.blob(name, digest.as_str(), content.into()).await.unwrap();
        (digest, size)
    }

    async fn manifest(&self, name: &str, media_type: &'static str, manifest: &Value) -> Made {
        let text = manifest.to_string();
        let made = Made { digest: digest_of(&text), media_type, bytes: text.into() };
        self.put(name, made.digest.as_str(), &made).await;
        made
    }

    async fn put(&self, name: &str, reference: &str, made: &Made) {
        self.pusher.manifest(name, reference, made.media_type, made.bytes.clone()).await.unwrap();
    }

    fn choose(&mut self, from: &[Made], n: usize) -> Vec<Made> {
        let mut from = from.to_vec();
        self.random.shuffle(&mut from);
        from.truncate(n);
        from
    }
}

fn described(made: &Made) -> Value {
    json!({ "mediaType": made.media_type, "digest": made.digest, "size": made.bytes.len() })
}
