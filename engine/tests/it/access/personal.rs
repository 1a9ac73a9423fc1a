//! Whoever signs in at a registry sees and does what that registry lets them.

use engine::{
    Caller, DeletionPolicy, Engine, Error, Identity, RegistryCredentials, RepositoryQuery, TagSelection, Way,
};
use registry::client::{CatalogMode, ClientConfig, Credentials, Secret};
use testbed::Distribution;
use testbed::samples;
use testbed::token_server::{self, TokenServer};

use super::{is_unknown, selected};
use crate::support::{Backend, Database, ID, engine_with, name, on_both, registry_with};

/// Outside `team/…`, where one of the accounts may not pull.
const OUTSIDE: &str = samples::NO_DATE;

/// A registry that demands tokens, and an engine with an account that may do everything.
async fn guarded(database: &Database) -> (TokenServer, Distribution, Distribution, Engine) {
    guarded_with(database, CatalogMode::Full).await
}

/// The same with repositories from elsewhere.
async fn guarded_with(
    database: &Database,
    catalog: CatalogMode,
) -> (TokenServer, Distribution, Distribution, Engine) {
    let tokens = TokenServer::builder().start().unwrap();
    let open = registry_with(&[samples::CLI, OUTSIDE]).await;
    let builder = Distribution::builder().delete(true).token_auth(&tokens);
    let registry = builder.root(open.storage()).start().await.unwrap();
    let admin = token_server::ADMIN;
    let mut client = ClientConfig::new(registry.url().parse().unwrap());
    client.credentials =
        Credentials::Basic { username: admin.user.to_owned(), password: Secret::new(admin.password) };
    client.catalog = catalog;
    let policy = DeletionPolicy { enabled: true, ..DeletionPolicy::default() };
    let engine = engine_with(client, database).with_deletion(policy);
    engine.scan(ID, None).await.unwrap();
    (tokens, open, registry, engine)
}

fn credentials(of: token_server::Credentials) -> RegistryCredentials {
    RegistryCredentials {
        registry: ID.to_owned(),
        username: of.user.to_owned(),
        password: Secret::new(of.password),
    }
}

async fn signed_in(engine: &Engine, of: token_server::Credentials) -> Engine {
    let credentials = credentials(of);
    assert!(engine.registry_takes(&credentials).await.unwrap());
    let identity = Identity::new(Way::Registry, &format!("{ID}/{}", of.user)).unwrap();
    let rights = engine.rights_of(Some(&identity)).await.unwrap();
    let caller = Caller::person(identity, "192.0.2.7".to_owned(), rights);
    engine.on_behalf_of(Caller { credentials: Some(credentials), ..caller })
}

on_both! {
    async fn the_registry_says_who_sees_what(kind: Backend) {
        let database = Database::new(kind);
        let (_tokens, _open, _registry, engine) = guarded(&database).await;
        let (inside, outside) = (name(samples::CLI), name(OUTSIDE));
        let team = signed_in(&engine, token_server::TEAM).await;
        assert!(team.select_tags(ID, &inside, &TagSelection::default()).await.unwrap().matched > 0);
        is_unknown(team.select_tags(ID, &outside, &TagSelection::default()).await.map(|it| it.matched));
        is_unknown(team.image(ID, &outside, &"latest".parse().unwrap()).await.map(|it| it.summary.size));
        let hits = team.search("a", 100).await.unwrap();
        assert!(hits.iter().all(|it| it.repository.as_str().starts_with("team/")), "{hits:?}");
        let facts = team.repository_facts(ID, &[inside.clone(), outside.clone()]).await.unwrap();
        assert_eq!(facts.iter().map(|it| &it.name).collect::<Vec<_>>(), [&inside]);
        let sums = team.namespace_sums(ID, &[String::new()]).await.unwrap();
        assert_eq!(sums[0].n_repositories, 1, "what the registry does not let them see counts for nothing");
        assert!(team.scans(ID, 10).await.unwrap().iter().all(|it| it.repository.is_some()));
        assert!(matches!(team.begin_scan(ID, None).await, Err(Error::RoleNeeded { .. })));
        // The registry does not list its repositories to them.
        let catalog = team.repositories(ID, &RepositoryQuery::default()).await.unwrap();
        assert_eq!((catalog.names, catalog.total), (Vec::new(), 0));
        let reader = signed_in(&engine, token_server::READER).await;
        assert_eq!(reader.repositories(ID, &RepositoryQuery::default()).await.unwrap().total, 2);
        assert!(reader.select_tags(ID, &outside, &TagSelection::default()).await.unwrap().matched > 0);
    }

    async fn of_a_given_list_the_registry_says_who_sees_what(kind: Backend) {
        let listed = vec![name(samples::CLI), name(OUTSIDE), name("team/unknown")];
        let database = Database::new(kind);
        let (_tokens, _open, _registry, engine) =
            guarded_with(&database, CatalogMode::Listed(listed.clone())).await;
        let seen = async |engine: &Engine| {
            engine.repositories(ID, &RepositoryQuery::default()).await.unwrap().names
        };
        let mut all = listed;
        all.sort_unstable();
        assert_eq!(seen(&engine).await, all);
        let team = signed_in(&engine, token_server::TEAM).await;
        assert_eq!(seen(&team).await, [name(samples::CLI), name("team/unknown")]);
        assert_eq!(seen(&signed_in(&engine, token_server::READER).await).await, all);
    }

    async fn the_registry_says_who_deletes(kind: Backend) {
        let database = Database::new(kind);
        let (_tokens, _open, _registry, engine) = guarded(&database).await;
        let cli = name(samples::CLI);
        for of in [token_server::READER, token_server::TEAM] {
            let plan = signed_in(&engine, of).await.plan_deletion(ID, &cli, &selected("0.9.0")).await;
            assert!(matches!(plan, Err(Error::RoleNeeded { .. })), "{plan:?}");
        }
        let admin = signed_in(&engine, token_server::ADMIN).await;
        let plan = admin.plan_deletion(ID, &cli, &selected("0.9.0")).await.unwrap();
        let job = admin.begin_deletion(&plan.id).await.unwrap();
        let job = admin.job_ended(&job.id).await.unwrap();
        let stopped = signed_in(&engine, token_server::READER).await.stop_job(&job.id).await;
        assert!(matches!(stopped, Err(Error::RoleNeeded { .. })), "{stopped:?}");
        assert_eq!((job.error, job.actor.name.as_str()), (None, "registry:r/admin"));
    }

    async fn wrong_credentials_and_those_that_nobody_checks_are_not_taken(kind: Backend) {
        let database = Database::new(kind);
        let (_tokens, _open, mut registry, engine) = guarded(&database).await;
        for (username, password) in [("admin", "wrong"), ("nobody", "admin-password"), ("", "")] {
            let wrong = RegistryCredentials {
                registry: ID.to_owned(),
                username: username.to_owned(),
                password: Secret::new(password),
            };
            assert!(!engine.registry_takes(&wrong).await.unwrap(), "{username}");
        }
        registry.stop();
        assert!(engine.registry_takes(&credentials(token_server::ADMIN)).await.is_err());
        let open = Distribution::builder().start().await.unwrap();
        let engine = engine_with(ClientConfig::new(open.url().parse().unwrap()), &Database::new(kind));
        assert!(!engine.registry_takes(&credentials(token_server::ADMIN)).await.unwrap());
    }
}
