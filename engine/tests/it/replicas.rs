//! Several replicas on one database.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use registry::fake::Answer;

use crate::support::{Backend, FakeImages, ID, engine_for, engine_on, name, names, on_both, query, rows};

const REPOSITORY: &str = FakeImages::REPOSITORY;

on_both! {
    async fn two_never_scan_the_same_repository_at_once(kind: Backend) {
        let images = FakeImages::start().await;
        for number in 0..100 {
            images.tag(&format!("1.{number}"), number);
        }
        let first = engine_for(&images.url(), kind);
        let others: Vec<_> = (0..3).map(|_| engine_on(&images.url(), &first.database)).collect();
        let repository = name(REPOSITORY);
        let scans = others.iter().chain([&*first]).map(|engine| engine.scan(ID, Some(&repository)));
        let results = futures::future::join_all(scans).await;
        let n_scanned = results.into_iter().filter(|it| *it.as_ref().unwrap()).count();
        assert_eq!((n_scanned, images.n_asked()), (1, (0, 100)));
        assert_eq!(first.scans(ID, 10).await.unwrap().len(), 1);
    }

    async fn what_one_has_read_the_other_shows(kind: Backend) {
        let images = FakeImages::start().await;
        images.tag("1.0", 1);
        let first = engine_for(&images.url(), kind);
        first.scan(ID, Some(&name(REPOSITORY))).await.unwrap();
        let second = engine_on(&images.url(), &first.database);
        images.list_with(Answer::status(500));
        let shown = rows(second.tags(ID, &name(REPOSITORY), &query()).await.unwrap()).await;
        assert_eq!(names(&shown), ["1.0"]);
    }

    async fn many_may_start_on_an_empty_database_together(kind: Backend) {
        let database = crate::support::Database::new(kind);
        let stores: Vec<_> = (0..8).map(|_| database.store()).collect();
        let opened = futures::future::join_all(stores.iter().map(engine::Store::ready)).await;
        for result in opened {
            result.unwrap();
        }
    }

    async fn the_lease_of_one_that_died_runs_out(kind: Backend) {
        let images = FakeImages::start().await;
        images.tag("1.0", 1);
        let engine = engine_for(&images.url(), kind);
        engine.store().ready().await.unwrap();
        let lease = format!("scan {ID}/{REPOSITORY}");
        let far = "253402300799000";
        engine.database.execute(&format!("INSERT INTO leases (name, owner, until) VALUES ('{lease}', 'dead', {far})")).await;
        assert!(!engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap());
        engine.database.execute("UPDATE leases SET until = 1").await;
        assert!(engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap());
    }

    async fn many_who_look_at_once_ask_the_registry_once(kind: Backend) {
        let images = FakeImages::start().await;
        images.tag("1.0", 1);
        let engine = engine_for(&images.url(), kind);
        engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap();
        let n_lists = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&n_lists);
        images.fake.script("GET", "/v2/team/app/tags/list", move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            Answer::json(&serde_json::json!({ "tags": ["1.0"] }))
        });
        let repository = name(REPOSITORY);
        let query = query();
        let looks = (0..50).map(|_| engine.tags(ID, &repository, &query));
        for page in futures::future::join_all(looks).await {
            assert_eq!(page.unwrap().total, 1);
        }
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        let n_lists = n_lists.load(Ordering::SeqCst);
        assert!((1..=2).contains(&n_lists), "{n_lists}");
    }
}
