//! Several replicas on one database.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use registry::fake::Answer;

use std::time::Duration;

use engine::{Engine, Event, RepositoryQuery, ScanState};
use serde_json::json;
use tokio_util::task::AbortOnDropHandle;

use crate::support::{Backend, FakeImages, ID, engine_for, engine_on, name, names, on_both, query, rows};

const REPOSITORY: &str = FakeImages::REPOSITORY;
/// How long one waits for what takes a moment.
const PATIENCE: Duration = Duration::from_secs(20);

/// Somebody who listens as a browser does: who is let go, or told that something was missed, connects again.
struct Listener {
    last: u64,
    n_lagged: usize,
}

impl Listener {
    /// Listens until a tag changes, at whatever replica.
    async fn hears_of(&mut self, engine: &Engine, wanted: &str) -> bool {
        let is_it = |event: &Event| matches!(event, Event::TagChanged { tag, .. } if tag.as_str() == wanted);
        let listening = async {
            loop {
                let mut events = engine.events(Some(self.last)).await;
                self.n_lagged += usize::from(events.is_incomplete);
                for heard in std::mem::take(&mut events.missed) {
                    self.last = heard.id;
                    if is_it(&heard.event) {
                        return;
                    }
                }
                while let Ok(heard) = events.next().await {
                    self.last = heard.id;
                    if is_it(&heard.event) {
                        return;
                    }
                }
            }
        };
        tokio::time::timeout(PATIENCE, listening).await.is_ok()
    }
}

fn exchanging(engine: &Engine) -> AbortOnDropHandle<()> {
    let engine = engine.clone();
    AbortOnDropHandle::new(tokio::spawn(async move { engine.keep_exchanging().await }))
}

/// Moves a tag, and has one replica notice.
async fn move_tag(images: &FakeImages, tag: &str, image: usize, by: &Engine) {
    images.tag(tag, image);
    assert!(by.scan(ID, Some(&name(REPOSITORY))).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_listens_to_one_hears_what_the_others_do_and_may_go_on_at_any() {
    let images = FakeImages::start().await;
    for tag in ["a", "b", "c"] {
        images.tag(tag, 1);
    }
    let first = engine_for(&images.url(), Backend::Postgres);
    first.scan(ID, Some(&name(REPOSITORY))).await.unwrap();
    let second = engine_on(&images.url(), &first.database);
    let (one, two) = (exchanging(&first), exchanging(&second));
    // They tell each other as soon as each has looked into the database once.
    let mut listener = Listener { last: second.last_event(), n_lagged: 0 };
    let mut moved = 1;
    let until_heard = async {
        loop {
            moved += 1;
            move_tag(&images, "a", moved, &first).await;
            let mut short = Listener { last: listener.last, n_lagged: 0 };
            let heard = tokio::time::timeout(Duration::from_secs(2), short.hears_of(&second, "a")).await;
            if heard.is_ok() {
                return short;
            }
        }
    };
    listener = tokio::time::timeout(PATIENCE, until_heard).await.unwrap();
    listener.n_lagged = 0;

    // A page that the second one made is listened for at the first one, which then dies.
    move_tag(&images, "b", 2, &second).await;
    assert!(listener.hears_of(&first, "b").await);
    drop(one);
    move_tag(&images, "c", 2, &second).await;
    assert!(listener.hears_of(&second, "c").await);

    // One that joins later tells what was missed until then as well.
    let page = listener.last;
    move_tag(&images, "a", 100, &second).await;
    assert!(listener.hears_of(&second, "a").await);
    let third = engine_on(&images.url(), &first.database);
    let three = exchanging(&third);
    let mut late = Listener { last: page, n_lagged: 0 };
    assert!(late.hears_of(&third, "a").await);
    assert_eq!(late.last, listener.last, "the same event has the same number everywhere");
    assert_eq!(listener.n_lagged, 0, "nothing was missed by whoever changed between them");
    drop((two, three));
}

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

    async fn a_scan_whose_process_has_died_is_gone_on_with(kind: Backend) {
        let images = FakeImages::start().await;
        images.tag("1.0", 1);
        let engine = engine_for(&images.url(), kind);
        engine.scan(ID, None).await.unwrap();
        images.tag("2.0", 2);
        let died = async |repository: &str, state: i64| {
            let columns = "registry_id, repository, state, started, heartbeat";
            let row = format!("SELECT id, {repository}, {state}, 1, 1 FROM registries");
            engine.database.execute(&format!("INSERT INTO scans ({columns}) {row}")).await;
        };
        let n_of = async |state: ScanState| {
            engine.scans(ID, 50).await.unwrap().iter().filter(|it| it.state == state).count()
        };
        let until = async |states: [(ScanState, usize); 2]| {
            let reached = async {
                while n_of(states[0].0).await != states[0].1 || n_of(states[1].0).await != states[1].1 {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::time::timeout(PATIENCE, reached).await.unwrap();
        };
        let keep = || {
            let engine = engine.clone();
            AbortOnDropHandle::new(tokio::spawn(async move { engine.keep_adopting_scans().await }))
        };
        let shown = async || names(&rows(engine.tags(ID, &name(REPOSITORY), &query()).await.unwrap()).await).len();

        // Somebody had asked the first to stop, and the second is alive.
        died(&format!("'{REPOSITORY}'"), 5).await;
        died("NULL", 1).await;
        let lease = format!("('scan {ID}', 'somebody', 253402300799000)");
        engine.database.execute(&format!("INSERT INTO leases (name, owner, until) VALUES {lease}")).await;
        let keeping = keep();
        until([(ScanState::Stopped, 1), (ScanState::Running, 1)]).await;
        assert_eq!((n_of(ScanState::Failed).await, images.n_asked().0), (0, 0), "nobody has scanned");
        drop(keeping);

        // Its lease runs out, as that of a process that was killed.
        engine.database.execute("UPDATE leases SET until = 1").await;
        let keeping = keep();
        until([(ScanState::Done, 4), (ScanState::Running, 0)]).await;
        assert_eq!((n_of(ScanState::Failed).await, shown().await), (1, 2));
        drop(keeping);

        // The same for a repository alone.
        images.tag("3.0", 3);
        died(&format!("'{REPOSITORY}'"), 1).await;
        let _keeping = keep();
        until([(ScanState::Done, 5), (ScanState::Running, 0)]).await;
        assert_eq!((n_of(ScanState::Failed).await, shown().await), (2, 3));
    }

    async fn the_catalog_that_one_has_read_is_the_one_that_all_show(kind: Backend) {
        let images = FakeImages::start().await;
        let first = engine_for(&images.url(), kind);
        let second = engine_on(&images.url(), &first.database);
        let shown = async |engine: &Engine| {
            let catalog = engine.repositories(ID, &RepositoryQuery::default()).await.unwrap();
            catalog.names.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let catalog = |names: &[&str]| {
            images.fake.on("GET", "/v2/_catalog", Answer::json(&json!({ "repositories": names })));
        };
        catalog(&["a", "b"]);
        first.scan(ID, None).await.unwrap();
        second.scan(ID, None).await.unwrap();
        catalog(&["a", "b", "c"]);
        first.scan(ID, None).await.unwrap();
        assert_eq!((shown(&second).await, shown(&first).await.len()), (vec!["a".into(), "b".into(), "c".into()], 3));
        // As the second one has seen it before, and written down for all.
        catalog(&["a", "b"]);
        second.scan(ID, None).await.unwrap();
        assert_eq!((shown(&first).await.len(), shown(&second).await.len()), (2, 2));
    }
}
