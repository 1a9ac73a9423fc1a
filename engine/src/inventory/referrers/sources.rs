//! Where it is written down what refers to an image.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use registry::artifact::{Source, SourceProblem};
use registry::client::ManifestBytes;
use registry::manifest::{Descriptor, Manifest};
use registry::{Digest, Error, Reference, Tag};

use crate::inventory::describe::{self, Detail};
use crate::place::Place;
use crate::scan;
use crate::store::{Found as FoundTag, now};

/// The endings of cosign's tags.
const COSIGN: [&str; 3] = ["sig", "att", "sbom"];

/// What refers to an image, and where could not be looked.
#[derive(Default)]
pub(super) struct Sources {
    pub(super) found: Vec<Found>,
    pub(super) problems: Vec<SourceProblem>,
}

/// Something that refers to an image.
pub(super) struct Found {
    pub(super) digest: Digest,
    /// The image, or that of one of its platforms.
    pub(super) subject: Digest,
    pub(super) sources: BTreeSet<Source>,
    /// How it is listed, where it is.
    pub(super) listed: Option<Descriptor>,
}

/// Asks everywhere at the same time.
pub(super) async fn ask(place: &Place, image: &ManifestBytes) -> Sources {
    let (client, store, digest) = (&place.upstream.client, &place.upstream.store, &image.digest);
    let (listed, fallback, tags, known) = futures::join!(
        client.listed_referrers(&place.name, digest),
        client.fallback_referrers(&place.name, digest),
        join_all(COSIGN.iter().map(|ending| cosign_tag(place, digest, ending))),
        store.referrers(place.id, digest),
    );
    let mut gathered = Gathered::new(digest);
    gathered.listed(Source::Api, listed.map(Option::unwrap_or_default));
    gathered.listed(Source::FallbackTag, fallback);
    for tag in tags {
        gathered.take(Source::CosignTag, tag.map(Vec::from_iter));
    }
    gathered.children(image);
    gathered.take(Source::Inventory, known);
    gathered.sources
}

struct Gathered<'a> {
    image: &'a Digest,
    sources: Sources,
    /// Where each digest is among what was found.
    places: BTreeMap<Digest, usize>,
}

impl<'a> Gathered<'a> {
    fn new(image: &'a Digest) -> Self {
        Self { image, sources: Sources::default(), places: BTreeMap::new() }
    }

    fn add(&mut self, source: Source, digest: Digest, subject: Digest, listed: Option<Descriptor>) {
        let Sources { found, .. } = &mut self.sources;
        let idx = *self.places.entry(digest.clone()).or_insert(found.len());
        if idx == found.len() {
            found.push(Found { digest, subject, sources: BTreeSet::new(), listed });
        }
        found[idx].sources.insert(source);
    }

    fn listed(&mut self, source: Source, result: Result<Vec<Descriptor>, Error>) {
        match result {
            Ok(listed) => {
                for it in listed {
                    self.add(source, it.digest.clone(), self.image.clone(), Some(it));
                }
            }
            Err(error) => self.fail(source, &error),
        }
    }

    fn take<E: std::fmt::Display>(&mut self, source: Source, result: Result<Vec<Digest>, E>) {
        match result {
            Ok(digests) => {
                digests.into_iter().for_each(|it| self.add(source, it, self.image.clone(), None));
            }
            Err(error) => self.fail(source, &error),
        }
    }

    /// The attestations among the children of an index.
    fn children(&mut self, image: &ManifestBytes) {
        let Ok(Manifest::Index(index)) = Manifest::parse(&image.media_type, &image.bytes) else { return };
        for child in index.manifests.into_iter().filter(Descriptor::is_attestation) {
            let subject = child.attestation_subject().unwrap_or_else(|| self.image.clone());
            self.add(Source::Index, child.digest.clone(), subject, Some(child));
        }
    }

    /// Each source once, although cosign has three tags.
    fn fail(&mut self, source: Source, error: &dyn std::fmt::Display) {
        if !self.sources.problems.iter().any(|it| it.source == source) {
            self.sources.problems.push(SourceProblem { source, why: error.to_string() });
        }
    }
}

/// What lies on one of cosign's tags, which is written down, so that it is known whose it is.
async fn cosign_tag(place: &Place, image: &Digest, ending: &str) -> Result<Option<Digest>, Error> {
    let name = format!("{}-{}.{ending}", image.algorithm(), image.encoded());
    // Digests of other algorithms may be too long for a tag, and cosign has none for them.
    let Ok(tag) = name.parse::<Tag>() else { return Ok(None) };
    let seen_at = now();
    let manifest = match place.upstream.client.manifest(&place.name, &Reference::Tag(tag.clone())).await {
        Ok(manifest) => manifest,
        Err(error) if error.is_unknown() => return Ok(None),
        Err(error) => return Err(error),
    };
    let record = describe::describe(place, &manifest, Detail::Row, 0).await.record;
    let found = FoundTag::On {
        digest: manifest.digest.clone(),
        summary: record.summary.clone(),
        record: Some(record),
    };
    if let Err(error) = scan::write(place, &[scan::finding(place, &tag, seen_at, true, found)]).await {
        tracing::warn!(%error, %tag, "a tag cannot be written down");
    }
    Ok(Some(manifest.digest))
}
