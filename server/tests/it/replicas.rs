//! Two replicas on one database behind a real proxy.

use std::process::Stdio;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::{Value, json};
use server::Config;
use server::config::Variables;
use testbed::samples::{self, Clock};
use testbed::{Distribution, Gate, Nginx, Postgres, seed};
use tokio::process::Child;
use tokio::sync::{Mutex, watch};

use crate::proxied::{Visitor, users};
use crate::support::{Folders, each, program, ready};

const SHOWN: &str = "team/tools/cli";
const SCANNED: &str = "bulk/scanned";
const DELETED: &str = "bulk/deleted";
const ASKED: &str = "bulk/asked";
/// How many tags are scanned, and how many of them are when the replica is killed.
const TAGS: (usize, usize) = (300, 120);
/// The same for those that are deleted.
const DELETIONS: (usize, usize) = (40, 15);
/// The pages that are looked at in turn.
const PAGES: [&str; 5] = ["/", "/r/team/tools/cli", "/r/team/tools/cli:1.0.0", "/activity", "/settings"];

/// One server for all tests of this process; it ends with it.
static POSTGRES: OnceLock<Postgres> = OnceLock::new();

fn database() -> String {
    POSTGRES.get_or_init(|| Postgres::start().unwrap()).database().unwrap()
}

/// The users, whom all replicas must have been given with the same hashes: a session ends with another one.
fn everybody() -> &'static str {
    static USERS: OnceLock<String> = OnceLock::new();
    USERS.get_or_init(|| users(&["ann", "bob"]))
}

/// A replica with a folder of its own.
struct Replica {
    folders: Folders,
    users: String,
    database: String,
    registry: String,
    address: String,
    process: Child,
}

impl Replica {
    async fn start(database: &str, registry: &str) -> Self {
        let folders = Folders::new();
        let users = folders.write("htpasswd", everybody().as_bytes());
        let (database, registry) = (database.to_owned(), registry.to_owned());
        let (process, address) = Self::launch(&folders, &users, &database, &registry, "127.0.0.1:0").await;
        Self { folders, users, database, registry, address, process }
    }

    async fn launch(
        folders: &Folders,
        users: &str,
        database: &str,
        registry: &str,
        listen: &str,
    ) -> (Child, String) {
        let mut command = program(folders, registry, listen);
        command
            .env("REGISTRY_ID", "r")
            .env("STOWAGE_DATABASE_URL", database)
            .env("STOWAGE_SECRET_KEY", "the key that all replicas have been given")
            .env("STOWAGE_AUTH_HTPASSWD", users)
            .env("STOWAGE_GRANTS", "administrator local:ann **; viewer local:bob **")
            .env("DELETE_IMAGES", "true")
            .env("STOWAGE_SCAN_INTERVAL", "off")
            // A scan whose requests are held back must leave turns for what is deleted meanwhile.
            .env("REGISTRY_CONCURRENCY", "200")
            .env("STOWAGE_LOG", "warn")
            // Nobody reads a pipe here, and a full one would stop it.
            .stderr(Stdio::inherit());
        ready(command).await
    }

    /// Ends it as a machine does that loses its power.
    async fn kill(&mut self) {
        self.process.kill().await.unwrap();
    }

    async fn start_again(&mut self) {
        let Self { folders, users, database, registry, address, .. } = &*self;
        let (process, _) = Self::launch(folders, users, database, registry, address).await;
        self.process = process;
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Looks at page after page until the flag is set; each must be there, for somebody who is signed in. Whoever holds the
/// lock waits for the page that is just being read: one that was cut off half-way was sent by who was killed, and no
/// proxy could take its bytes back.
async fn walk(visitor: Visitor, between: Arc<Mutex<()>>, mut done: watch::Receiver<bool>) -> usize {
    let mut n_rounds = 0;
    while !*done.borrow_and_update() {
        for path in PAGES {
            let reading = between.lock().await;
            let answer = visitor.get(path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            assert!(
                answer.text().contains("action=\"/logout\""),
                "{path} is not for somebody who is signed in"
            );
            assert!(answer.text().contains("</html>"), "{path} was cut off");
            drop(reading);
            // Nobody reads faster, and what two unoptimised servers render takes what the rest of this needs.
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        n_rounds += 1;
    }
    n_rounds
}

async fn held(gate: &Gate, part: &str, n: usize) {
    tokio::time::timeout(Duration::from_secs(60), gate.held(part, n)).await.unwrap();
}

async fn scanned(visitor: &Visitor, repository: &str) {
    let begun = visitor.post_json("/api/v1/scans", &json!({ "repository": repository })).await;
    assert_eq!(begun.status, 202, "{}", begun.text());
    let ended = visitor.get_until(begun.header("location"), |it| it["state"] != "running").await;
    assert_eq!(ended["state"], "done", "{ended}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_is_killed_while_it_scans_and_deletes_and_nobody_notices() {
    let registry = Distribution::builder().delete(true).start().await.unwrap();
    samples::fill(&registry, [samples::one(SHOWN, Clock::FIXED).unwrap()]).await.unwrap();
    for (repository, n_tags) in [(SCANNED, TAGS.0), (DELETED, DELETIONS.0 + 1), (ASKED, 3)] {
        seed::tags(&registry.url(), repository, n_tags).await.unwrap();
    }
    let gate = Gate::before(&registry.url()).unwrap();
    let (database, gated) = (database(), gate.url());
    // The database is empty, and both bring it up to date.
    let (mut first, mut second) =
        tokio::join!(Replica::start(&database, &gated), Replica::start(&database, &gated));
    let nginx = Nginx::before([&first.address, &second.address]).start().await.unwrap();

    let mut ann = Visitor::to(&format!("http://{}", nginx.host()), None);
    ann.sign_in("", "ann", &[]).await;
    scanned(&ann, SHOWN).await;
    scanned(&ann, DELETED).await;
    let plan = json!({ "repository": DELETED, "filter": { "keep_newest": 1 } });
    let at_first = ann.at(&first.url());
    let plan: Value = serde_json::from_str(at_first.post_json("/api/v1/plans", &plan).await.text()).unwrap();
    assert_eq!(plan["removes"]["tags"].as_array().unwrap().len(), DELETIONS.0, "{plan}");
    // To show a plan, each finds out what the registry deletes, by a DELETE of what is not there: before they are counted.
    for replica in [&first, &second] {
        let shown = ann.at(&replica.url()).get(&format!("/plans/{}", plan["id"].as_str().unwrap())).await;
        assert_eq!(shown.status, 200, "{}", shown.text());
    }
    // The proxy takes them in turn, so each of them is at another replica.
    let followers = [ann.follow("/api/v1/events").await, ann.follow("/api/v1/events").await];

    let (scan_part, deletion_part) = (format!("/{SCANNED}/manifests/"), format!("/{DELETED}/manifests/"));
    let list_part = format!("/{ASKED}/tags/list");
    gate.hold("GET", &scan_part, TAGS.1);
    gate.hold("DELETE", &deletion_part, DELETIONS.1);
    gate.hold("GET", &list_part, 0);
    let (between, (finish, done)) = (Arc::new(Mutex::new(())), watch::channel(false));
    let walking = tokio::spawn(walk(ann.clone(), Arc::clone(&between), done));
    let scan = at_first.post_json("/api/v1/scans", &json!({ "repository": SCANNED })).await;
    assert_eq!(scan.status, 202, "{}", scan.text());
    let job = at_first.post_json("/api/v1/jobs", &json!({ "plan": plan["id"] })).await;
    assert_eq!(job.status, 202, "{}", job.text());
    held(&gate, &scan_part, 1).await;
    held(&gate, &deletion_part, 1).await;
    for follower in &followers {
        follower.until(|it| it.of("tag_gone", DELETED).count() == DELETIONS.1).await;
    }

    // Both are asked something that only the registry knows, and one of them will never answer.
    let reading = between.lock().await;
    let path = format!("/api/v1/tags?repository={ASKED}");
    let asked = [0, 1].map(|_| {
        let (ann, path) = (ann.clone(), path.clone());
        tokio::spawn(async move { ann.get(&path).await })
    });
    held(&gate, &list_part, 2).await;
    first.kill().await;
    gate.open();
    for answer in asked {
        assert_eq!(answer.await.unwrap().json()["total"], 3);
    }
    drop(reading);
    let passed_on = format!("{path} {}, {} ", first.address, second.address);
    assert!(nginx.requests().contains(&passed_on), "{}", nginx.requests());
    // A form that could not be sent is sent to the other one; one that was sent is not sent twice.
    for _ in 0..3 {
        Visitor::to(&format!("http://{}", nginx.host()), None).sign_in("", "bob", &[]).await;
    }

    // The leases of the dead run out, and the other one goes on.
    let ended = ann.get_until(job.header("location"), |it| it["finished"].is_string()).await;
    assert_eq!((&ended["state"], &ended["n_done"]), (&json!("done"), &json!(DELETIONS.0)), "{ended}");
    assert!(ended["items"].as_array().unwrap().iter().all(|it| it["outcome"] == "deleted"), "{ended}");
    let of_scanned = |scans: &Value| -> Vec<String> {
        let items = scans["items"].as_array().unwrap().iter().filter(|it| it["repository"] == SCANNED);
        items.map(|it| it["state"].as_str().unwrap().to_owned()).collect()
    };
    ann.get_until("/api/v1/scans", |it| of_scanned(it) == ["done", "failed"]).await;
    let tags = ann.get(&format!("/api/v1/tags?repository={SCANNED}&per_page=1000")).await.json();
    assert_eq!((&tags["total"], each(&tags, "digest").len()), (&json!(TAGS.0), TAGS.0));
    // Nothing was deleted twice, nothing else was, and all of it can be put back.
    let deletions = registry.log();
    let deletions = deletions.lines().filter(|it| it.contains("\"DELETE ") && it.contains(" 202 "));
    assert_eq!(deletions.count(), DELETIONS.0);
    let left = ann.get(&format!("/api/v1/tags?repository={DELETED}")).await.json();
    assert_eq!(left["total"], 1, "{left}");
    assert_eq!(ann.get("/api/v1/trash").await.json()["total"], DELETIONS.0);

    // It comes back where it was, and then the other one goes.
    first.start_again().await;
    let n_served = || nginx.requests().matches(&format!(" {} 200\n", first.address)).count();
    let before = n_served();
    tokio::time::timeout(Duration::from_secs(60), async {
        while n_served() == before {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .unwrap();
    let reading = between.lock().await;
    second.kill().await;
    drop(reading);
    scanned(&ann, SHOWN).await;

    for follower in followers {
        let is_done = |it: &Value| it["state"] == "done";
        let heard = follower
            .until(|it| it.of("scan", SHOWN).any(is_done) && it.of("job", DELETED).any(is_done))
            .await;
        assert!(heard.of("scan", SCANNED).any(is_done), "{heard:?}");
        let mut gone: Vec<&str> =
            heard.of("tag_gone", DELETED).map(|it| it["tag"].as_str().unwrap()).collect();
        gone.sort_unstable();
        gone.dedup();
        assert_eq!(gone.len(), DELETIONS.0);
        assert!(heard.events.is_sorted_by(|a, b| a.id < b.id), "each is told once, and in order: {heard:?}");
        assert!(heard.n_connected > 1 && heard.n_lagged == 0 && heard.refused.is_empty(), "{heard:?}");
    }
    finish.send(true).unwrap();
    let n_rounds = tokio::time::timeout(Duration::from_secs(60), walking).await.unwrap().unwrap();
    assert!(n_rounds > 0);
}

#[test]
fn replicas_that_were_not_given_the_same_key_are_told_of_it() {
    let folders = Folders::new();
    let remarks = |more: &[(&'static str, &str)]| -> Vec<String> {
        let given = more.iter().map(|&(name, value)| (name, value.to_owned()));
        let variables = folders.variables().into_iter().chain(given);
        let variables = variables.chain([("REGISTRY_URL", "http://127.0.0.1:9".to_owned())]);
        let config = Config::read(&variables.collect::<Variables>()).unwrap();
        config.remarks.iter().map(ToString::to_string).collect()
    };
    let (shared, way) = (("STOWAGE_DATABASE_URL", "postgres://a@b/c"), ("STOWAGE_AUTH", "registry"));
    let told = remarks(&[shared, way]);
    assert!(told.len() == 1 && told[0].starts_with("STOWAGE_SECRET_KEY is not set: "), "{told:?}");
    assert!(remarks(&[shared]).is_empty(), "nothing is sealed");
    assert!(remarks(&[way]).is_empty(), "nothing is shared");
    assert!(remarks(&[shared, way, ("STOWAGE_SECRET_KEY", "0123456789abcdef0123456789abcdef")]).is_empty());
}
