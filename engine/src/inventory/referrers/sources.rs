//! Where it is written down what refers to an image.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::pin::pin;

use futures::future::join_all;
use futures::{StreamExt, stream};
use registry::artifact::{Source, SourceProblem};
use registry::client::ManifestBytes;
use registry::manifest::{Descriptor, Manifest};
use registry::{Digest, Error, Reference, Tag};

use crate::inventory::describe::{self, Detail};
use crate::place::Place;
use crate::scan;
use crate::store::{Found as FoundTag, StoreError, now};

/// The endings of cosign's tags.
const COSIGN: [&str; 3] = ["sig", "att", "sbom"];
/// For how many platforms of an index it is asked what refers to them.
const MOST_PLATFORMS: usize = 32;
/// For how many images it is asked at the same time; the client bounds the requests further.
const SUBJECTS_AT_A_TIME: usize = 8;

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

/// Asks everywhere at the same time: for the image, and where it is an index, for the images of its platforms as well,
/// which `cosign sign --recursive` signs one by one.
pub(super) async fn ask(place: &Place, image: &ManifestBytes) -> Sources {
    let children = match Manifest::parse(&image.media_type, &image.bytes) {
        Ok(Manifest::Index(index)) => index.manifests,
        _ => Vec::new(),
    };
    let (attestations, platforms): (Vec<_>, Vec<_>) =
        children.into_iter().partition(Descriptor::is_attestation);
    let platforms: BTreeSet<Digest> = platforms
        .into_iter()
        .take(MOST_PLATFORMS)
        .map(|it| it.digest)
        .filter(|it| *it != image.digest)
        .collect();
    let subjects = std::iter::once(image.digest.clone()).chain(platforms);
    let answers = stream::iter(subjects).map(|it| Answers::of(place, it)).buffered(SUBJECTS_AT_A_TIME);
    let mut answers = pin!(answers);
    let mut gathered = Gathered::default();
    while let Some(it) = answers.next().await {
        gathered.answers(it);
    }
    for child in attestations {
        let subject = child.attestation_subject().unwrap_or_else(|| image.digest.clone());
        gathered.add(Source::Index, child.digest.clone(), &subject, Some(child));
    }
    gathered.sources
}

/// What is said to refer to one image.
struct Answers {
    subject: Digest,
    listed: Result<Option<Vec<Descriptor>>, Error>,
    fallback: Result<Vec<Descriptor>, Error>,
    tags: Vec<Result<Option<Digest>, Error>>,
    known: Result<Vec<Digest>, StoreError>,
}

impl Answers {
    async fn of(place: &Place, subject: Digest) -> Self {
        let (client, store) = (&place.upstream.client, &place.upstream.store);
        let (listed, fallback, tags, known) = futures::join!(
            client.listed_referrers(&place.name, &subject),
            client.fallback_referrers(&place.name, &subject),
            join_all(COSIGN.iter().map(|ending| cosign_tag(place, &subject, ending))),
            store.referrers(place.id, &subject),
        );
        Self { subject, listed, fallback, tags, known }
    }
}

#[derive(Default)]
struct Gathered {
    sources: Sources,
    /// Where each digest is among what was found.
    places: BTreeMap<Digest, usize>,
}

impl Gathered {
    fn answers(&mut self, answers: Answers) {
        let Answers { subject, listed, fallback, tags, known } = answers;
        self.listed(Source::Api, &subject, listed.map(Option::unwrap_or_default));
        self.listed(Source::FallbackTag, &subject, fallback);
        for tag in tags {
            self.take(Source::CosignTag, &subject, tag.map(Vec::from_iter));
        }
        self.take(Source::Inventory, &subject, known);
    }

    fn add(&mut self, source: Source, digest: Digest, subject: &Digest, listed: Option<Descriptor>) {
        let Sources { found, .. } = &mut self.sources;
        let idx = *self.places.entry(digest.clone()).or_insert(found.len());
        if idx == found.len() {
            found.push(Found { digest, subject: subject.clone(), sources: BTreeSet::new(), listed });
        }
        found[idx].sources.insert(source);
    }

    fn listed(&mut self, source: Source, subject: &Digest, result: Result<Vec<Descriptor>, Error>) {
        match result {
            Ok(listed) => {
                for it in listed {
                    self.add(source, it.digest.clone(), subject, Some(it));
                }
            }
            Err(error) => self.fail(source, &error),
        }
    }

    fn take<E: Display>(&mut self, source: Source, subject: &Digest, result: Result<Vec<Digest>, E>) {
        match result {
            Ok(digests) => digests.into_iter().for_each(|it| self.add(source, it, subject, None)),
            Err(error) => self.fail(source, &error),
        }
    }

    /// Each source once, although cosign has three tags, and an index many platforms.
    fn fail(&mut self, source: Source, error: &dyn Display) {
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
