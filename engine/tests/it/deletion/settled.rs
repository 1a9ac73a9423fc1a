//! What came of several steps, read back together.

use std::time::Duration;

use engine::{JobState, Outcome, Why};
use registry::client::{Client, ClientConfig};
use registry::fake::Answer;
use registry::{Reference, Tag};
use serde_json::json;

use super::ahead::slow_at;
use super::{ended, outcomes};
use crate::support::{FakeImages, name};

const REPOSITORY: &str = FakeImages::REPOSITORY;

#[tokio::test]
async fn many_are_read_back_with_one_list() {
    let it = slow_at(0, 40).await;
    it.gate.add_permits(1);
    let path = format!("/v2/{REPOSITORY}/tags/list");
    let (_, n_before) = it.images.n_asked();
    let n_lists = it.images.fake.count("GET", &path);
    let job = it.engine.begin_deletion(&it.plan.id).await.unwrap();
    let (job, items) = ended(&it.engine, &job.id).await;
    assert_eq!((job.state, outcomes(&items)), (JobState::Done, vec![Some(Outcome::Deleted); 40]));
    // Each tag was read before its manifest was deleted, and never after it.
    assert_eq!(it.images.n_asked().1 - n_before, 40);
    assert!(it.images.fake.count("GET", &path) - n_lists < 20);
    for (digest, _) in &it.order {
        assert!(
            it.images.fake.count("GET", &format!("/v2/{REPOSITORY}/manifests/{digest}")) >= 1,
            "{digest}"
        );
    }
}

#[tokio::test]
async fn what_is_done_is_told_while_the_next_takes_its_time() {
    let it = slow_at(1, 3).await;
    let job = it.engine.begin_deletion(&it.plan.id).await.unwrap();
    let told = async {
        while it.engine.job_items(&job.id, 0, 1).await.unwrap()[0].outcome.is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.expect("the first is told of");
    assert_eq!(
        outcomes(&it.engine.job_items(&job.id, 0, 3).await.unwrap()),
        [Some(Outcome::Deleted), None, None]
    );
    it.gate.add_permits(1);
    let (job, items) = ended(&it.engine, &job.id).await;
    assert_eq!((job.state, outcomes(&items)), (JobState::Done, vec![Some(Outcome::Deleted); 3]));
}

#[tokio::test]
async fn a_tag_that_is_listed_still_is_read() {
    let it = slow_at(0, 6).await;
    it.gate.add_permits(1);
    let (digest, tag) = &it.order[3];
    let tag: Tag = tag.parse().unwrap();
    let client = Client::new(ClientConfig::new(it.images.url().parse().unwrap())).unwrap();
    let manifest = client.manifest(&name(REPOSITORY), &Reference::Tag(tag.clone())).await.unwrap();
    let stays = Answer::ok(manifest.media_type.as_str(), manifest.bytes.to_vec());
    it.images.break_tag(tag.as_str(), &stays.header("docker-content-digest", digest.as_str()));
    let names: Vec<&str> = it.order.iter().map(|(_, tag)| tag.as_str()).collect();
    it.images.list_with(Answer::json(&json!({ "name": REPOSITORY, "tags": names })));
    let job = it.engine.begin_deletion(&it.plan.id).await.unwrap();
    let (_, items) = ended(&it.engine, &job.id).await;
    let mut expected = vec![Some(Outcome::Deleted); 6];
    expected[3] = Some(Outcome::StillThere);
    assert_eq!(outcomes(&items), expected);
    assert_eq!(items[3].why, Some(Why::TagsRemain { tags: vec![tag] }));
}

#[tokio::test]
async fn tags_are_read_one_by_one_where_they_cannot_be_listed() {
    let it = slow_at(0, 6).await;
    let job = it.begin().await;
    let (_, n_before) = it.images.n_asked();
    it.images.list_with(Answer::error(403, "DENIED", "not for you"));
    it.gate.add_permits(1);
    let (job, items) = ended(&it.engine, &job).await;
    assert_eq!((job.state, outcomes(&items)), (JobState::Done, vec![Some(Outcome::Deleted); 6]));
    // The last four before, and all of them after their manifests were deleted.
    assert!(it.images.n_asked().1 - n_before >= 4 + 6);
}

#[tokio::test]
async fn what_cannot_be_read_back_ends_the_job_and_stays_in_the_trash() {
    let it = slow_at(0, 40).await;
    let job = it.begin().await;
    for (digest, _) in &it.order {
        let path = format!("/v2/{REPOSITORY}/manifests/{digest}");
        it.images.fake.on("GET", &path, Answer::error(403, "DENIED", "not for you"));
    }
    it.gate.add_permits(1);
    let (job, items) = ended(&it.engine, &job).await;
    assert_eq!(job.state, JobState::Failed);
    let n_deleted = items.iter().take_while(|it| it.outcome.is_some()).count();
    assert!((3..40).contains(&n_deleted), "{items:?}");
    for (number, item) in items.iter().enumerate() {
        // What the registry was asked to delete has an end, and nothing else.
        let is_asked = it.n_deletions(number) > 0;
        assert_eq!(item.outcome, is_asked.then_some(Outcome::StillThere), "{item:?}");
    }
    assert_eq!(it.trash().await.len(), n_deleted);
}
