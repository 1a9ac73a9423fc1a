//! What a deletion does on a real registry.

use engine::{
    AuditFilter, CleanupRule, DeletionTarget, Error, JobState, Outcome, PlanState, TagSelection, Why,
};
use registry::client::{Client, ClientConfig};
use registry::deletion::{Changed, Kept, Mode, RefusalReason, Step};
use registry::{Reference, Tag};
use testbed::{Pusher, samples};

use super::{ann, carry_out, deleting, deleting_but, ended, listed, outcomes, plan, tags};
use crate::support::{Backend, Database, ID, engine_on, name, on_both, registry_with};

fn client(url: &str) -> Client {
    Client::new(ClientConfig::new(url.parse().unwrap())).unwrap()
}

async fn digest_of(url: &str, repository: &str, tag: &str) -> registry::Digest {
    let reference = Reference::Tag(tag.parse().unwrap());
    client(url).manifest(&name(repository), &reference).await.unwrap().digest
}

/// Puts a tag on another one's manifest, behind the engine's back.
async fn retag(url: &str, repository: &str, tag: &str, on: &str) {
    let reference = Reference::Tag(on.parse().unwrap());
    let manifest = client(url).manifest(&name(repository), &reference).await.unwrap();
    Pusher::new(url).manifest(repository, tag, &manifest.media_type, manifest.bytes).await.unwrap();
}

on_both! {
    async fn one_tag_goes_and_its_aliases_stay(kind: Backend) {
        let registry = registry_with(&[samples::WEBAPP]).await;
        let (url, webapp) = (registry.url(), name(samples::WEBAPP));
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        let before = listed(&url, &webapp).await;
        let digest = digest_of(&url, samples::WEBAPP, "2.14").await;
        let made = plan(&engine, &webapp, &tags(&["2.14.0"])).await.unwrap();
        let content = &made.content.plan;
        assert!(content.manifests.is_empty() && content.tags[0].alone, "{content:?}");
        let aliases: Vec<Tag> = ["2", "2.14", "latest"].iter().map(|it| it.parse().unwrap()).collect();
        assert_eq!(content.keeps[0].what, Kept::Tags(aliases));
        assert_eq!(made.content.freed_bytes, 0);
        let (job, items) = carry_out(&engine, &made).await;
        assert_eq!((job.state, outcomes(&items)), (JobState::Done, vec![Some(Outcome::Deleted)]));
        let after: Vec<String> = before.into_iter().filter(|it| it != "2.14.0").collect();
        assert_eq!(listed(&url, &webapp).await, after);
        assert_eq!(digest_of(&url, samples::WEBAPP, "latest").await, digest);
        // The registry was asked to delete exactly one manifest, which was the stand-in.
        assert_eq!(registry.log().lines().filter(|it| it.contains("\"DELETE ") && it.contains(" 202 ")).count(), 1);
    }

    async fn the_last_tag_takes_manifests_and_children_along(kind: Backend) {
        let registry = registry_with(&[samples::WEBAPP]).await;
        let (url, webapp) = (registry.url(), name(samples::WEBAPP));
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        let made = plan(&engine, &webapp, &tags(&["2.13.1", "2.13"])).await.unwrap();
        let content = &made.content.plan;
        assert!(content.manifests.len() > 3, "an index, its platforms and their attestations: {content:?}");
        assert!(made.content.freed_bytes > 0);
        let (job, items) = carry_out(&engine, &made).await;
        assert_eq!(job.state, JobState::Done);
        assert!(outcomes(&items).iter().all(|it| *it == Some(Outcome::Deleted)), "{items:?}");
        for step in &content.steps {
            let Step::RemoveManifest { digest, .. } = step else { panic!("{step:?}") };
            let gone = client(&url).manifest(&webapp, &Reference::Digest(digest.clone())).await;
            assert!(gone.is_err_and(|it| it.is_unknown()), "{digest}");
        }
        let left = listed(&url, &webapp).await;
        assert!(!left.contains(&"2.13".to_owned()) && left.contains(&"2.14".to_owned()), "{left:?}");
        // What pages show follows at once.
        let page = engine.tags(ID, &webapp, &crate::support::query()).await.unwrap();
        assert_eq!(page.total, left.len());
    }

    async fn a_tag_that_leads_nowhere_goes(kind: Backend) {
        let registry = registry_with(&[samples::WEBAPP]).await;
        let (url, webapp) = (registry.url(), name(samples::WEBAPP));
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        let made = plan(&engine, &webapp, &tags(&["2.9.0"])).await.unwrap();
        let (_, items) = carry_out(&engine, &made).await;
        assert_eq!(outcomes(&items), [Some(Outcome::Deleted)]);
        assert!(!listed(&url, &webapp).await.contains(&"2.9.0".to_owned()));
    }

    async fn a_tag_that_moves_after_the_plan_survives(kind: Backend) {
        let registry = registry_with(&[samples::CLI]).await;
        let (url, cli) = (registry.url(), name(samples::CLI));
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        let made = plan(&engine, &cli, &tags(&["0.9.0", "1.0.0", "1"])).await.unwrap();
        // Behind the engine's back: one that would go with its manifest, one that would go alone.
        retag(&url, samples::CLI, "0.9.0", "1.1.0").await;
        retag(&url, samples::CLI, "1", "1.0.0").await;
        let (moved, kept) = (digest_of(&url, samples::CLI, "0.9.0").await, digest_of(&url, samples::CLI, "1").await);
        let (job, items) = carry_out(&engine, &made).await;
        assert_eq!(job.state, JobState::Done);
        let skipped: Vec<_> = items.iter().filter(|it| it.outcome == Some(Outcome::Skipped)).collect();
        assert!(skipped.len() >= 3, "{items:?}");
        assert!(skipped.iter().all(|it| it.why.is_some()), "{skipped:?}");
        assert_eq!(digest_of(&url, samples::CLI, "0.9.0").await, moved);
        assert_eq!(digest_of(&url, samples::CLI, "1").await, kept);
        assert_eq!(listed(&url, &cli).await, ["0.9.0", "1", "1.0.0", "1.1.0", "latest"]);
    }

    async fn a_plan_that_is_out_of_date_is_not_carried_out(kind: Backend) {
        let registry = registry_with(&[samples::CLI]).await;
        let (url, cli) = (registry.url(), name(samples::CLI));
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        let made = plan(&engine, &cli, &tags(&["0.9.0"])).await.unwrap();
        retag(&url, samples::CLI, "0.9.0", "1.1.0").await;
        engine.refresh(ID, &cli, &TagSelection::default()).await.unwrap();
        let state = engine.deletion_plan(&made.id).await.unwrap().state;
        assert!(matches!(&state, PlanState::Changed { what } if !what.is_empty()), "{state:?}");
        let error = engine.begin_deletion(&made.id).await.unwrap_err();
        assert!(matches!(error, Error::PlanChanged { .. }), "{error}");
        assert_eq!(listed(&url, &cli).await.len(), 5);
    }

    async fn a_plan_is_carried_out_once(kind: Backend) {
        let registry = registry_with(&[samples::CLI]).await;
        let cli = name(samples::CLI);
        let database = Database::new(kind);
        let engine = deleting(&registry.url(), &database);
        let made = plan(&engine, &cli, &tags(&["0.9.0"])).await.unwrap();
        let begin = || engine.begin_deletion(&made.id);
        let (first, second) = tokio::join!(begin(), begin());
        assert_eq!(first.unwrap().id, second.unwrap().id);
        let job = carry_out(&engine, &made).await.0;
        let state = engine.deletion_plan(&made.id).await.unwrap().state;
        assert_eq!(state, PlanState::Used { job: job.id });
    }

    async fn nothing_is_deleted_where_deletion_is_off(kind: Backend) {
        let registry = registry_with(&[samples::CLI]).await;
        let (url, cli) = (registry.url(), name(samples::CLI));
        let database = Database::new(kind);
        let made = plan(&deleting(&url, &database), &cli, &tags(&["0.9.0"])).await.unwrap();
        let engine = engine_on(&url, &database).on_behalf_of(ann());
        assert!(matches!(plan(&engine, &cli, &tags(&["1"])).await, Err(Error::DeletionOff)));
        assert!(matches!(engine.begin_deletion(&made.id).await, Err(Error::DeletionOff)));
        assert_eq!(listed(&url, &cli).await.len(), 5);
        let refused = engine.audit(&AuditFilter { action: "refuse".into(), ..AuditFilter::default() }, None, 10).await.unwrap();
        assert_eq!(refused.len(), 2, "{refused:?}");
        assert_eq!((refused[0].actor.name.as_str(), refused[0].actor.address.as_str()), ("local:ann", "192.0.2.7"));
    }

    async fn protected_tags_are_refused_by_the_engine(kind: Backend) {
        let registry = registry_with(&[samples::CLI]).await;
        let (url, cli) = (registry.url(), name(samples::CLI));
        let database = Database::new(kind);
        let engine = deleting_but(&url, &database, &["latest", "team/**:0.*"]);
        let target = DeletionTarget { mode: Mode::Manifest, ..tags(&["latest", "0.9.0", "1.1.0", "1.0.0"]) };
        let made = plan(&engine, &cli, &target).await.unwrap();
        let refused: Vec<&str> = made.content.plan.refused.iter().map(|it| it.what.as_str()).collect();
        assert!(refused.contains(&"latest") && refused.contains(&"0.9.0"), "{refused:?}");
        assert!(made.content.plan.refused.iter().all(|it| matches!(it.why, RefusalReason::Protected { .. })));
        carry_out(&engine, &made).await;
        // 1.1.0 is on the manifest of latest, so it goes alone.
        assert_eq!(listed(&url, &cli).await, ["0.9.0", "1", "latest"]);
    }

    async fn rules_take_many_at_once(kind: Backend) {
        let registry = registry_with(&[samples::CHARTS_WEB, samples::WEBAPP]).await;
        let (url, charts) = (registry.url(), name(samples::CHARTS_WEB));
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        let rule = |rule| DeletionTarget { rule: Some(rule), ..DeletionTarget::default() };
        let of = |filter: TagSelection, keep_newest| {
            rule(CleanupRule::Tags { filter: Box::new(filter), keep_newest })
        };
        let all = listed(&url, &charts).await;
        let names = async |target| {
            let made = plan(&engine, &charts, &target).await.unwrap();
            made.content.plan.tags.iter().map(|it| it.tag.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names(of(TagSelection { q: "0.".into(), ..TagSelection::default() }, 0)).await,
            all.iter().filter(|it| it.contains("0.")).cloned().collect::<Vec<_>>());
        assert_eq!(names(of(TagSelection::default(), 2)).await.len(), all.len() - 2);
        assert_eq!(names(rule(CleanupRule::Everything)).await, all);
        let webapp = name(samples::WEBAPP);
        let broken = of(TagSelection { broken: true, ..TagSelection::default() }, 0);
        let made = plan(&engine, &webapp, &broken).await.unwrap();
        assert_eq!(made.content.plan.tags.len(), 2, "{:?}", made.content.plan.tags);
        let made = plan(&engine, &charts, &rule(CleanupRule::Everything)).await.unwrap();
        carry_out(&engine, &made).await;
        assert!(listed(&url, &charts).await.is_empty());
    }

    async fn what_no_tag_leads_to_any_more_is_found_and_deleted(kind: Backend) {
        let registry = registry_with(&[samples::CLI]).await;
        let (url, cli) = (registry.url(), name(samples::CLI));
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        engine.scan(ID, Some(&cli)).await.unwrap();
        let old = digest_of(&url, samples::CLI, "0.9.0").await;
        retag(&url, samples::CLI, "0.9.0", "1.1.0").await;
        engine.scan(ID, Some(&cli)).await.unwrap();
        let target = DeletionTarget { rule: Some(CleanupRule::Untagged), ..DeletionTarget::default() };
        let made = plan(&engine, &cli, &target).await.unwrap();
        assert!(made.content.plan.tags.is_empty());
        assert!(made.content.plan.manifests.iter().any(|it| it.digest == old), "{:?}", made.content.plan);
        let (_, items) = carry_out(&engine, &made).await;
        assert!(outcomes(&items).iter().all(|it| *it == Some(Outcome::Deleted)));
        assert_eq!(listed(&url, &cli).await.len(), 5);
        let again = plan(&engine, &cli, &target).await.unwrap();
        assert!(again.content.plan.is_empty(), "{:?}", again.content.plan);
        assert!(matches!(engine.begin_deletion(&again.id).await, Err(Error::PlanEmpty)));
    }

    async fn everything_is_written_down_and_stays_so(kind: Backend) {
        let registry = registry_with(&[samples::CLI]).await;
        let cli = name(samples::CLI);
        let database = Database::new(kind);
        let engine = deleting(&registry.url(), &database);
        let made = plan(&engine, &cli, &tags(&["0.9.0", "no-such-tag"])).await.unwrap();
        let (job, items) = carry_out(&engine, &made).await;
        let all = engine.audit(&AuditFilter::default(), None, 1000).await.unwrap();
        let of = |action: &str| all.iter().filter(|it| it.deed.action == action).collect::<Vec<_>>();
        assert_eq!((of("plan").len(), of("refuse").len(), of("start").len(), of("end").len()), (1, 1, 1, 1));
        assert_eq!(of("delete").len(), items.len());
        assert!(all.iter().all(|it| it.actor == ann().actor() && it.deed.repository == samples::CLI));
        assert_eq!((of("end")[0].deed.subject.as_str(), of("end")[0].deed.outcome.as_str()), (job.id.as_str(), "done"));
        let some = AuditFilter { action: "delete".into(), outcome: "deleted".into(), ..AuditFilter::default() };
        assert_eq!(engine.audit(&some, None, 1000).await.unwrap().len(), items.len());
        let pool = database.connect().await;
        for sql in ["UPDATE audit SET actor = 'bob'", "DELETE FROM audit"] {
            let error = sqlx::query(sql).execute(&pool).await.unwrap_err();
            assert!(error.to_string().contains("only added to"), "{error}");
        }
    }

    async fn a_job_that_was_stopped_leaves_the_rest_alone(kind: Backend) {
        let registry = registry_with(&[samples::API]).await;
        let (url, api) = (registry.url(), name(samples::API));
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        let target = DeletionTarget { rule: Some(CleanupRule::Everything), ..DeletionTarget::default() };
        let made = plan(&engine, &api, &target).await.unwrap();
        let job = engine.begin_deletion(&made.id).await.unwrap();
        engine.stop_job(&job.id).await.unwrap();
        let (job, items) = ended(&engine, &job.id).await;
        assert_eq!(job.state, JobState::Stopped);
        let n_left = items.iter().filter(|it| it.outcome.is_none()).count();
        assert!(n_left > 0, "{:?}", job.outcomes);
        assert_eq!(job.n_done + n_left, job.n_items);
        assert!(!listed(&url, &api).await.is_empty());
    }

    async fn a_child_stays_whose_index_is_left_alone(kind: Backend) {
        let registry = registry_with(&[samples::CLI]).await;
        let (url, cli) = (registry.url(), name(samples::CLI));
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        let made = plan(&engine, &cli, &tags(&["0.9.0"])).await.unwrap();
        assert!(made.content.plan.steps.len() > 1);
        retag(&url, samples::CLI, "another", "0.9.0").await;
        let (_, items) = carry_out(&engine, &made).await;
        assert!(items.iter().all(|it| it.outcome == Some(Outcome::Skipped)), "{items:?}");
        assert!(matches!(items[0].why, Some(Why::Changed(Changed::NewTags { .. }))), "{:?}", items[0]);
        assert!(matches!(items[1].why, Some(Why::Changed(Changed::NewIndexes { .. }))), "{:?}", items[1]);
    }

    async fn a_step_that_cannot_be_read_ends_the_job(kind: Backend) {
        let registry = registry_with(&[samples::CLI]).await;
        let (url, cli) = (registry.url(), name(samples::CLI));
        let database = Database::new(kind);
        let engine = deleting(&url, &database);
        let made = plan(&engine, &cli, &tags(&["0.9.0", "1"])).await.unwrap();
        // The job waits for this one, which never runs.
        let turn = format!("job {ID}/{}", samples::CLI);
        database.execute(&format!("INSERT INTO leases VALUES ('{turn}', 'another', {})", i64::MAX)).await;
        let job = engine.begin_deletion(&made.id).await.unwrap();
        database.execute("UPDATE job_items SET step = '{\"of\": \"tomorrow\"}' WHERE position = 1").await;
        database.execute("DELETE FROM leases").await;
        let ended = engine.job_ended(&job.id).await.unwrap();
        assert_eq!(ended.state, JobState::Failed);
        assert!(matches!(&ended.error, Some(Why::Failed { message }) if message.contains("part 2 of the job")), "{ended:?}");
        assert_eq!(listed(&url, &cli).await.len(), 5);
        assert!(engine.job_items(&job.id, 0, 10).await.is_err());
    }
}
