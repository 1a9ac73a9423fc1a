//! Hundreds of repositories filled at random, random deletions in them, and the registry's real garbage collector: no
//! survivor is damaged, and what is freed is what the plans said.

use std::collections::BTreeSet;

use engine::{DeletionTarget, Engine, JobItem, JobState, Outcome, Task, Why};
use registry::attached::{self, Attached};
use registry::deletion::{Mode, Step};
use registry::{Digest, Reference, RepositoryName, Tag};
use testbed::Distribution;

use super::shelf::{Filler, Pulled};
use super::{carry_out, database, deleting, ended, plan};
use crate::support::{ID, name};

/// Repositories of each registry.
const REPOSITORIES: usize = 18;

fn names() -> Vec<String> {
    (0..REPOSITORIES).map(|number| format!("random/r{number}")).collect()
}

/// A registry filled at random, all of which the engine knows.
async fn filled(filler: &mut Filler<'_>, engine: &Engine) {
    for name in names() {
        filler.fill(&name).await;
    }
    engine.scan(ID, None).await.unwrap();
    for name in names() {
        filler.shuffle(&name).await;
    }
    engine.scan(ID, None).await.unwrap();
    for repository in names() {
        engine.scan(ID, Some(&name(&repository))).await.unwrap();
    }
}

/// Some tags, and sometimes manifests, one way or the other.
fn target(random: &mut fastrand::Rng, pulled: &Pulled) -> DeletionTarget {
    let tags: Vec<Tag> = pulled.keys().filter(|_| random.u8(0..3) == 0).cloned().collect();
    let lists =
        pulled.iter().filter(|(tag, _)| matches!(attached::parse(tag), Some((_, Attached::Referrers))));
    let digests: Vec<Digest> = match random.u8(0..4) {
        0 => pulled.values().flat_map(|it| &it.1).filter(|_| random.u8(0..5) == 0).cloned().collect(),
        1 => lists.flat_map(|it| &it.1.1).take(random.usize(1..4)).cloned().collect(),
        _ => Vec::new(),
    };
    let mode = if random.bool() { Mode::Tag } else { Mode::Manifest };
    DeletionTarget { tags, digests, mode, ..DeletionTarget::default() }
}

/// The bytes that lists of referrers have which were written anew.
async fn written_anew(filler: &Filler<'_>, repository: &RepositoryName, steps: &[Step]) -> u64 {
    let mut bytes = 0;
    for step in steps {
        if let Step::TrimReferrers { tag, .. } = step {
            let manifest = filler.client.manifest(repository, &Reference::Tag(tag.clone())).await.unwrap();
            bytes += manifest.bytes.len() as u64;
        }
    }
    bytes
}

/// What stays leads to the very same as before.
fn check_survivors(
    before: &Pulled,
    after: &Pulled,
    gone: &BTreeSet<Tag>,
    changed: &BTreeSet<Tag>,
    context: &str,
) {
    for (tag, content) in before.iter().filter(|(tag, _)| !gone.contains(tag) && !changed.contains(tag)) {
        assert_eq!(after.get(tag), Some(content), "{context}: {tag} was damaged");
    }
    for tag in gone {
        assert!(!after.contains_key(tag), "{context}: {tag} is still there");
    }
}

/// Two tests, because they take their time, and run beside each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_survivor_is_damaged_and_what_is_freed_is_what_was_said() {
    Box::pin(delete_at_random(0..6)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_survivor_is_damaged_and_what_is_freed_is_what_was_said_once_more() {
    Box::pin(delete_at_random(6..12)).await;
}

async fn delete_at_random(seeds: std::ops::Range<u64>) {
    let (mut n_deleted, mut n_trimmed) = (0, 0);
    for seed in seeds {
        let registry = Distribution::builder().delete(true).start().await.unwrap();
        let database = database();
        let engine = deleting(&registry.url(), &database);
        let mut filler = Filler::of(&registry, seed);
        filled(&mut filler, &engine).await;
        registry.garbage_collect(false).unwrap();
        let stored = filler.stored();
        let (mut freed, mut written) = (0, 0);
        let mut survivors = Vec::new();
        for repository in names() {
            let context = format!("seed {seed}, {repository}");
            let before = filler.pull(&repository).await;
            let target = target(filler.random(), &before);
            let repository = name(&repository);
            let made = plan(&engine, &repository, &target).await.unwrap();
            let content = &made.content.plan;
            let gone: BTreeSet<Tag> = content.tags.iter().map(|it| it.tag.clone()).collect();
            let mut changed = BTreeSet::new();
            if !content.is_empty() {
                let (job, items) = carry_out(&engine, &made).await;
                assert_eq!(job.state, JobState::Done, "{context}: {items:?}");
                for item in &items {
                    assert_eq!(item.outcome, Some(Outcome::Deleted), "{context}: {item:?} of {content:?}");
                    if let Task::Delete(Step::TrimReferrers { tag, .. }) = &item.task {
                        changed.insert(tag.clone());
                    }
                }
                n_deleted += items.len();
                n_trimmed += changed.len();
                freed += made.content.freed_bytes;
                written += written_anew(&filler, &repository, &content.steps).await;
            }
            survivors.push((context, repository, before, gone, changed));
        }
        registry.garbage_collect(false).unwrap();
        assert_eq!(stored + written - filler.stored(), freed, "seed {seed}: what was freed");
        for (context, repository, before, gone, changed) in survivors {
            let after = filler.pull(repository.as_str()).await;
            check_survivors(&before, &after, &gone, &changed, &context);
        }
    }
    assert!(n_deleted > 200 && n_trimmed > 0, "{n_deleted} things were deleted, {n_trimmed} lists trimmed");
}

fn is_sparse(item: &JobItem) -> bool {
    let is_on_it =
        matches!(&item.task, Task::Restore { tags, .. } if tags.iter().any(|it| it.as_str() == "sparse"));
    is_on_it && matches!(item.why, Some(Why::Collected { .. }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_deleted_comes_back_as_it_was() {
    let sparse: Tag = "sparse".parse().unwrap();
    for seed in 100..103 {
        let registry = Distribution::builder().delete(true).start().await.unwrap();
        let database = database();
        let engine = deleting(&registry.url(), &database);
        let mut filler = Filler::of(&registry, seed);
        filled(&mut filler, &engine).await;
        for repository in names() {
            let context = format!("seed {seed}, {repository}");
            let mut before = filler.pull(&repository).await;
            let target = target(filler.random(), &before);
            let made = plan(&engine, &name(&repository), &target).await.unwrap();
            if made.content.plan.is_empty() {
                continue;
            }
            let (job, _) = carry_out(&engine, &made).await;
            for job in engine.restore_job(&job.id, true).await.unwrap() {
                let (_, items) = ended(&engine, &job.id).await;
                for item in items {
                    match item.outcome {
                        Some(Outcome::Restored | Outcome::AlreadyThere) => {}
                        // This registry takes no index of which a child is missing, as it was before.
                        Some(Outcome::NotRestored) if is_sparse(&item) => drop(before.remove(&sparse)),
                        _ => panic!("{context}: {item:?}"),
                    }
                }
            }
            assert_eq!(filler.pull(&repository).await, before, "{context}");
        }
    }
}
