//! What nobody counts as it happens: it is read when somebody asks for the metrics.

use std::time::Duration;

use engine::{Engine, PoolState, Sizes};
use metrics::{Gauge, Unit, describe_gauge, gauge};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::services::Services;

const BUILD: &str = "stowage_build_info";
const LISTENERS: &str = "stowage_event_listeners";
const CONNECTIONS: &str = "stowage_database_connections";
const REPOSITORIES: &str = "stowage_inventory_repositories";
const TAGS: &str = "stowage_inventory_tags";
const MANIFESTS: &str = "stowage_inventory_manifests";
const BYTES: &str = "stowage_inventory_bytes";
const BLOBS: &str = "stowage_inventory_blobs";
const BLOB_BYTES: &str = "stowage_inventory_blob_bytes";

/// How long the inventory's sizes are told before they are counted again.
const FRESH_FOR: Duration = Duration::from_secs(30);
/// How long counting may take before the last sizes are told instead.
const PATIENCE: Duration = Duration::from_secs(5);

/// What reads it.
#[derive(Debug)]
pub(super) struct Readings {
    process: metrics_process::Collector,
    listeners: Gauge,
    /// When the sizes were counted last, or that was tried.
    counted: Mutex<Option<Instant>>,
}

impl Readings {
    pub(super) fn new() -> Self {
        describe_gauge!(BUILD, "Which version runs; always 1.");
        describe_gauge!(LISTENERS, "Pages and programs that listen to events.");
        describe_gauge!(CONNECTIONS, "Connections to the database, by pool and whether somebody uses them.");
        describe_gauge!(REPOSITORIES, "Repositories that the inventory knows.");
        describe_gauge!(TAGS, "Tags that it knows, those of signatures and the like left out.");
        describe_gauge!(MANIFESTS, "Manifests that it knows, in each repository that has them.");
        describe_gauge!(
            BYTES,
            Unit::Bytes,
            "The repositories' sizes together; what several share counts in each."
        );
        describe_gauge!(BLOBS, "Configurations and layers of all registries, each once.");
        describe_gauge!(BLOB_BYTES, Unit::Bytes, "Their compressed bytes.");
        gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        let process = metrics_process::Collector::default();
        process.describe();
        Self { process, listeners: gauge!(LISTENERS), counted: Mutex::default() }
    }

    pub(super) async fn read(&self, services: &Services) {
        self.process.collect();
        self.listeners.set(float(services.n_listeners() as u64));
        let engine = services.engine();
        for PoolState { name, used, idle } in engine.store().pools() {
            gauge!(CONNECTIONS, "pool" => name, "state" => "used").set(f64::from(used));
            gauge!(CONNECTIONS, "pool" => name, "state" => "idle").set(f64::from(idle));
        }
        // Whoever asks meanwhile waits for this, and finds the sizes fresh.
        let mut counted = self.counted.lock().await;
        if counted.is_some_and(|it| it.elapsed() < FRESH_FOR) {
            return;
        }
        match tokio::time::timeout(PATIENCE, engine.store().sizes()).await {
            Ok(Ok(sizes)) => tell(engine, &sizes),
            Ok(Err(error)) => tracing::warn!(%error, "how much there is cannot be counted"),
            Err(_) => tracing::warn!("counting how much there is takes too long"),
        }
        *counted = Some(Instant::now());
    }
}

fn tell(engine: &Engine, sizes: &Sizes) {
    for registry in engine.registry_ids() {
        // One that was never asked is empty as far as is known.
        let it = sizes.registries.get(registry).copied().unwrap_or_default();
        for (name, number) in
            [(REPOSITORIES, it.repositories), (TAGS, it.tags), (MANIFESTS, it.manifests), (BYTES, it.bytes)]
        {
            gauge!(name, "registry" => registry.to_owned()).set(float(number));
        }
    }
    gauge!(BLOBS).set(float(sizes.blobs));
    gauge!(BLOB_BYTES).set(float(sizes.blob_bytes));
}

/// Prometheus knows no other numbers.
fn float(number: u64) -> f64 {
    number as f64
}
