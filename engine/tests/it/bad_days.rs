//! Registries that fail: the inventory keeps what it knows, and says what is wrong.

use engine::TagSelection;
use registry::fake::Answer;
use registry::summary::State;

use crate::support::{
    Backend, FakeImages, ID, TestEngine, engine_for, name, names, on_both, query, rows, scanned,
    until_revalidated,
};

const REPOSITORY: &str = FakeImages::REPOSITORY;

async fn known(images: &FakeImages, kind: Backend) -> TestEngine {
    for (number, tag) in ["1.0", "1.1", "2.0"].into_iter().enumerate() {
        images.tag(tag, number);
    }
    let engine = engine_for(&images.url(), kind);
    engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap();
    scanned(&engine, REPOSITORY).await;
    engine
}

async fn shows_all(engine: &TestEngine) -> Option<registry::Error> {
    let page = engine.tags(ID, &name(REPOSITORY), &query()).await.unwrap();
    let problem = page.problem.clone();
    let rows = rows(page).await;
    assert_eq!(names(&rows), ["1.0", "1.1", "2.0"]);
    assert!(rows.iter().all(|it| it.summary.state == State::Ok), "{rows:?}");
    problem
}

on_both! {
    async fn a_list_that_cannot_be_read_empties_nothing(kind: Backend) {
        let images = FakeImages::start().await;
        let engine = known(&images, kind).await;
        for answer in [
            Answer::status(500),
            Answer::error(401, "UNAUTHORIZED", "authentication required"),
            Answer::ok("application/json", r#"{"name":"team/app","tags":["1.0""#),
            Answer::ok("text/html", "<html>It works!</html>"),
            Answer::ok("application/json", "").broken_after(r#"{"name":"team/app","tags":["1.0"]}"#),
        ] {
            images.list_with(answer.clone());
            let error = engine.refresh(ID, &name(REPOSITORY), &TagSelection::default()).await.unwrap_err();
            assert!(matches!(error, engine::Error::Registry(_)), "{answer:?}: {error}");
            assert!(shows_all(&engine).await.is_some(), "{answer:?}");
            assert!(engine.scan(ID, Some(&name(REPOSITORY))).await.is_err());
            assert!(shows_all(&engine).await.is_some(), "{answer:?}");
        }
        images.list();
        engine.refresh(ID, &name(REPOSITORY), &TagSelection::default()).await.unwrap();
        assert_eq!(shows_all(&engine).await, None, "the problem is gone with its cause");
    }

    async fn a_second_page_that_fails_empties_nothing(kind: Backend) {
        let images = FakeImages::start().await;
        let engine = known(&images, kind).await;
        images.fake.script("GET", "/v2/team/app/tags/list", |seen| match seen.query.contains("last=") {
            true => Answer::status(502),
            false => Answer::ok("application/json", r#"{"name":"team/app","tags":["1.0"]}"#)
                .header("link", r#"</v2/team/app/tags/list?last=1.0&n=1>; rel="next""#),
        });
        assert!(engine.refresh(ID, &name(REPOSITORY), &TagSelection::default()).await.is_err());
        assert!(shows_all(&engine).await.is_some());
    }

    async fn tags_that_fail_keep_what_is_known_of_them(kind: Backend) {
        let images = FakeImages::start().await;
        let engine = known(&images, kind).await;
        images.break_tag("1.1", &Answer::status(500));
        engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap();
        shows_all(&engine).await;
        until_revalidated(&engine, shows_all(&engine)).await;
        assert!(shows_all(&engine).await.is_some());
    }

    async fn a_new_tag_that_fails_is_shown_so_and_read_later(kind: Backend) {
        let images = FakeImages::start().await;
        let engine = known(&images, kind).await;
        images.tag("3.0", 7);
        images.break_tag("3.0", &Answer::status(500));
        engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap();
        let shown = rows(engine.tags(ID, &name(REPOSITORY), &query()).await.unwrap()).await;
        let row = shown.iter().find(|it| it.name.as_str() == "3.0").unwrap();
        assert_eq!(row.summary.state, State::Failed);
        assert!(row.summary.detail.is_some());
        let digest = images.tag("3.0", 7);
        engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap();
        let shown = rows(engine.tags(ID, &name(REPOSITORY), &query()).await.unwrap()).await;
        assert_eq!(shown.last().unwrap().summary.digest, Some(digest));
    }

    async fn a_registry_that_fails_for_every_tag_ends_the_scan_and_not_the_inventory(kind: Backend) {
        let images = FakeImages::start().await;
        for number in 0..40 {
            images.tag(&format!("0.{number}"), number);
        }
        let engine = engine_for(&images.url(), kind);
        engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap();
        for number in 0..40 {
            images.break_tag(&format!("0.{number}"), &Answer::status(500));
        }
        let error = engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap_err();
        assert!(matches!(error, engine::Error::Registry(registry::Error::Upstream { .. })), "{error}");
        let last = &engine.scans(ID, 1).await.unwrap()[0];
        assert_eq!(last.state, engine::ScanState::Failed);
        assert!(last.error.as_ref().is_some_and(|it| it.contains("500")), "{last:?}");
        let page = engine.tags(ID, &name(REPOSITORY), &query()).await.unwrap();
        assert_eq!((page.total, page.problem.is_some()), (40, true));
        assert!(rows(page).await.iter().all(|it| it.summary.state == State::Ok));
    }

    async fn a_manifest_that_is_gone_is_told_and_seen_when_it_comes_back(kind: Backend) {
        let images = FakeImages::start().await;
        let engine = known(&images, kind).await;
        images.break_tag("1.1", &Answer::error(404, "MANIFEST_UNKNOWN", "manifest unknown"));
        engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap();
        let state = async || {
            let shown = rows(engine.tags(ID, &name(REPOSITORY), &query()).await.unwrap()).await;
            shown.iter().find(|it| it.name.as_str() == "1.1").unwrap().summary.state
        };
        assert_eq!(state().await, State::ManifestMissing);
        images.tag("1.1", 1);
        engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap();
        assert_eq!(state().await, State::Ok);
    }

    async fn another_registry_in_its_place_is_believed(kind: Backend) {
        let images = FakeImages::start().await;
        let engine = known(&images, kind).await;
        let other = FakeImages::start().await;
        let digest = other.tag("1.0", 9);
        let engine = crate::support::engine_on(&other.url(), &engine.database);
        engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap();
        let shown = rows(engine.tags(ID, &name(REPOSITORY), &query()).await.unwrap()).await;
        assert_eq!(names(&shown), ["1.0"]);
        assert_eq!(shown[0].summary.digest, Some(digest));
    }
}
