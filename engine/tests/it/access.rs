//! What one may not see is as if it were not there, and what one may not do is refused, whichever question is asked.

mod accounts;
mod personal;

use engine::{
    AuditFilter, Caller, CleanupRule, DeletionPolicy, DeletionTarget, Engine, Error, Event, Identity,
    RepositoryQuery, Rights, Role, TagSelection,
};
use registry::RepositoryName;
use testbed::samples;

use crate::support::{Backend, Database, ID, engine_on, name, on_both, registry_with};

/// What the sample of many tags is called, and one that is to be hidden.
const SEEN: &str = samples::CLI;
const HIDDEN: &str = samples::WEBAPP;

fn person(role: Role, scope: &str) -> Caller {
    let identity: Identity = "local:ann".parse().unwrap();
    Caller::person(identity, "192.0.2.7".to_owned(), Rights::only(role, scope.parse().unwrap()))
}

/// Somebody who has a role in the one repository that they may see.
fn in_seen(role: Role) -> Caller {
    person(role, &format!("*/{SEEN}"))
}

fn selected(tag: &str) -> DeletionTarget {
    DeletionTarget { tags: vec![tag.parse().unwrap()], ..DeletionTarget::default() }
}

/// The error that a registry itself has for a repository that it does not know.
#[track_caller]
fn is_unknown<T: std::fmt::Debug>(result: Result<T, Error>) {
    assert!(matches!(result, Err(Error::Registry(registry::Error::RepositoryUnknown { .. }))), "{result:?}");
}

async fn everything(database: &Database, url: &str) -> Engine {
    let policy = DeletionPolicy { enabled: true, ..DeletionPolicy::default() };
    let engine = engine_on(url, database).with_deletion(policy);
    engine.scan(ID, None).await.unwrap();
    engine.clone()
}

on_both! {
    async fn what_may_not_be_seen_is_neither_listed_nor_found_nor_counted(kind: Backend) {
        let registry = registry_with(&[SEEN, HIDDEN]).await;
        let database = Database::new(kind);
        let all = everything(&database, &registry.url()).await;
        let ann = all.on_behalf_of(in_seen(Role::Viewer));
        let (seen, hidden) = (name(SEEN), name(HIDDEN));
        let both = [seen.clone(), hidden.clone()];

        let catalog = ann.repositories(ID, &RepositoryQuery::default()).await.unwrap();
        assert_eq!((catalog.names.as_slice(), catalog.total), ([seen.clone()].as_slice(), 1));
        assert_eq!(all.repositories(ID, &RepositoryQuery::default()).await.unwrap().total, 2);
        let facts = ann.repository_facts(ID, &both).await.unwrap();
        assert_eq!(facts.iter().map(|it| &it.name).collect::<Vec<_>>(), [&seen]);
        let sums = ann.namespace_sums(ID, &[String::new()]).await.unwrap();
        assert_eq!((sums[0].n_repositories, sums[0].n_tags), (1, facts[0].n_tags.unwrap()));

        is_unknown(ann.select_tags(ID, &hidden, &TagSelection::default()).await.map(|it| it.matched));
        is_unknown(ann.image(ID, &hidden, &"latest".parse().unwrap()).await.map(|it| it.summary.size));
        is_unknown(ann.manifest(ID, &hidden, &"latest".parse().unwrap()).await.map(|it| it.digest));
        is_unknown(ann.untagged(ID, &hidden, 10).await);
        is_unknown(ann.refresh(ID, &hidden, &TagSelection::default()).await);
        is_unknown(ann.begin_scan(ID, Some(&hidden)).await);
        is_unknown(ann.scan(ID, Some(&hidden)).await);
        is_unknown(ann.collection_advice(ID, &hidden).await.map(|it| it.is_some()));
        is_unknown(ann.plan_deletion(ID, &hidden, &selected("latest")).await.map(|it| it.id));
        assert!(ann.select_tags(ID, &seen, &TagSelection::default()).await.unwrap().matched > 0);

        let image = all.image(ID, &hidden, &"latest".parse().unwrap()).await.unwrap();
        let contents = image.summary.platforms[0].contents.as_ref().unwrap();
        let layer = contents.layers.iter().filter_map(|it| it.digest.clone()).next_back().unwrap();
        let base = image.summary.digest.clone().unwrap();
        let digest = base.encoded().to_owned();
        for text in [hidden.as_str(), "latest", &digest[..12], &layer.encoded()[..12]] {
            let found = ann.search(text, 100).await.unwrap();
            assert!(found.iter().all(|it| it.repository == seen), "{text}: {found:?}");
            assert!(all.search(text, 100).await.unwrap().iter().any(|it| it.repository == hidden), "{text}");
        }
        assert_eq!(ann.tags_with_layer(&layer, 100).await.unwrap(), []);
        assert!(!all.tags_with_layer(&layer, 100).await.unwrap().is_empty());
        assert!(ann.built_on(&base, 100).await.unwrap().iter().all(|it| it.repository == seen));
        assert_eq!(ann.scans(ID, 10).await.unwrap().iter().filter(|it| it.repository.as_ref() != Some(&seen)).count(), 0);
        assert!(all.scans(ID, 10).await.unwrap().iter().any(|it| it.repository.is_none()));
        let whole = all.scans(ID, 10).await.unwrap().into_iter().find(|it| it.repository.is_none()).unwrap();
        assert!(ann.find_scan(ID, whole.id).await.unwrap().is_none());
        assert!(ann.stop_known_scan(ID, whole.id).await.unwrap().is_none());
    }

    async fn plans_jobs_trash_and_audit_of_others_are_not_there(kind: Backend) {
        let registry = registry_with(&[SEEN, HIDDEN]).await;
        let database = Database::new(kind);
        let all = everything(&database, &registry.url()).await;
        let hidden = name(HIDDEN);
        let plan = all.plan_deletion(ID, &hidden, &selected("2.14.0")).await.unwrap();
        let job = all.begin_deletion(&plan.id).await.unwrap();
        all.job_ended(&job.id).await.unwrap();
        let entry = all.trash(None, 10).await.unwrap()[0].id;
        let ann = all.on_behalf_of(in_seen(Role::Maintainer));
        assert!(matches!(ann.deletion_plan(&plan.id).await, Err(Error::NoSuchPlan)));
        assert!(matches!(ann.begin_deletion(&plan.id).await, Err(Error::NoSuchPlan)));
        assert!(matches!(ann.job(&job.id).await, Err(Error::NoSuchJob)));
        assert!(matches!(ann.job_items(&job.id, 0, 10).await, Err(Error::NoSuchJob)));
        assert!(matches!(ann.stop_job(&job.id).await, Err(Error::NoSuchJob)));
        assert!(matches!(ann.restore(&[entry], false).await, Err(Error::NotInTrash)));
        assert!(matches!(ann.restore_job(&job.id, false).await, Err(Error::NotInTrash)));
        assert!(ann.jobs(10).await.unwrap().is_empty() && ann.trash(None, 10).await.unwrap().is_empty());
        assert!(ann.trash(Some(&job.id), 10).await.unwrap().is_empty());
        assert_eq!(ann.audit(&AuditFilter::default(), None, 100).await.unwrap(), []);
        assert_eq!(ann.audit_length().await.unwrap(), 0);
        // Their own deeds they see, and nobody else's.
        ann.plan_deletion(ID, &name(SEEN), &selected("0.9.0")).await.unwrap();
        let audit = ann.audit(&AuditFilter::default(), None, 100).await.unwrap();
        assert!(!audit.is_empty() && audit.iter().all(|it| it.actor.name == "local:ann"), "{audit:?}");
        assert_eq!(ann.audit_length().await.unwrap(), audit.len());
    }

    async fn a_viewer_looks_and_changes_nothing(kind: Backend) {
        let registry = registry_with(&[SEEN]).await;
        let database = Database::new(kind);
        let all = everything(&database, &registry.url()).await;
        let seen = name(SEEN);
        let plan = all.plan_deletion(ID, &seen, &selected("0.9.0")).await.unwrap();
        let ann = all.on_behalf_of(in_seen(Role::Viewer));
        let needs = |result: Result<String, Error>, role: Role| match result {
            Err(Error::RoleNeeded { role: needed, .. }) => assert_eq!(needed, role),
            other => panic!("{other:?}"),
        };
        needs(ann.plan_deletion(ID, &seen, &selected("0.9.0")).await.map(|it| it.id), Role::Maintainer);
        needs(ann.begin_deletion(&plan.id).await.map(|it| it.id), Role::Maintainer);
        assert_eq!(ann.deletion_plan(&plan.id).await.unwrap().id, plan.id);
        let job = all.begin_deletion(&plan.id).await.unwrap();
        all.job_ended(&job.id).await.unwrap();
        needs(ann.stop_job(&job.id).await.map(|it| it.id), Role::Maintainer);
        let entry = all.trash(None, 10).await.unwrap()[0].id;
        needs(ann.restore(&[entry], true).await.map(|_| String::new()), Role::Maintainer);
        needs(ann.restore_job(&job.id, true).await.map(|_| String::new()), Role::Maintainer);
        needs(ann.begin_scan(ID, None).await.map(|()| String::new()), Role::Maintainer);
        needs(ann.scan(ID, None).await.map(|_| String::new()), Role::Maintainer);
        needs(ann.grants().await.map(|_| String::new()), Role::Administrator);
        needs(ann.give(&"viewer everyone **".parse().unwrap()).await.map(|_| String::new()), Role::Administrator);
        needs(ann.take_back(1).await.map(|_| String::new()), Role::Administrator);
        // Being a maintainer is not enough to say who may do what, and refusals are written down.
        let bob = all.on_behalf_of(person(Role::Maintainer, "**"));
        needs(bob.give(&"administrator local:bob **".parse().unwrap()).await.map(|_| String::new()), Role::Administrator);
        let refused = AuditFilter { action: "refuse".to_owned(), ..AuditFilter::default() };
        let refused = all.audit(&refused, None, 10).await.unwrap();
        assert!(refused.len() >= 4 && refused.iter().all(|it| it.actor.name == "local:ann"), "{refused:?}");
    }

    async fn whoever_has_not_signed_in_is_told_nothing(kind: Backend) {
        let registry = registry_with(&[SEEN]).await;
        let database = Database::new(kind);
        let all = everything(&database, &registry.url()).await;
        let stranger = all.on_behalf_of(Caller::anonymous("192.0.2.9".to_owned(), Rights::default()));
        let seen = name(SEEN);
        assert_eq!(stranger.registries().count(), 0);
        assert!(matches!(stranger.registry(ID), Err(Error::SignInNeeded)));
        assert!(matches!(stranger.registry("no.such"), Err(Error::SignInNeeded)), "nor which registries there are");
        assert!(matches!(stranger.repositories(ID, &RepositoryQuery::default()).await, Err(Error::SignInNeeded)));
        assert!(matches!(stranger.select_tags(ID, &seen, &TagSelection::default()).await, Err(Error::SignInNeeded)));
        assert!(matches!(stranger.search("a", 10).await, Err(Error::SignInNeeded)));
        assert!(matches!(stranger.jobs(10).await, Err(Error::SignInNeeded)));
        assert!(matches!(stranger.trash(None, 10).await, Err(Error::SignInNeeded)));
        assert!(matches!(stranger.audit(&AuditFilter::default(), None, 10).await, Err(Error::SignInNeeded)));
        assert!(matches!(stranger.deletion_plan("x").await, Err(Error::SignInNeeded)));
        assert!(matches!(stranger.job("x").await, Err(Error::SignInNeeded)));
        assert!(matches!(stranger.sessions().await, Err(Error::SignInNeeded)));
        assert!(matches!(stranger.api_tokens().await, Err(Error::SignInNeeded)));
        assert!(matches!(stranger.grants().await, Err(Error::SignInNeeded)));
    }

    async fn events_of_what_may_not_be_seen_are_not_heard(kind: Backend) {
        let registry = registry_with(&[SEEN, HIDDEN]).await;
        let database = Database::new(kind);
        let all = everything(&database, &registry.url()).await;
        let ann = all.on_behalf_of(in_seen(Role::Viewer));
        let before = all.last_event();
        let mut heard = ann.events(None).await;
        for repository in [HIDDEN, SEEN] {
            all.scan(ID, Some(&name(repository))).await.unwrap();
        }
        let is_end = |event: &Event| matches!(event, Event::Scan(scan) if scan.finished.is_some());
        loop {
            let event = heard.next().await.unwrap().event;
            assert_eq!(event.repository(), Some(&name(SEEN)), "{event:?}");
            if is_end(&event) {
                break;
            }
        }
        let missed = |engine: Engine| async move { engine.events(Some(before)).await.missed };
        let of = |repository: &RepositoryName, all: &[engine::Numbered]| {
            all.iter().filter(|it| it.event.repository() == Some(repository)).count()
        };
        assert!(of(&name(HIDDEN), &missed(all.clone()).await) > 0);
        assert_eq!(of(&name(HIDDEN), &missed(ann.clone()).await), 0);
        assert!(of(&name(SEEN), &missed(ann.clone()).await) > 0);
    }

    async fn a_rule_deletes_no_more_than_one_may(kind: Backend) {
        let registry = registry_with(&[SEEN, HIDDEN]).await;
        let database = Database::new(kind);
        let all = everything(&database, &registry.url()).await;
        let ann = all.on_behalf_of(in_seen(Role::Maintainer));
        let everything = DeletionTarget { rule: Some(CleanupRule::Everything), ..DeletionTarget::default() };
        is_unknown(ann.plan_deletion(ID, &name(HIDDEN), &everything).await.map(|it| it.id));
        let plan = ann.plan_deletion(ID, &name(SEEN), &everything).await.unwrap();
        let job = ann.begin_deletion(&plan.id).await.unwrap();
        assert_eq!(ann.job_ended(&job.id).await.unwrap().actor.name, "local:ann");
        let left = all.select_tags(ID, &name(HIDDEN), &TagSelection::default()).await.unwrap();
        assert!(left.matched > 0 && all.select_tags(ID, &name(SEEN), &TagSelection::default()).await.unwrap().matched == 0);
    }
}
