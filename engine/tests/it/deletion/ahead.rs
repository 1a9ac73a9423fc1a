//! What is kept in the trash before it is certain that it goes.

use std::sync::Arc;
use std::time::Duration;

use engine::{DeletionPlan, Engine, JobState, Outcome, TrashEntry, Why};
use registry::Digest;
use registry::deletion::{Changed, Step};
use registry::fake::Answer;
use tokio::sync::Semaphore;

use super::{database, deleting, ended, outcomes, plan, tags};
use crate::support::{Database, FakeImages, ID, name};

const REPOSITORY: &str = FakeImages::REPOSITORY;
/// A moment longer than what was seen is good for.
const TOO_OLD: Duration = Duration::from_millis(150);

/// A registry of which one deletion lasts until the gate is opened, and a plan for all that it has.
pub(super) struct Slow {
    pub(super) images: FakeImages,
    database: Database,
    pub(super) engine: Engine,
    pub(super) plan: DeletionPlan,
    /// The manifests and their tags, in the order of the plan.
    pub(super) order: Vec<(Digest, String)>,
    pub(super) gate: Arc<Semaphore>,
}

/// The first of three deletions.
async fn slow() -> Slow {
    slow_at(0, 3).await
}

/// The deletion of a number, of so many.
pub(super) async fn slow_at(gated: usize, n: usize) -> Slow {
    let images = FakeImages::start().await;
    let all: Vec<String> = (0..n).map(|number| format!("1.{number}")).collect();
    for (number, tag) in all.iter().enumerate() {
        images.tag(tag, number);
    }
    // It deletes by digest alone.
    images.fake.otherwise("DELETE", |seen| match seen.path.contains("sha256:") {
        true => Answer::error(404, "MANIFEST_UNKNOWN", "manifest unknown"),
        false => Answer::error(400, "DIGEST_INVALID", "provided digest did not match uploaded content"),
    });
    let database = database();
    let engine = deleting(&images.url(), &database);
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let plan = plan(&engine, &name(REPOSITORY), &tags(&all)).await.unwrap();
    let steps = plan.content.plan.steps.iter();
    let order: Vec<_> = steps
        .map(|step| match step {
            Step::RemoveManifest { digest, tags } => (digest.clone(), tags[0].to_string()),
            step => panic!("{step:?}"),
        })
        .collect();
    let gate = Arc::new(Semaphore::new(0));
    for (number, (digest, _)) in order.iter().enumerate() {
        let answer = Answer::status(202);
        images.deletes_answering(digest, if number == gated { answer.gated(&gate) } else { answer });
    }
    Slow { images, database, engine, plan, order, gate }
}

impl Slow {
    /// Begins the job, and waits until the second manifest is kept while the first is being deleted.
    pub(super) async fn begin(&self) -> String {
        let job = self.engine.begin_deletion(&self.plan.id).await.unwrap();
        let kept = async {
            while self.trash().await.len() < 2 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), kept).await.expect("the second is kept ahead");
        assert_eq!((self.n_deletions(0), self.n_deletions(1)), (1, 0));
        job.id
    }

    pub(super) async fn trash(&self) -> Vec<TrashEntry> {
        self.engine.trash(None, 100).await.unwrap()
    }

    /// What is in the trash, in the order of the plan.
    async fn thrown(&self) -> Vec<Digest> {
        let trash = self.trash().await;
        let digests = self.order.iter().map(|(digest, _)| digest.clone());
        digests.filter(|digest| trash.iter().any(|it| it.digest == *digest)).collect()
    }

    pub(super) fn n_deletions(&self, number: usize) -> usize {
        self.images.fake.count("DELETE", &format!("/v2/{REPOSITORY}/manifests/{}", self.order[number].0))
    }
}

#[tokio::test]
async fn what_was_kept_ahead_is_deleted_in_its_turn() {
    let it = slow().await;
    let job = it.begin().await;
    it.gate.add_permits(1);
    let (job, items) = ended(&it.engine, &job).await;
    assert_eq!((job.state, outcomes(&items)), (JobState::Done, vec![Some(Outcome::Deleted); 3]));
    assert_eq!([0, 1, 2].map(|number| it.n_deletions(number)), [1; 3]);
    assert_eq!(it.thrown().await.len(), 3);
}

#[tokio::test]
async fn what_was_kept_ahead_is_gone_on_with_after_the_next_start() {
    let it = slow().await;
    let job = it.begin().await;
    tokio::join!(it.engine.stop(), async { it.gate.add_permits(1) });
    assert_eq!((it.n_deletions(0), it.n_deletions(1)), (1, 0));
    assert_eq!(it.thrown().await.len(), 2);
    let engine = deleting(&it.images.url(), &it.database);
    let (job, items) = tokio::select! {
        () = engine.keep_working() => unreachable!("it works until it is stopped"),
        ended = ended(&engine, &job) => ended,
    };
    assert_eq!((job.state, outcomes(&items)), (JobState::Done, vec![Some(Outcome::Deleted); 3]));
    assert_eq!([0, 1, 2].map(|number| it.n_deletions(number)), [1; 3]);
    assert_eq!(it.thrown().await.len(), 3);
}

#[tokio::test]
async fn what_was_kept_ahead_stays_once_somebody_asks_to_stop() {
    let it = slow().await;
    let job = it.begin().await;
    it.engine.stop_job(&job).await.unwrap();
    it.gate.add_permits(1);
    let (job, items) = ended(&it.engine, &job).await;
    assert_eq!((job.state, outcomes(&items)), (JobState::Stopped, vec![Some(Outcome::Deleted), None, None]));
    assert_eq!((it.n_deletions(1), it.n_deletions(2)), (0, 0));
    assert_eq!(it.thrown().await, [it.order[0].0.clone()]);
}

#[tokio::test]
async fn what_another_replica_is_asked_to_stop_ends_what_was_kept_ahead_at_most() {
    let it = slow_at(0, 6).await;
    let job = it.begin().await;
    deleting(&it.images.url(), &it.database).stop_job(&job).await.unwrap();
    it.gate.add_permits(1);
    let (job, items) = ended(&it.engine, &job).await;
    assert_eq!((job.state, items[0].outcome), (JobState::Stopped, Some(Outcome::Deleted)), "{items:?}");
    assert_eq!(outcomes(&items[2..]), [None; 4]);
    assert_eq!([2, 3, 4, 5].map(|number| it.n_deletions(number)), [0; 4]);
    assert_eq!(it.thrown().await.len(), it.n_deletions(0) + it.n_deletions(1));
}

#[tokio::test]
async fn a_tag_that_moves_after_its_manifest_was_kept_ahead_survives() {
    let it = slow().await;
    let job = it.begin().await;
    let (kept, tag) = it.order[1].clone();
    let to = it.images.tag(&tag, 7);
    tokio::time::sleep(TOO_OLD).await;
    it.gate.add_permits(1);
    let (job, items) = ended(&it.engine, &job).await;
    let expected = [Outcome::Deleted, Outcome::Skipped, Outcome::Deleted].map(Some);
    assert_eq!((job.state, outcomes(&items)), (JobState::Done, expected.to_vec()), "{items:?}");
    let why = Changed::TagMoved { tag: tag.parse().unwrap(), to: Some(to) };
    assert_eq!(items[1].why, Some(Why::from(why)));
    assert_eq!(it.n_deletions(1), 0);
    assert!(!it.thrown().await.contains(&kept));
}

#[tokio::test]
async fn what_somebody_else_deletes_after_it_was_kept_ahead_is_not_ours_to_put_back() {
    let it = slow().await;
    let job = it.begin().await;
    let (kept, tag) = it.order[1].clone();
    it.images.remove(&tag);
    it.images.remove_manifest(&kept);
    tokio::time::sleep(TOO_OLD).await;
    it.gate.add_permits(1);
    let (_, items) = ended(&it.engine, &job).await;
    assert_eq!(items[1].outcome, Some(Outcome::AlreadyGone), "{items:?}");
    assert_eq!(it.n_deletions(1), 0);
    assert!(!it.thrown().await.contains(&kept));
}

#[tokio::test]
async fn a_job_that_fails_leaves_nothing_in_the_trash_that_is_still_there() {
    let it = slow().await;
    let (first, _) = &it.order[0];
    let path = format!("/v2/{REPOSITORY}/manifests/{first}");
    let refused = Answer::error(405, "UNSUPPORTED", "not here").gated(&it.gate);
    it.images.fake.on("DELETE", &path, refused);
    let job = it.begin().await;
    it.gate.add_permits(1);
    let (job, items) = ended(&it.engine, &job).await;
    assert_eq!(
        (job.state, outcomes(&items)),
        (JobState::Failed, vec![Some(Outcome::StillThere), None, None])
    );
    assert!(it.thrown().await.is_empty());
}

#[tokio::test]
async fn what_a_process_has_kept_that_died_stays_once_somebody_asks_to_stop() {
    let it = slow().await;
    let (first, _) = &it.order[0];
    let path = format!("/v2/{REPOSITORY}/manifests/{first}");
    it.images.fake.on("DELETE", &path, Answer::status(429).header("retry-after", "300"));
    let job = it.engine.begin_deletion(&it.plan.id).await.unwrap();
    while it.images.fake.count("DELETE", &path) == 0 {
        tokio::task::yield_now().await;
    }
    it.engine.stop().await;
    // As a process leaves it that is killed between two deletions.
    let thrown = "INSERT INTO trash (job_id, position, registry, repository, digest, media_type, content, tags, \
                  tags_only, deleted_at, actor) \
                  SELECT job_id, position, 'r', 'team/app', (SELECT digest FROM manifests LIMIT 1), 'x', X'7B7D', '1.0', \
                  0, 9999999999999, 'local:ann' FROM job_items WHERE position < 2 ON CONFLICT DO NOTHING";
    it.database.execute(thrown).await;
    it.database.execute("UPDATE job_items SET begun = 1 WHERE position < 2").await;
    let engine = deleting(&it.images.url(), &it.database);
    assert_eq!(engine.trash(None, 10).await.unwrap().len(), 2);
    engine.stop_job(&job.id).await.unwrap();
    let (job, items) = tokio::select! {
        () = engine.keep_working() => unreachable!("it works until it is stopped"),
        ended = ended(&engine, &job.id) => ended,
    };
    assert_eq!((job.state, outcomes(&items)), (JobState::Stopped, vec![None; 3]));
    assert!(engine.trash(None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_that_is_lost_loses_no_manifest() {
    let images = FakeImages::start().await;
    let digest = images.tag("1.0", 0);
    images.fake.otherwise("DELETE", |_| Answer::error(404, "MANIFEST_UNKNOWN", "manifest unknown"));
    // It is deleted, and whoever asks is never told.
    images.deletes_answering(&digest, Answer::status(502));
    let database = database();
    let engine = deleting(&images.url(), &database);
    let made = plan(&engine, &name(REPOSITORY), &tags(&["1.0"])).await.unwrap();
    let (job, items) = super::carry_out(&engine, &made).await;
    assert_eq!((job.state, items[0].outcome), (JobState::Done, Some(Outcome::Deleted)), "{items:?}");
    let trash = engine.trash(None, 10).await.unwrap();
    assert_eq!(trash.iter().map(|it| &it.digest).collect::<Vec<_>>(), [&digest]);
}

#[tokio::test]
async fn an_answer_that_is_lost_loses_no_tag() {
    let images = FakeImages::start().await;
    let digest = images.tag("1.0", 0);
    images.tag("1.0-alias", 0);
    images.fake.otherwise("DELETE", |_| Answer::error(404, "MANIFEST_UNKNOWN", "manifest unknown"));
    let database = database();
    let engine = deleting(&images.url(), &database);
    images.deletes_tag_answering("1.0", Answer::status(502));
    engine.scan(ID, None).await.unwrap();
    let made = plan(&engine, &name(REPOSITORY), &tags(&["1.0"])).await.unwrap();
    assert!(engine.deletion_support(ID).await.unwrap().unwrap().by_tag);
    let (_, items) = super::carry_out(&engine, &made).await;
    assert_eq!(items[0].outcome, Some(Outcome::Deleted), "{items:?}");
    let trash = engine.trash(None, 10).await.unwrap();
    assert_eq!(trash.iter().map(|it| (&it.digest, it.tags_only)).collect::<Vec<_>>(), [(&digest, true)]);
}
