//! Undoing.

use engine::{Error, Outcome, Why};
use registry::client::{Client, ClientConfig, ManifestBytes};
use registry::{Reference, Tag};
use testbed::{Pusher, samples};

use super::{carry_out, deleting, ended, listed, outcomes, plan, tags};
use crate::support::{Backend, Database, name, on_both, registry_with};

async fn manifest(url: &str, repository: &str, tag: &str) -> Result<ManifestBytes, registry::Error> {
    let client = Client::new(ClientConfig::new(url.parse().unwrap())).unwrap();
    client.manifest(&name(repository), &Reference::Tag(tag.parse().unwrap())).await
}

on_both! {
    async fn a_whole_job_comes_back_byte_for_byte(kind: Backend) {
        let registry = registry_with(&[samples::WEBAPP]).await;
        let (url, webapp) = (registry.url(), name(samples::WEBAPP));
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        let before = listed(&url, &webapp).await;
        let whole = manifest(&url, samples::WEBAPP, "2.13").await.unwrap();
        let made = plan(&engine, &webapp, &tags(&["2.13", "2.13.1", "2.14.0"])).await.unwrap();
        let (job, items) = carry_out(&engine, &made).await;
        let trash = engine.trash(Some(&job.id), 100).await.unwrap();
        assert_eq!(trash.len(), items.len());
        assert!(trash.iter().all(|it| it.actor == "local:ann" && it.kept_until > it.deleted_at));
        let jobs = engine.restore_job(&job.id, false).await.unwrap();
        let (_, items) = ended(&engine, &jobs[0].id).await;
        assert!(outcomes(&items).iter().all(|it| *it == Some(Outcome::Restored)), "{items:?}");
        assert_eq!(listed(&url, &webapp).await, before);
        assert_eq!(manifest(&url, samples::WEBAPP, "2.13").await.unwrap(), whole);
        assert!(engine.trash(None, 100).await.unwrap().is_empty());
        assert!(matches!(engine.restore_job(&job.id, false).await, Err(Error::NotInTrash)));
    }

    async fn an_index_brings_its_children_along(kind: Backend) {
        let registry = registry_with(&[samples::CLI]).await;
        let (url, cli) = (registry.url(), name(samples::CLI));
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        let whole = manifest(&url, samples::CLI, "0.9.0").await.unwrap();
        let made = plan(&engine, &cli, &tags(&["0.9.0"])).await.unwrap();
        let (job, _) = carry_out(&engine, &made).await;
        let trash = engine.trash(Some(&job.id), 100).await.unwrap();
        let index = trash.iter().find(|it| it.digest == whole.digest).unwrap();
        let jobs = engine.restore(&[index.id], false).await.unwrap();
        let (_, items) = ended(&engine, &jobs[0].id).await;
        assert_eq!(items.len(), trash.len(), "{items:?}");
        assert_eq!(manifest(&url, samples::CLI, "0.9.0").await.unwrap(), whole);
    }

    async fn a_tag_that_is_elsewhere_by_now_is_left_there_unless_that_is_wanted(kind: Backend) {
        let registry = registry_with(&[samples::CLI]).await;
        let (url, cli) = (registry.url(), name(samples::CLI));
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        let old = manifest(&url, samples::CLI, "0.9.0").await.unwrap();
        let made = plan(&engine, &cli, &tags(&["0.9.0"])).await.unwrap();
        let (job, _) = carry_out(&engine, &made).await;
        let new = manifest(&url, samples::CLI, "1.1.0").await.unwrap();
        Pusher::to(&registry).manifest(samples::CLI, "0.9.0", &new.media_type, new.bytes.clone()).await.unwrap();
        let jobs = engine.restore_job(&job.id, false).await.unwrap();
        let (_, items) = ended(&engine, &jobs[0].id).await;
        let left = items.iter().find(|it| it.outcome == Some(Outcome::NotRestored)).unwrap();
        let tag: Tag = "0.9.0".parse().unwrap();
        assert_eq!(left.why, Some(Why::TagElsewhere { tag, digest: new.digest.clone() }));
        assert_eq!(manifest(&url, samples::CLI, "0.9.0").await.unwrap().digest, new.digest);
        let jobs = engine.restore_job(&job.id, true).await.unwrap();
        ended(&engine, &jobs[0].id).await;
        assert_eq!(manifest(&url, samples::CLI, "0.9.0").await.unwrap(), old);
    }

    async fn what_lies_in_the_trash_for_too_long_is_forgotten(kind: Backend) {
        let registry = registry_with(&[samples::CLI]).await;
        let cli = name(samples::CLI);
        let database = Database::new(kind);
        let engine = deleting(&registry.url(), &database);
        let made = plan(&engine, &cli, &tags(&["0.9.0"])).await.unwrap();
        let (job, _) = carry_out(&engine, &made).await;
        let entry = engine.trash(None, 1).await.unwrap()[0].id;
        database.execute("UPDATE trash SET deleted_at = 1000").await;
        assert!(engine.trash(None, 100).await.unwrap().is_empty());
        assert!(matches!(engine.restore(&[entry], false).await, Err(Error::NotInTrash)));
        assert!(matches!(engine.restore_job(&job.id, false).await, Err(Error::NotInTrash)));
    }
}
