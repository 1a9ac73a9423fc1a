//! What is shown is compared with the registry while it is shown.

use std::sync::Arc;

use engine::Event;
use registry::summary::TagRow;

use crate::support::{
    Backend, FakeImages, ID, TestEngine, engine_for, kept_rows, name, on_both, query, rows, scanned,
    until_revalidated,
};

const REPOSITORY: &str = FakeImages::REPOSITORY;

async fn look(engine: &TestEngine) -> Vec<TagRow> {
    rows(engine.tags(ID, &name(REPOSITORY), &query()).await.unwrap()).await
}

on_both! {
    async fn a_second_look_costs_one_head_a_tag_and_sees_a_tag_that_moved(kind: Backend) {
        let images = FakeImages::start().await;
        let old = images.tag("one", 1);
        let engine = engine_for(&images.url(), kind);
        assert_eq!(look(&engine).await[0].summary.digest, Some(old.clone()));
        scanned(&engine, REPOSITORY).await;
        assert_eq!(images.n_asked(), (0, 1), "the scan after the first look has nothing to do");
        let new = images.tag("one", 2);
        let (shown, events) = until_revalidated(&engine, look(&engine)).await;
        assert_eq!(shown[0].summary.digest, Some(old), "rows are there at once");
        assert!(events.iter().any(|it| matches!(it, Event::TagChanged { tag, .. } if tag.as_str() == "one")));
        assert_eq!(images.n_asked(), (1, 1));
        assert_eq!(look(&engine).await[0].summary.digest, Some(new));
    }

    async fn rows_are_kept_until_something_is_written_that_they_show(kind: Backend) {
        let images = FakeImages::start().await;
        for number in 1..=3 {
            images.tag(&format!("1.{number}"), number);
        }
        let engine = engine_for(&images.url(), kind);
        look(&engine).await;
        scanned(&engine, REPOSITORY).await;
        let page = async || {
            let page = engine.tags(ID, &name(REPOSITORY), &query()).await.unwrap();
            (page.total, page.matched, page.seen_at.unwrap(), kept_rows(page).await)
        };
        let unchanged = until_revalidated(&engine, page()).await.0;
        let later = until_revalidated(&engine, page()).await.0;
        assert_eq!(unchanged.3, later.3);
        assert!(later.2 > unchanged.2, "each row is as fresh as the last comparison");
        if kind == Backend::Sqlite {
            assert!(unchanged.3.iter().zip(&later.3).all(|(one, other)| Arc::ptr_eq(one, other)), "nothing was read");
        }
        // One moves, one goes, one comes.
        let moved = images.tag("1.1", 4);
        images.remove("1.2");
        images.tag("1.4", 5);
        until_revalidated(&engine, page()).await;
        let changed = page().await;
        assert_eq!((changed.0, changed.1), (3, 3));
        let names: Vec<&str> = changed.3.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["1.1", "1.3", "1.4"]);
        assert_eq!(changed.3[0].summary.digest, Some(moved));
    }

    async fn what_vanished_is_gone_and_what_is_new_is_there(kind: Backend) {
        let images = FakeImages::start().await;
        images.tag("1.0", 1);
        images.tag("1.1", 2);
        let engine = engine_for(&images.url(), kind);
        assert_eq!(look(&engine).await.len(), 2);
        scanned(&engine, REPOSITORY).await;
        images.remove("1.0");
        let new = images.tag("1.10", 3);
        let (_, events) = until_revalidated(&engine, look(&engine)).await;
        assert!(events.iter().any(|it| matches!(it, Event::TagGone { tag, .. } if tag.as_str() == "1.0")));
        assert!(events.iter().any(|it| matches!(it, Event::TagChanged { tag, .. } if tag.as_str() == "1.10")));
        let page = engine.tags(ID, &name(REPOSITORY), &query()).await.unwrap();
        assert_eq!((page.total, page.n_unread), (2, 0));
        let shown = rows(page).await;
        assert_eq!(crate::support::names(&shown), ["1.1", "1.10"]);
        assert_eq!(shown[1].summary.digest, Some(new));
    }

    async fn a_tag_that_appears_in_a_known_repository_was_pushed_just_now(kind: Backend) {
        let images = FakeImages::start().await;
        images.tag("1.0", 1);
        let engine = engine_for(&images.url(), kind);
        look(&engine).await;
        scanned(&engine, REPOSITORY).await;
        images.tag("1.1", 2);
        until_revalidated(&engine, look(&engine)).await;
        let page = engine.tags(ID, &name(REPOSITORY), &query()).await.unwrap();
        let pushed: Vec<bool> = page.rows.iter().map(|it| it.pushed_at().is_some()).collect();
        assert_eq!(pushed, [false, true]);
        assert!(page.seen_at.is_some() && page.scanned_at.is_some());
    }

    async fn a_repository_that_was_deleted_is_not_known_any_more(kind: Backend) {
        let images = FakeImages::start().await;
        images.tag("1.0", 1);
        let engine = engine_for(&images.url(), kind);
        look(&engine).await;
        scanned(&engine, REPOSITORY).await;
        images.list_with(registry::fake::Answer::error(404, "NAME_UNKNOWN", "repository name not known"));
        let (_, events) = until_revalidated(&engine, look(&engine)).await;
        assert!(events.iter().any(|it| matches!(it, Event::RepositoryGone { .. })), "{events:?}");
        let error = engine.tags(ID, &name(REPOSITORY), &query()).await.unwrap_err();
        assert!(matches!(error, engine::Error::Registry(registry::Error::RepositoryUnknown { .. })), "{error}");
        assert_eq!(engine.repository_facts(ID, &[name(REPOSITORY)]).await.unwrap(), []);
        // It comes back.
        images.list();
        assert_eq!(look(&engine).await.len(), 1);
    }

    async fn aliases_are_found_among_all_tags_and_not_only_on_the_page(kind: Backend) {
        let images = FakeImages::start().await;
        for number in 0..30 {
            images.tag(&format!("1.{number}"), number);
        }
        images.tag("latest", 3);
        let engine = engine_for(&images.url(), kind);
        look(&engine).await;
        scanned(&engine, REPOSITORY).await;
        let page = engine::TagQuery { per_page: 5, ..query() };
        let shown = rows(engine.tags(ID, &name(REPOSITORY), &page).await.unwrap()).await;
        let row = shown.iter().find(|it| it.name.as_str() == "1.3").unwrap();
        assert_eq!(row.aliases.iter().map(ToString::to_string).collect::<Vec<_>>(), ["latest"]);
    }
}
