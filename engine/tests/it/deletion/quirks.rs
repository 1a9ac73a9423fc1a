//! What registries answer that no real one here does.

use std::time::Duration;

use engine::{Engine, JobState, Outcome, Why};
use registry::Digest;
use registry::deletion::{Changed, RefusalReason};
use registry::fake::Answer;

use super::{carry_out, database, deleting, plan, tags};
use crate::support::{Database, FakeImages, ID, name};

const REPOSITORY: &str = FakeImages::REPOSITORY;

/// A fake registry that deletes nothing yet, but says so only of what does not exist.
struct Registry {
    images: FakeImages,
    engine: Engine,
    _database: Database,
}

async fn registry() -> Registry {
    let images = FakeImages::start().await;
    for (number, tag) in ["1.0", "1.1", "2.0"].into_iter().enumerate() {
        images.tag(tag, number);
    }
    images.fake.otherwise("DELETE", |_| Answer::error(404, "MANIFEST_UNKNOWN", "manifest unknown"));
    let database = database();
    let engine = deleting(&images.url(), &database);
    Registry { images, engine, _database: database }
}

impl Registry {
    fn on_delete(&self, digest: &Digest, answer: Answer) {
        self.images.fake.on("DELETE", &format!("/v2/{REPOSITORY}/manifests/{digest}"), answer);
    }

    /// Deletes the tag 1.0 with its manifest, which the registry answers like this.
    async fn delete(&self, answer: Answer) -> (JobState, Outcome, Option<Why>) {
        let digest = self.images.digest_of_tag("1.0");
        self.on_delete(&digest, answer);
        let made = plan(&self.engine, &name(REPOSITORY), &tags(&["1.0"])).await.unwrap();
        let (job, items) = carry_out(&self.engine, &made).await;
        (job.state, items[0].outcome.unwrap(), items[0].why.clone())
    }
}

#[tokio::test]
async fn every_refusal_has_its_own_words_and_nothing_goes_to_the_trash() {
    let words = || "its own words".to_owned();
    for (answer, state, why) in [
        (
            Answer::error(405, "UNSUPPORTED", "its own words"),
            JobState::Failed,
            Why::DeletionOff { message: words() },
        ),
        (
            Answer::ok("text/plain", "its own words\n").with_status(405),
            JobState::Failed,
            Why::ReadOnly { message: words() },
        ),
        (Answer::error(403, "DENIED", "its own words"), JobState::Done, Why::NotAllowed { message: words() }),
        (
            Answer::error(409, "MANIFEST_INVALID", "its own words"),
            JobState::Done,
            Why::Held { message: words() },
        ),
        (Answer::error(405, "DENIED", "its own words"), JobState::Done, Why::Held { message: words() }),
        (Answer::error(412, "DENIED", "its own words"), JobState::Done, Why::Held { message: words() }),
    ] {
        let registry = registry().await;
        let found = registry.delete(answer.clone()).await;
        assert_eq!(found, (state, Outcome::StillThere, Some(why)), "{answer:?}");
        assert!(registry.engine.trash(None, 10).await.unwrap().is_empty(), "{answer:?}");
    }
}

#[tokio::test]
async fn a_registry_that_says_yes_and_does_nothing_is_found_out() {
    let registry = registry().await;
    let found = registry.delete(Answer::status(202)).await;
    assert_eq!(found, (JobState::Done, Outcome::StillThere, Some(Why::Ignored)));
}

#[tokio::test]
async fn a_token_that_may_not_delete_is_told() {
    let registry = registry().await;
    let challenge = r#"Bearer realm="http://127.0.0.1:9/token",error="insufficient_scope""#;
    let (state, outcome, why) = registry.delete(Answer::unauthorized(challenge)).await;
    assert_eq!((state, outcome), (JobState::Failed, Outcome::StillThere));
    assert!(why.is_some());
}

#[tokio::test]
async fn what_is_gone_before_is_as_good() {
    let registry = registry().await;
    let digest = registry.images.digest_of_tag("1.0");
    let made = plan(&registry.engine, &name(REPOSITORY), &tags(&["1.0"])).await.unwrap();
    registry.images.remove("1.0");
    registry.images.remove_manifest(&digest);
    let (job, items) = carry_out(&registry.engine, &made).await;
    assert_eq!((job.state, items[0].outcome), (JobState::Done, Some(Outcome::AlreadyGone)));
    assert_eq!(registry.images.fake.count("DELETE", &format!("/v2/{REPOSITORY}/manifests/{digest}")), 0);
}

#[tokio::test]
async fn a_registry_that_asks_for_a_pause_is_given_it() {
    let registry = registry().await;
    let images = &registry.images;
    let digest = images.digest_of_tag("1.0");
    let path = format!("/v2/{REPOSITORY}/manifests/{digest}");
    images.fake.on("DELETE", &path, Answer::status(429).header("retry-after", "300"));
    let made = plan(&registry.engine, &name(REPOSITORY), &tags(&["1.0"])).await.unwrap();
    let job = registry.engine.begin_deletion(&made.id).await.unwrap();
    while images.fake.count("DELETE", &path) == 0 {
        tokio::task::yield_now().await;
    }
    // Nobody waits for five minutes here: being stopped ends the pause as well.
    let job = registry.engine.stop_job(&job.id).await.unwrap();
    let (job, items) = super::ended(&registry.engine, &job.id).await;
    assert_eq!((job.state, items[0].outcome), (JobState::Stopped, None));
    assert_eq!(images.fake.count("DELETE", &path), 1);
}

#[tokio::test]
async fn what_is_tagged_while_nobody_deletes_stays_although_its_deletion_was_begun() {
    let images = FakeImages::start().await;
    let digest = images.tag("1.0", 0);
    images.fake.otherwise("DELETE", |_| Answer::error(404, "MANIFEST_UNKNOWN", "manifest unknown"));
    let path = format!("/v2/{REPOSITORY}/manifests/{digest}");
    images.fake.on("DELETE", &path, Answer::status(429).header("retry-after", "300"));
    let database = database();
    let engine = deleting(&images.url(), &database);
    let made = plan(&engine, &name(REPOSITORY), &tags(&["1.0"])).await.unwrap();
    let job = engine.begin_deletion(&made.id).await.unwrap();
    while images.fake.count("DELETE", &path) == 0 {
        tokio::task::yield_now().await;
    }
    engine.stop().await;
    images.tag("prod", 0);
    images.deletes(&digest, true);
    let engine = deleting(&images.url(), &database);
    let (job, items) = tokio::select! {
        () = engine.keep_working() => unreachable!("it works until it is stopped"),
        ended = super::ended(&engine, &job.id) => ended,
    };
    let why = Changed::NewTags { tags: vec!["prod".parse().unwrap()] };
    assert_eq!((job.state, items[0].outcome), (JobState::Done, Some(Outcome::Skipped)), "{items:?}");
    assert_eq!(items[0].why, Some(why.into()));
    assert_eq!(images.fake.count("DELETE", &path), 1);
    assert!(engine.trash(None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_registry_that_asks_for_a_very_long_pause_is_left_alone() {
    let registry = registry().await;
    let (state, outcome, why) = registry.delete(Answer::status(429).header("retry-after", "86400")).await;
    assert_eq!((state, outcome), (JobState::Failed, Outcome::StillThere));
    assert!(matches!(&why, Some(Why::Failed { message }) if message.contains("rate")), "{why:?}");
}

#[tokio::test]
async fn a_failure_that_passes_is_no_failure() {
    let registry = registry().await;
    let images = &registry.images;
    let digest = images.digest_of_tag("1.0");
    // More often than the client tries by itself.
    let broken = Answer::status(500);
    images.break_tag("1.0", &broken);
    let made = plan(&registry.engine, &name(REPOSITORY), &tags(&["1.0", "2.0"])).await.unwrap();
    assert_eq!(made.content.plan.refused[0].why, RefusalReason::Unread { n: 1 });
    assert!(made.content.plan.manifests.is_empty(), "the tag that was not seen may be on any of them");
    images.tag("1.0", 0);
    let made = plan(&registry.engine, &name(REPOSITORY), &tags(&["1.0"])).await.unwrap();
    let path = format!("/v2/{REPOSITORY}/manifests/{digest}");
    images.fake.on("DELETE", &path, broken);
    let job = registry.engine.begin_deletion(&made.id).await.unwrap();
    while images.fake.count("DELETE", &path) < 4 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    images.deletes(&digest, true);
    let (job, items) = super::ended(&registry.engine, &job.id).await;
    assert_eq!((job.state, items[0].outcome), (JobState::Done, Some(Outcome::Deleted)), "{items:?}");
}

#[tokio::test]
async fn tags_that_outlive_their_manifest_are_taken_off_one_by_one() {
    // As the Go registry of crane does: 202, and the tag still answers.
    let registry = registry().await;
    let images = &registry.images;
    let digest = images.digest_of_tag("1.0");
    images.deletes(&digest, false);
    images.deletes_tag("1.0");
    let made = plan(&registry.engine, &name(REPOSITORY), &tags(&["1.0"])).await.unwrap();
    let (_, items) = carry_out(&registry.engine, &made).await;
    assert_eq!(items[0].outcome, Some(Outcome::Deleted), "{items:?}");
    assert_eq!(images.fake.count("DELETE", &format!("/v2/{REPOSITORY}/manifests/1.0")), 1);
}

#[tokio::test]
async fn a_registry_that_deletes_tags_needs_no_stand_in() {
    let registry = registry().await;
    let images = &registry.images;
    images.tag("1.0-alias", 0);
    images.deletes_tag("1.0");
    let made = plan(&registry.engine, &name(REPOSITORY), &tags(&["1.0"])).await.unwrap();
    assert!(made.content.plan.tags[0].alone);
    let (_, items) = carry_out(&registry.engine, &made).await;
    assert_eq!(items[0].outcome, Some(Outcome::Deleted), "{items:?}");
    assert!(images.fake.seen().iter().all(|it| !matches!(it.method.as_str(), "PUT" | "POST")));
}

#[tokio::test]
async fn a_stand_in_that_cannot_be_deleted_gives_the_tag_back() {
    let registry = registry().await;
    let images = &registry.images;
    images.tag("1.0-alias", 0);
    images.takes_uploads("1.0");
    images.fake.otherwise("DELETE", |seen| match seen.path.contains("sha256:") {
        true => Answer::error(404, "MANIFEST_UNKNOWN", "manifest unknown"),
        false => Answer::error(400, "DIGEST_INVALID", "provided digest did not match uploaded content"),
    });
    registry.engine.scan(ID, None).await.unwrap();
    let made = plan(&registry.engine, &name(REPOSITORY), &tags(&["1.0"])).await.unwrap();
    let before = images.digest_of_tag("1.0");
    // It deletes by digest alone, and when it comes to it, not even that.
    assert!(!registry.engine.deletion_support(ID).await.unwrap().unwrap().by_tag);
    images.fake.otherwise("DELETE", |_| Answer::error(403, "DENIED", "not this one"));
    let (_, items) = carry_out(&registry.engine, &made).await;
    assert_eq!(items[0].outcome, Some(Outcome::StillThere), "{items:?}");
    assert!(matches!(items[0].why, Some(Why::NotAllowed { .. })), "{items:?}");
    assert_eq!(images.digest_of_tag("1.0"), before, "the tag is where it was");
    assert!(registry.engine.trash(None, 10).await.unwrap().is_empty());
}
