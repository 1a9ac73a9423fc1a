//! A process that is killed while it writes.
//!
//! The test starts itself as another process, which scans until it is killed.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Backend, Database, FakeImages, ID, engine_on, name, on_both, query, rows};

const DATABASE: &str = "STOWAGE_TEST_DATABASE";
const REGISTRY: &str = "STOWAGE_TEST_REGISTRY";
/// How often it is killed.
const TIMES: u64 = 50;
const TAGS: usize = 400;
/// How long it may take to get as far as it is to be killed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Not a test: what the other process does.
#[tokio::test]
#[ignore = "is started by the test below"]
async fn scan_until_killed() {
    let (Ok(address), Ok(url)) = (std::env::var(DATABASE), std::env::var(REGISTRY)) else { return };
    let kind = if address.starts_with("postgres:") { Backend::Postgres } else { Backend::Sqlite };
    let engine = engine_on(&url, &Database::at(kind, address));
    loop {
        // Errors are what the other side looks for afterwards.
        let _ = engine.scan(ID, None).await;
    }
}

on_both! {
    async fn fifty_kills_leave_a_whole_inventory(kind: Backend) {
        let images = FakeImages::start().await;
        for number in 0..TAGS {
            images.tag(&format!("1.{number}"), number);
        }
        let database = Database::new(kind);
        let mut n_rows = Vec::new();
        for time in 0..TIMES {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "killed::scan_until_killed", "--ignored"])
                .env(DATABASE, database.address())
                .env(REGISTRY, images.url())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // Counted in requests and not in time, or on a busy machine it would be killed before it has begun.
            let until = images.fake.n_seen() + (time as usize * 389) % (3 * TAGS);
            let patience = Instant::now() + PATIENCE;
            while images.fake.n_seen() < until && Instant::now() < patience {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            // Tags move meanwhile, so that there is always something to write; the lease of the dead runs out.
            images.tag(&format!("1.{}", time * 7 % TAGS as u64), TAGS + time as usize);
            let store = database.store();
            store.ready().await.unwrap();
            database.execute("UPDATE leases SET until = 0").await;
            if kind == Backend::Sqlite {
                assert_eq!(database.value("PRAGMA integrity_check").await, "ok", "after kill {time}");
                assert_eq!(database.value("SELECT COUNT(*) FROM pragma_foreign_key_check").await, "0");
            }
            n_rows.push(database.value("SELECT COUNT(*) FROM tags WHERE seen_at > 0").await);
            store.close().await;
        }
        assert!(n_rows.iter().any(|it| it != "0"), "some scans came far enough to write: {n_rows:?}");
        let engine = engine_on(&images.url(), &database);
        engine.scan(ID, None).await.unwrap();
        engine.scan(ID, Some(&name(FakeImages::REPOSITORY))).await.unwrap();
        let all = engine::TagQuery { per_page: TAGS, ..query() };
        let page = engine.tags(ID, &name(FakeImages::REPOSITORY), &all).await.unwrap();
        assert_eq!((page.total, page.n_unread, page.problem.is_none()), (TAGS, 0, true));
        for row in rows(page).await {
            let head = images.digest_of_tag(row.name.as_str());
            assert_eq!(row.summary.digest, Some(head), "{}", row.name);
        }
    }
}
