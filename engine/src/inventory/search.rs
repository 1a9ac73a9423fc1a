//! Searching everything that is known, across all registries.

use registry::summary::Kind;
use registry::{Digest, RepositoryName, Tag};

use crate::Error;
use crate::store::{FoundRecord, Store, Visible};

/// With fewer hexadecimal digits than this, a text is not taken for the beginning of a digest.
const FEWEST_DIGITS: usize = 6;

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SearchHit {
    /// The id of the registry.
    pub registry: String,
    /// The repository.
    pub repository: RepositoryName,
    /// The tag; absent for a repository, and for a manifest that no tag is on.
    pub tag: Option<Tag>,
    /// The digest of the manifest; absent for a repository, and for a tag that could not be read.
    pub digest: Option<Digest>,
    /// What it is.
    pub kind: Option<Kind>,
    /// Where the text was found.
    pub found_in: FoundIn,
}

/// Where a text was found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "place", content = "text", rename_all = "snake_case")]
pub enum FoundIn {
    /// In the name of the repository.
    Repository,
    /// In the name of the tag.
    Tag,
    /// In a label or an annotation, `name=value`.
    Label(String),
    /// In the digest of the manifest.
    Digest,
    /// In the digest of a layer, or of the configuration.
    Layer,
}

/// Finds repositories, tags, labels, digests and digests of layers; the best ones first.
pub(crate) async fn search(
    store: &Store,
    text: &str,
    limit: usize,
    visible: Visible<'_>,
) -> Result<Vec<SearchHit>, Error> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut ranked: Vec<((usize, usize, usize), SearchHit)> = Vec::new();
    let mut add = |group: usize, records: Vec<FoundRecord>, found_in: &dyn Fn(&str) -> FoundIn| {
        for record in records {
            let rank = (rank(&record.text.to_lowercase(), &text), group, record.text.len());
            let found_in = found_in(&record.text);
            ranked.push((rank, hit(record, found_in)));
        }
    };
    add(0, store.find_repositories(&text, visible).await?, &|_| FoundIn::Repository);
    add(1, store.find_tags(&text, visible).await?, &|_| FoundIn::Tag);
    let digits = text.strip_prefix("sha256:").unwrap_or(&text);
    if digits.len() >= FEWEST_DIGITS {
        add(0, store.find_manifests(digits, visible).await?, &|_| FoundIn::Digest);
        add(2, store.find_by_blob(digits, limit, visible).await?, &|_| FoundIn::Layer);
    }
    add(3, store.find_labels(&text, visible).await?, &|labels| FoundIn::Label(line_with(labels, &text)));
    // A stable sort keeps what the database has put in order.
    ranked.sort_by_key(|(rank, _)| *rank);
    Ok(ranked.into_iter().map(|(_, hit)| hit).take(limit).collect())
}

/// Tags of images that hold a layer, by themselves or in one of their platforms.
pub(crate) async fn with_layer(
    store: &Store,
    layer: &Digest,
    limit: usize,
    visible: Visible<'_>,
) -> Result<Vec<SearchHit>, Error> {
    let records = store.find_by_blob(layer.encoded(), limit, visible).await?;
    Ok(records.into_iter().map(|it| hit(it, FoundIn::Layer)).collect())
}

/// Tags of images whose first layers are all those of an image.
pub(crate) async fn built_on(
    store: &Store,
    base: &Digest,
    limit: usize,
    visible: Visible<'_>,
) -> Result<Vec<SearchHit>, Error> {
    let records = store.find_built_on(base, limit, visible).await?;
    Ok(records.into_iter().map(|it| hit(it, FoundIn::Layer)).collect())
}

pub(super) fn hit(record: FoundRecord, found_in: FoundIn) -> SearchHit {
    let FoundRecord { registry, repository, tag, digest, kind, .. } = record;
    SearchHit { registry, repository, tag, digest, kind, found_in }
}

/// How well a text fits what is searched for; the best is 0.
fn rank(text: &str, searched: &str) -> usize {
    let last = text.rsplit('/').next().unwrap_or_default();
    match () {
        () if text == searched => 0,
        () if last == searched => 1,
        () if last.starts_with(searched) => 2,
        () if text.starts_with(searched) => 3,
        () if text.is_empty() => 3,
        () => 4,
    }
}

/// The line that holds a text, which is in lower case.
fn line_with(lines: &str, text: &str) -> String {
    lines.lines().find(|line| line.to_lowercase().contains(text)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_name_comes_before_its_beginning_and_that_before_its_middle() {
        let ranks =
            ["api", "team/api", "team/api-gateway", "apis/other", "team/webapi"].map(|it| rank(it, "api"));
        assert_eq!(ranks, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn shows_the_label_in_which_it_was_found() {
        assert_eq!(line_with("a=b\nVendor=Example\nc=d", "example"), "Vendor=Example");
    }
}
