//! Which manifests refer to which.

use std::collections::HashMap;

use registry::Digest;
use registry::artifact::ArtifactKind;
use registry::attached::Attached;
use registry::summary::{AttestationRow, Summary};
use sqlx::Row;

use super::database::Statement;
use super::{RepositoryId, Result, Store, batch, codec, compact};

/// The label by which an attestation is kept with the type of what it says; BuildKit annotates layers with it.
pub(crate) const PREDICATE_LABEL: &str = "in-toto.io/predicate-type";
/// How many referrers of one manifest are given.
const MOST: i64 = 1000;

/// An image of which one wants to know what lies beside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beside<'a> {
    pub(crate) digest: &'a Digest,
    /// The attestations among its children.
    pub(crate) attestations: &'a [AttestationRow],
}

impl<'a> Beside<'a> {
    /// Nothing lies beside what could not be read.
    pub(crate) fn of(summary: &'a Summary) -> Option<Self> {
        Some(Self { digest: summary.digest.as_ref()?, attestations: &summary.attestations })
    }
}

impl Store {
    /// The manifests whose subject is this one, as far as a scan has ever met them.
    pub(crate) async fn referrers(&self, repository: RepositoryId, subject: &Digest) -> Result<Vec<Digest>> {
        let sql = "SELECT digest FROM manifests WHERE repository_id = $1 AND subject IS NOT NULL AND subject = $2 \
                   ORDER BY id LIMIT $3";
        let query = sqlx::query(sql).bind(repository.0).bind(codec::pack(subject)).bind(MOST);
        self.digests(query).await
    }

    /// The images that the tags on a manifest say it belongs to.
    pub(crate) async fn attached_to(&self, repository: RepositoryId, digest: &Digest) -> Result<Vec<Digest>> {
        let sql = "SELECT DISTINCT t.attached_to FROM manifests m JOIN tags t ON t.manifest_id = m.id \
                   WHERE m.repository_id = $1 AND m.digest = $2 AND t.attached_to IS NOT NULL ORDER BY t.attached_to LIMIT $3";
        let query = sqlx::query(sql).bind(repository.0).bind(codec::pack(digest)).bind(MOST);
        self.digests(query).await
    }

    async fn digests<'a>(&'a self, query: Statement<'a>) -> Result<Vec<Digest>> {
        let mut digests = Vec::new();
        for row in self.database().await?.all(query).await? {
            let digest: Vec<u8> = row.try_get(0)?;
            digests.extend(codec::unpack(&digest));
        }
        Ok(digests)
    }

    /// What lies beside images: under tags of their own, as manifests that refer to them, and among the children of an
    /// index. Each image is asked about by three indexes, in one statement for all of them.
    pub(crate) async fn attachments(
        &self,
        repository: RepositoryId,
        images: &[Beside<'_>],
    ) -> Result<HashMap<Digest, Vec<Attached>>> {
        let mut found: HashMap<Digest, Vec<Attached>> = HashMap::new();
        // An attestation may be one of several images.
        let mut owners: HashMap<&Digest, Vec<&Digest>> = HashMap::new();
        for image in images {
            for attestation in image.attestations {
                owners.entry(&attestation.digest).or_default().push(image.digest);
                found.entry(image.digest.clone()).or_default().push(Attached::Attestation);
            }
        }
        let mut digests: Vec<&Digest> =
            images.iter().map(|it| it.digest).chain(owners.keys().copied()).collect();
        digests.sort_unstable();
        digests.dedup();
        let database = self.database().await?;
        for piece in batch::padded(&digests) {
            let list = batch::list(2, piece.len());
            let sql = format!(
                "SELECT t.attached_to, t.attached, m.summary, m.labels FROM tags t \
                 LEFT JOIN manifests m ON m.id = t.manifest_id \
                 WHERE t.repository_id = $1 AND t.attached_to IS NOT NULL AND t.attached_to IN ({list}) \
                 UNION ALL \
                 SELECT subject, CAST(0 AS BIGINT), summary, labels FROM manifests \
                 WHERE repository_id = $1 AND subject IS NOT NULL AND subject IN ({list})\
                 {}",
                match owners.is_empty() {
                    true => String::new(),
                    false => format!(
                        " UNION ALL SELECT digest, CAST(-1 AS BIGINT), summary, labels FROM manifests \
                         WHERE repository_id = $1 AND digest IN ({list})"
                    ),
                }
            );
            let query = piece
                .iter()
                .fold(sqlx::query(&sql).bind(repository.0), |query, digest| query.bind(codec::pack(digest)));
            for row in database.all(query).await? {
                let digest: Vec<u8> = row.try_get(0)?;
                let Some(digest) = codec::unpack(&digest) else { continue };
                let (number, summary, labels): (i64, Option<String>, Option<String>) =
                    (row.try_get(1)?, row.try_get(2)?, row.try_get(3)?);
                let kinds = kinds(summary.as_deref(), labels.as_deref());
                match number {
                    // An attestation of an index, which is asked for under its own digest.
                    -1 => {
                        for owner in owners.get(&digest).into_iter().flatten() {
                            found.entry((*owner).clone()).or_default().extend(&kinds);
                        }
                    }
                    0 => found.entry(digest).or_default().extend(&kinds),
                    number => {
                        let tagged = codec::attached(number);
                        // What is attested may be an SBOM.
                        let kinds = kinds.into_iter().filter(|_| tagged == Attached::Attestation);
                        found.entry(digest).or_default().extend(kinds.chain([tagged]));
                    }
                }
            }
        }
        for attached in found.values_mut() {
            attached.sort_unstable();
            attached.dedup();
        }
        Ok(found)
    }
}

/// What an artifact is, by its type and by the types of the predicates that are kept among its labels.
fn kinds(summary: Option<&str>, labels: Option<&str>) -> Vec<Attached> {
    let predicates = labels.into_iter().flat_map(str::lines).filter_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name == PREDICATE_LABEL).then(|| ArtifactKind::of_predicate(value))
    });
    let mut kinds: Vec<ArtifactKind> = predicates.collect();
    if kinds.is_empty() {
        let summary = summary.and_then(|text| compact::read(text, None));
        let of_type = summary.and_then(|it| ArtifactKind::of_media_type(it.artifact_type.as_deref()?));
        kinds.push(of_type.unwrap_or(ArtifactKind::Other));
    }
    kinds.into_iter().map(ArtifactKind::attached).collect()
}
