//! Deleting: on a real registry with its real garbage collector, and on the scripted one for what that cannot show.

mod ahead;
mod basics;
mod garbage;
mod killed;
mod quirks;
mod random;
mod settled;
mod shelf;
mod undo;

use std::time::Duration;

use engine::{
    Caller, DeletionPlan, DeletionPolicy, DeletionTarget, Engine, Error, Job, JobItem, Outcome,
    ProtectedTags, Rights,
};
use registry::{RepositoryName, Tag};

use crate::support::{Backend, Database, ID, engine_on};

/// An engine that may delete.
pub(crate) fn deleting(url: &str, database: &Database) -> Engine {
    deleting_but(url, database, &[])
}

/// The same with protected tags.
fn deleting_but(url: &str, database: &Database, protected: &[&str]) -> Engine {
    let protected: Vec<ProtectedTags> = protected.iter().map(|it| it.parse().unwrap()).collect();
    let policy = DeletionPolicy { enabled: true, protected, ..DeletionPolicy::default() };
    engine_on(url, database).with_deletion(policy).on_behalf_of(ann())
}

/// Who deletes.
fn ann() -> Caller {
    Caller::person("local:ann".parse().unwrap(), "192.0.2.7".to_owned(), Rights::all())
}

fn tags(names: &[&str]) -> DeletionTarget {
    DeletionTarget { tags: names.iter().map(|it| it.parse().unwrap()).collect(), ..DeletionTarget::default() }
}

async fn plan(
    engine: &Engine,
    repository: &RepositoryName,
    target: &DeletionTarget,
) -> Result<DeletionPlan, Error> {
    engine.plan_deletion(ID, repository, target).await
}

/// Carries a plan out to its end.
async fn carry_out(engine: &Engine, plan: &DeletionPlan) -> (Job, Vec<JobItem>) {
    let job = engine.begin_deletion(&plan.id).await.unwrap();
    ended(engine, &job.id).await
}

async fn ended(engine: &Engine, id: &str) -> (Job, Vec<JobItem>) {
    let ended = tokio::time::timeout(Duration::from_secs(120), engine.job_ended(id));
    let job = ended.await.unwrap().unwrap();
    (job, engine.job_items(id, 0, 10_000).await.unwrap())
}

fn outcomes(items: &[JobItem]) -> Vec<Option<Outcome>> {
    items.iter().map(|it| it.outcome).collect()
}

/// The tags that a registry lists, in order.
async fn listed(url: &str, repository: &RepositoryName) -> Vec<String> {
    let client =
        registry::client::Client::new(registry::client::ClientConfig::new(url.parse().unwrap())).unwrap();
    let tags: Result<Vec<Tag>, _> = client.tags(repository).await;
    let mut names: Vec<String> = tags.unwrap_or_default().into_iter().map(String::from).collect();
    names.sort();
    names
}

fn database() -> Database {
    Database::new(Backend::Sqlite)
}
