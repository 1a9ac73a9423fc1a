//! What registries tell of themselves.

use std::time::Duration;

use engine::{Engine, Notification, NotifiedAction, TagSelection};
use jiff::Timestamp;
use registry::fake::Answer;

use crate::support::{Backend, FakeImages, ID, engine_for, name, on_both};

const AT: &str = "2024-06-01T00:00:00Z";

fn told(action: NotifiedAction, tag: &str, at: &str) -> Notification {
    Notification {
        repository: name(FakeImages::REPOSITORY),
        action,
        tag: Some(tag.parse().unwrap()),
        digest: None,
        at: at.parse().unwrap(),
    }
}

/// Each tag with when it was pushed and pulled.
async fn times(engine: &Engine) -> Vec<(String, Option<Timestamp>, Option<Timestamp>)> {
    let page = engine.select_tags(ID, &name(FakeImages::REPOSITORY), &TagSelection::default()).await.unwrap();
    let rows = page.rows.into_iter().map(async |it| {
        let (pushed, pulled) = (it.pushed_at(), it.pulled_at());
        (it.row().await.name.to_string(), pushed, pulled)
    });
    futures::future::join_all(rows).await
}

async fn until(engine: &Engine, expected: &[(&str, Option<&str>, Option<&str>)]) {
    let at = |it: Option<&str>| it.map(|it| it.parse().unwrap());
    let expected: Vec<_> = expected.iter().map(|it| (it.0.to_owned(), at(it.1), at(it.2))).collect();
    let mut last = Vec::new();
    for _ in 0..200 {
        last = times(engine).await;
        if last == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(last, expected);
}

on_both! {
    async fn what_was_pushed_pulled_or_deleted_is_looked_at_and_not_believed(kind: Backend) {
        let images = FakeImages::start().await;
        let digest = images.tag("1.0", 1);
        let engine = engine_for(&images.url(), kind);
        engine.scan(ID, None).await.unwrap();
        images.tag("1.1", 2);
        let pushes = [told(NotifiedAction::Pushed, "1.1", AT), told(NotifiedAction::Pushed, "forged", AT)];
        engine.notify(ID, &pushes).await.unwrap();
        let mut pull = told(NotifiedAction::Pulled, "1.0", AT);
        (pull.tag, pull.digest) = (None, Some(digest.clone()));
        engine.notify(ID, &[pull]).await.unwrap();
        until(&engine, &[("1.0", None, Some(AT)), ("1.1", Some(AT), None)]).await;
        let facts = engine.repository_facts(ID, &[name(FakeImages::REPOSITORY)]).await.unwrap();
        assert_eq!((facts[0].n_tags, facts[0].last_pushed), (Some(2), AT.parse().ok()));

        // Times go forward only, and a tag that is told to be gone and is there stays.
        let again = [
            told(NotifiedAction::Pushed, "1.1", "2023-01-01T00:00:00Z"),
            told(NotifiedAction::Pulled, "1.0", "2023-01-01T00:00:00Z"),
            told(NotifiedAction::Deleted, "1.1", AT),
            told(NotifiedAction::Pulled, "1.1", "2024-07-01T00:00:00Z"),
        ];
        engine.notify(ID, &again).await.unwrap();
        until(&engine, &[("1.0", None, Some(AT)), ("1.1", Some(AT), Some("2024-07-01T00:00:00Z"))]).await;
        images.remove("1.0");
        let mut deleted = told(NotifiedAction::Deleted, "1.0", AT);
        (deleted.tag, deleted.digest) = (None, Some(digest));
        engine.notify(ID, &[deleted]).await.unwrap();
        until(&engine, &[("1.1", Some(AT), Some("2024-07-01T00:00:00Z"))]).await;
    }

    async fn a_repository_that_nobody_knows_is_read_and_one_that_is_not_there_is_not_kept(kind: Backend) {
        let images = FakeImages::start().await;
        images.tag("1.0", 1);
        images.tag("1.1", 2);
        let engine = engine_for(&images.url(), kind);
        let mut elsewhere = told(NotifiedAction::Pushed, "1.0", AT);
        elsewhere.repository = name("no/such");
        images.fake.on("GET", "/v2/no/such/tags/list", Answer::error(404, "NAME_UNKNOWN", "no"));
        engine.notify(ID, &[elsewhere, told(NotifiedAction::Pushed, "1.1", AT)]).await.unwrap();
        let names = [name(FakeImages::REPOSITORY), name("no/such")];
        let mut facts = Vec::new();
        for _ in 0..200 {
            facts = engine.repository_facts(ID, &names).await.unwrap();
            if facts.len() == 1 && facts[0].last_pushed == AT.parse().ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert_eq!((facts.len(), facts[0].n_tags), (1, Some(2)), "{facts:?}");
        until(&engine, &[("1.0", None, None), ("1.1", Some(AT), None)]).await;
    }
}
