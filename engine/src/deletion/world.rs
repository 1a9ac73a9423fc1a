//! What a repository holds, with what lists do not tell.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};
use registry::deletion::Holdings;
use registry::{Digest, Reference};

use crate::inventory::describe;
use crate::place::Place;
use crate::store::{Gone, ManifestRecord};
use crate::{Error, scan};

/// How many requests go out at a time; the client bounds them further.
const AT_ONCE: usize = 32;
/// How many manifests that no tag leads to are looked at in a round. One that is gone unnoticed keeps what it needs, and
/// its own step finds out.
const MOST: usize = 2000;
/// How often it is tried to scan what somebody else is scanning, and how long that may take.
const INTERVAL: Duration = Duration::from_millis(200);
const PATIENCE: Duration = Duration::from_secs(600);

/// Looks at every tag of a repository anew, and waits for it.
pub(super) async fn look_at_all(place: &Place) -> Result<(), Error> {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !scan::scan_repository(place).await? {
        // Another scan is under way, and may have passed by what has changed since.
        if tokio::time::Instant::now() > deadline {
            return Err(Error::Stopped);
        }
        tokio::time::sleep(INTERVAL).await;
    }
    Ok(())
}

/// What the repository holds: `holdings`, which is what the inventory knows of it, without untagged manifests that are
/// gone, and with the referrers and children of some manifests that no scan meets.
pub(super) async fn holdings(
    place: &Place,
    mut holdings: Holdings,
    asked: &BTreeSet<Digest>,
) -> Result<Holdings, Error> {
    let store = &place.upstream.store;
    drop_gone(place, &mut holdings).await?;
    let mut unknown: BTreeSet<Digest> = BTreeSet::new();
    for digest in asked {
        let children = holdings.manifests.get(digest).into_iter().flat_map(|it| &it.children);
        unknown.extend(children.filter(|it| !holdings.manifests.contains_key(*it)).cloned());
    }
    unknown
        .extend(referrers(place, asked).await?.into_iter().filter(|it| !holdings.manifests.contains_key(it)));
    let found: Vec<Arc<ManifestRecord>> = stream::iter(unknown)
        .map(|digest| async move { describe::described(place, &digest, None).await.record })
        .buffer_unordered(AT_ONCE)
        .filter_map(std::future::ready)
        .collect()
        .await;
    if found.is_empty() {
        return Ok(holdings);
    }
    store.write_untagged(place.id, &found).await?;
    Ok(store.holdings(place.id).await?)
}

/// Forgets untagged manifests that the registry does not have any more.
pub(crate) async fn forget_gone(place: &Place) -> Result<(), Error> {
    let mut holdings = place.upstream.store.holdings(place.id).await?;
    drop_gone(place, &mut holdings).await
}

/// The registry's garbage collector, or another program, may have taken what no tag leads to.
async fn drop_gone(place: &Place, holdings: &mut Holdings) -> Result<(), Error> {
    let client = &place.upstream.client;
    loop {
        let mut reached: BTreeSet<&Digest> = holdings.tags.values().flatten().collect();
        reached.extend(holdings.manifests.values().flat_map(|it| &it.children));
        let untagged: Vec<Digest> =
            holdings.manifests.keys().filter(|it| !reached.contains(it)).take(MOST).cloned().collect();
        let gone: Vec<Digest> = stream::iter(untagged)
            .map(|digest| async move {
                let result = client.head_manifest(&place.name, &Reference::Digest(digest.clone())).await;
                result.is_err_and(|error| error.is_unknown()).then_some(digest)
            })
            .buffer_unordered(AT_ONCE)
            .filter_map(std::future::ready)
            .collect()
            .await;
        if gone.is_empty() {
            return Ok(());
        }
        // What an index kept together may be gone as well, which the next round finds out.
        let removed = Gone { repository: place.id, tags: Vec::new(), manifests: gone.iter().collect() };
        place.upstream.store.remove(&removed).await?;
        holdings.manifests.retain(|digest, _| !gone.contains(digest));
    }
}

/// What refers to some manifests, on registries that have an API for that.
async fn referrers(place: &Place, asked: &BTreeSet<Digest>) -> Result<BTreeSet<Digest>, Error> {
    let client = &place.upstream.client;
    let mut answers = stream::iter(asked)
        .map(|digest| client.api_referrers(&place.name, digest))
        .buffer_unordered(AT_ONCE)
        .boxed();
    let mut found = BTreeSet::new();
    while let Some(answer) = answers.next().await {
        found.extend(answer?.unwrap_or_default());
    }
    Ok(found)
}
