//! A process that is killed while it deletes.
//!
//! The test starts itself as another process, which carries the job out until it is killed.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use engine::{AuditFilter, CleanupRule, DeletionTarget, JobState, Outcome};
use testbed::{Distribution, seed};

use super::{deleting, listed, plan};
use crate::support::{Backend, Database, name, on_both};

const DATABASE: &str = "STOWAGE_TEST_DATABASE";
const REGISTRY: &str = "STOWAGE_TEST_REGISTRY";
const PLAN: &str = "STOWAGE_TEST_PLAN";
const REPOSITORY: &str = "bulk/many";
const TAGS: usize = 500;
/// How often it is killed.
const TIMES: usize = 10;
const PATIENCE: Duration = Duration::from_secs(60);

/// Not a test: what the other process does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "is started by the test below"]
async fn delete_until_killed() {
    let variables = [DATABASE, REGISTRY, PLAN].map(std::env::var);
    let [Ok(address), Ok(url), Ok(plan)] = variables else { return };
    let kind = if address.starts_with("postgres:") { Backend::Postgres } else { Backend::Sqlite };
    let engine = deleting(&url, &Database::at(kind, address));
    let job = engine.begin_deletion(&plan).await.unwrap();
    tokio::select! {
        () = engine.keep_working() => {}
        job = engine.job_ended(&job.id) => assert_eq!(job.unwrap().state, JobState::Done),
    }
}

on_both! {
    async fn a_job_that_is_killed_again_and_again_does_everything_once(kind: Backend) {
        let registry = Distribution::builder().delete(true).start().await.unwrap();
        let (url, repository) = (registry.url(), name(REPOSITORY));
        seed::tags(&url, REPOSITORY, TAGS + 1).await.unwrap();
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        // All but one.
        let target = DeletionTarget { rule: Some(CleanupRule::Everything), ..DeletionTarget::default() };
        let mut tags = plan(&engine, &repository, &target).await.unwrap().content.plan.tags;
        let survivor = tags.pop().unwrap().tag;
        let target =
            DeletionTarget { tags: tags.into_iter().map(|it| it.tag).collect(), ..DeletionTarget::default() };
        let made = plan(&engine, &repository, &target).await.unwrap();
        assert_eq!(made.content.plan.steps.len(), TAGS);
        engine.store().close().await;
        let n_done = async || -> usize {
            database.value("SELECT COUNT(*) FROM job_items WHERE outcome IS NOT NULL").await.parse().unwrap()
        };
        let start = || {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "deletion::killed::delete_until_killed", "--ignored"])
                .envs([(DATABASE, database.address()), (REGISTRY, url.as_str()), (PLAN, made.id.as_str())])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        };
        for time in 0..TIMES {
            let mut child = start();
            // At most nine tenths of the work, or there is nothing left to be killed in.
            let until = TAGS * 9 / 10 * (time + 1) / TIMES - time * 7 % 11;
            let patience = Instant::now() + PATIENCE;
            while n_done().await < until && Instant::now() < patience {
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            database.execute("UPDATE leases SET until = 0").await;
        }
        assert!(n_done().await < TAGS, "it was killed before it was done");
        assert!(start().wait().unwrap().success());
        let engine = deleting(&url, &database);
        let job = engine.jobs(10).await.unwrap().remove(0);
        assert_eq!((job.state, job.outcomes), (JobState::Done, vec![(Outcome::Deleted, TAGS)]));
        assert_eq!(listed(&url, &repository).await, [survivor.as_str()]);
        let deleted = AuditFilter { action: "delete".into(), ..AuditFilter::default() };
        let audit = engine.audit(&deleted, None, 10_000).await.unwrap();
        let subjects: std::collections::BTreeSet<&str> = audit.iter().map(|it| it.deed.subject.as_str()).collect();
        assert_eq!((audit.len(), subjects.len()), (TAGS, TAGS));
        // Nothing was deleted twice: the registry has answered so to exactly as many requests.
        let n_deletions =
            registry.log().lines().filter(|it| it.contains("\"DELETE ") && it.contains(" 202 ")).count();
        assert_eq!(n_deletions, TAGS);
        assert_eq!(engine.trash(None, 10_000).await.unwrap().len(), TAGS);
    }
}
