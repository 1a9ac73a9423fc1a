//! Databases that fail.

use std::time::Instant;

use engine::{Error, Store, StoreError, StoreLocation};
use registry::client::Secret;

use crate::support::{Backend, Database, FakeImages, ID, engine_for, name, on_both, query};

on_both! {
    async fn a_database_of_a_newer_version_is_left_alone(kind: Backend) {
        let database = Database::new(kind);
        database.store().ready().await.unwrap();
        database.execute("INSERT INTO stowage_migrations (version, applied_at) VALUES (99, 0)").await;
        let error = database.store().ready().await.unwrap_err();
        assert!(matches!(error, StoreError::TooNew { found: 99, .. }), "{error}");
    }

    async fn a_database_that_is_opened_again_holds_what_it_held(kind: Backend) {
        let images = FakeImages::start().await;
        images.tag("1.0", 1);
        let engine = engine_for(&images.url(), kind);
        engine.scan(ID, Some(&name(FakeImages::REPOSITORY))).await.unwrap();
        engine.store().close().await;
        let again = crate::support::engine_on(&images.url(), &engine.database);
        assert_eq!(again.tags(ID, &name(FakeImages::REPOSITORY), &query()).await.unwrap().total, 1);
        assert_eq!(again.scans(ID, 10).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_locked_file_is_a_clear_error_and_heals() {
    let images = FakeImages::start().await;
    images.tag("1.0", 1);
    let engine = engine_for(&images.url(), Backend::Sqlite);
    engine.store().ready().await.unwrap();
    let other = engine.database.connect().await;
    let mut connection = other.acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await.unwrap();
    let began = Instant::now();
    let error = engine.scan(ID, Some(&name(FakeImages::REPOSITORY))).await.unwrap_err();
    assert!(matches!(error, Error::Store(StoreError::Locked)), "{error}");
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    sqlx::query("ROLLBACK").execute(&mut *connection).await.unwrap();
    assert!(engine.scan(ID, Some(&name(FakeImages::REPOSITORY))).await.unwrap());
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stowage.db");
    std::fs::write(&file, "this is a text, and longer than the head of a database; ".repeat(100)).unwrap();
    let error = Store::new(StoreLocation::File(file)).ready().await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nowhere/stowage.db");
    let error = Store::new(StoreLocation::File(file)).ready().await.unwrap_err();
    assert!(matches!(error, StoreError::ReadOnly), "{error}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_without_the_password() {
    for address in ["postgres://user:hunter2@127.0.0.1:1/none", "postgres://user:hunter2@[/none"] {
        let store = Store::new(StoreLocation::Postgres(Secret::new(address)));
        let error = store.ready().await.unwrap_err();
        assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
        assert!(!format!("{error} {error:?} {store:?}").contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn a_path_may_hold_any_letter() {
    let folder = tempfile::tempdir().unwrap();
    let odd = folder.path().join("a b?c#d%20é");
    std::fs::create_dir(&odd).unwrap();
    Store::new(StoreLocation::File(odd.join("stowage.db"))).ready().await.unwrap();
    assert!(odd.join("stowage.db").is_file());
}
