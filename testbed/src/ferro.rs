//! `ferro-oci-server` in this process: a registry with the referrers API and with pages of tags.

use std::sync::Arc;

use ferro_blob_store::InMemoryBlobStore;
use ferro_oci_server::{AppState, InMemoryRegistryMeta};

use crate::background::Server;
use crate::error::Result;

/// A running registry that keeps everything in memory; it stops when dropped.
#[derive(Debug)]
pub struct Ferro(Server);

impl Ferro {
    /// Starts an empty registry on a free port.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start() -> Result<Self> {
        let state = AppState::new(Arc::new(InMemoryBlobStore::new()), Arc::new(InMemoryRegistryMeta::new()));
        Server::start(|_| ferro_oci_server::router(state)).map(Self)
    }

    /// `http://127.0.0.1:12345`, without a slash at the end.
    pub fn url(&self) -> String {
        self.0.url()
    }
}
