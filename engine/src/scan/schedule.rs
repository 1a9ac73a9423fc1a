//! Scans that nobody waits for.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use super::registry::scan_registry;
use crate::upstream::Upstream;

/// Scans a registry in the background, unless somebody does already.
pub(crate) fn begin_registry(upstream: &Arc<Upstream>) {
    let upstream = Arc::clone(upstream);
    tokio::spawn(async move { scan(&upstream).await });
}

/// Scans every registry, and again after each pause. Replicas that do the same share the work.
pub(crate) async fn keep_scanning(upstreams: &[Arc<Upstream>], pause: Duration) {
    loop {
        join_all(upstreams.iter().map(scan)).await;
        tokio::time::sleep(pause).await;
    }
}

async fn scan(upstream: &Arc<Upstream>) {
    if let Err(error) = scan_registry(upstream).await {
        tracing::warn!(registry = upstream.info.id, %error, "a scan broke off");
    }
}
