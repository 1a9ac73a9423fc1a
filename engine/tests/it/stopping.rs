//! What goes on when the server stops.

use std::sync::Arc;
use std::time::Duration;

use engine::ScanState;
use registry::fake::Answer;
use serde_json::json;
use tokio::sync::Semaphore;

use crate::support::{Backend, FakeImages, ID, engine_for, engine_on, on_both};

on_both! {
    async fn scans_end_and_the_next_start_goes_on_at_once(kind: Backend) {
        let images = FakeImages::start().await;
        let gate = Arc::new(Semaphore::new(0));
        images.list_with(Answer::json(&json!({ "name": FakeImages::REPOSITORY, "tags": [] })).gated(&gate));
        let engine = engine_for(&images.url(), kind);
        engine.start_scan(ID, None).await.unwrap().unwrap();
        for _ in 0..200 {
            if engine.scans(ID, 10).await.unwrap().len() == 2 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::timeout(Duration::from_secs(5), engine.stop()).await.unwrap();
        let scans = engine.scans(ID, 10).await.unwrap();
        assert_eq!(scans.len(), 2);
        assert!(scans.iter().all(|it| it.state == ScanState::Failed), "{scans:?}");

        gate.add_permits(10);
        let again = engine_on(&images.url(), &engine.database);
        assert!(again.scan(ID, None).await.unwrap());
        let stopped = again.stop_known_scan(ID, 4711).await.unwrap();
        assert!(stopped.is_none());
    }
}
