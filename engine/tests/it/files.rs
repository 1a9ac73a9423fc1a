//! Looking into layers: each is read once, whoever asks for it, and nothing hangs.

use std::time::Duration;

use engine::{Engine, ImageFiles, LayerState, PlatformImage};
use registry::{Digest, Reference};
use testbed::{Distribution, Gate, samples};

use crate::support::{Backend, Database, ID, engine_on, name, on_both, registry_with};

/// An image of one layer.
fn image() -> PlatformImage {
    PlatformImage {
        registry: ID.to_owned(),
        repository: name(samples::FILES),
        reference: Reference::Tag("base".parse().unwrap()),
        platform: String::new(),
    }
}

async fn files(engine: &Engine) -> ImageFiles {
    let it = image();
    let detail = engine.image(&it.registry, &it.repository, &it.reference).await.unwrap();
    engine.image_files(&detail, "").await.unwrap()
}

/// Waits until the layers were read.
async fn read(engine: &Engine) -> ImageFiles {
    for _ in 0..800 {
        let files = files(engine).await;
        if files.tree.is_some() {
            return files;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the layers were never read");
}

async fn layer(engine: &Engine) -> Digest {
    files(engine).await.layers[0].row.digest.clone().unwrap()
}

/// How many times the registry was asked for a layer.
fn n_fetched(registry: &Distribution, layer: &Digest) -> usize {
    registry.log().matches(&format!("GET /v2/{}/blobs/{layer} ", samples::FILES)).count()
}

on_both! {
    async fn replicas_read_a_layer_once_however_many_ask(kind: Backend) {
        let registry = registry_with(&[samples::FILES]).await;
        let gate = Gate::before(&registry.url()).unwrap();
        let database = Database::new(kind);
        let (first, second) = (engine_on(&gate.url(), &database), engine_on(&gate.url(), &database));
        let layer = layer(&first).await;
        gate.hold("GET", layer.as_str(), 0);
        for _ in 0..3 {
            first.read_image_files(&image(), false).await.unwrap();
        }
        gate.held(layer.as_str(), 1).await;
        second.read_image_files(&image(), false).await.unwrap();
        assert!(files(&first).await.is_under_way());
        assert_eq!(files(&second).await.layers[0].state, LayerState::Waiting);
        gate.open();
        assert_eq!(read(&second).await.layers[0].state, LayerState::Read);
        assert_eq!(read(&first).await.layers[0].state, LayerState::Read);
        assert_eq!(n_fetched(&registry, &layer), 1);
    }

    async fn what_a_server_was_reading_when_it_stopped_is_read_by_another(kind: Backend) {
        let registry = registry_with(&[samples::FILES]).await;
        let gate = Gate::before(&registry.url()).unwrap();
        let database = Database::new(kind);
        let (first, second) = (engine_on(&gate.url(), &database), engine_on(&gate.url(), &database));
        let layer = layer(&first).await;
        gate.hold("GET", layer.as_str(), 0);
        first.read_image_files(&image(), false).await.unwrap();
        gate.held(layer.as_str(), 1).await;
        first.stop().await;
        gate.open();
        second.read_image_files(&image(), false).await.unwrap();
        assert_eq!(read(&second).await.layers[0].state, LayerState::Read);
    }

    async fn what_was_kept_of_a_layer_and_cannot_be_read_is_read_again(kind: Backend) {
        let registry = registry_with(&[samples::FILES]).await;
        let database = Database::new(kind);
        let engine = engine_on(&registry.url(), &database);
        engine.read_image_files(&image(), false).await.unwrap();
        read(&engine).await;
        database.execute("UPDATE layer_files SET content = NULL").await;
        let later = engine_on(&registry.url(), &database);
        assert_eq!(files(&later).await.layers[0].state, LayerState::Unread);
        later.read_image_files(&image(), false).await.unwrap();
        read(&later).await;
    }
}
