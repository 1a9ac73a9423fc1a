//! Repositories that are listed by the configuration, lie in some namespaces, or are told by a vendor.

use engine::{CatalogSource, Engine, Error, RepositoryQuery};
use registry::client::{CatalogMode, ClientConfig, Vendor, VendorList};
use registry::fake::{Answer, Fake};
use serde_json::json;
use testbed::samples;

use crate::support::{Backend, Database, ID, engine_with, name, on_both, query, registry_with, rows};

fn config(url: &str, catalog: CatalogMode) -> ClientConfig {
    ClientConfig { catalog, ..ClientConfig::new(url.parse().unwrap()) }
}

fn listed(names: &[&str]) -> CatalogMode {
    CatalogMode::Listed(names.iter().map(|it| name(it)).collect())
}

async fn names(engine: &Engine) -> Vec<String> {
    let catalog = engine.repositories(ID, &RepositoryQuery::default()).await.unwrap();
    assert!(catalog.complete);
    catalog.names.iter().map(ToString::to_string).collect()
}

on_both! {
    async fn what_is_listed_is_shown_whether_it_is_there_or_not(kind: Backend) {
        let registry = registry_with(&[samples::CLI, samples::WEBAPP]).await;
        let database = Database::new(kind);
        let engine = engine_with(config(&registry.url(), listed(&[samples::CLI, "no/such"])), &database);
        assert_eq!(names(&engine).await, ["no/such", samples::CLI]);
        assert_eq!(engine.catalog_source(ID).unwrap(), CatalogSource::Configuration);
        assert!(engine.scan(ID, None).await.unwrap());
        let facts = engine.repository_facts(ID, &[name("no/such"), name(samples::CLI)]).await.unwrap();
        let n_tags: Vec<_> = facts.iter().map(|it| it.n_tags).collect();
        assert_eq!(n_tags[0], Some(0), "it is asked about, and nothing is in it");
        assert!(n_tags[1] > Some(0));
        // A repository that nobody lists can be opened by its name, and is not scanned away.
        let other = engine.tags(ID, &name(samples::WEBAPP), &query()).await.unwrap();
        assert!(!rows(other).await.is_empty());
        engine.scan(ID, None).await.unwrap();
        assert_eq!(names(&engine).await, ["no/such", samples::CLI]);
        assert!(!rows(engine.tags(ID, &name(samples::WEBAPP), &query()).await.unwrap()).await.is_empty());
        // What is listed no more goes, and the rest keeps what is known of it.
        let again = engine_with(config(&registry.url(), listed(&[samples::CLI])), &database);
        again.refresh_catalog(ID).await.unwrap();
        assert_eq!(names(&again).await, [samples::CLI]);
        assert_eq!(again.repository_facts(ID, &[name(samples::CLI)]).await.unwrap()[0].n_tags, n_tags[1]);
    }
}

on_both! {
    async fn only_some_namespaces_are_scanned(kind: Backend) {
        let registry = registry_with(&[samples::CLI, samples::WEBAPP, samples::NO_DATE]).await;
        let prefixes = vec![name("team")];
        let mode = CatalogMode::Prefixes(prefixes.clone());
        let database = Database::new(kind);
        let engine = engine_with(config(&registry.url(), mode), &database);
        assert!(engine.scan(ID, None).await.unwrap());
        assert_eq!(names(&engine).await, [samples::CLI, samples::WEBAPP]);
        assert_eq!(engine.catalog_source(ID).unwrap(), CatalogSource::Below(prefixes));
        let sums = engine.namespace_sums(ID, &[String::new()]).await.unwrap();
        assert_eq!((sums[0].n_repositories, sums[0].n_scanned), (2, 2));
    }
}

on_both! {
    async fn what_a_vendor_does_not_tell_to_the_end_takes_nothing_away(kind: Backend) {
        let fake = Fake::start().await;
        let list = "/api/v2.0/repositories";
        fake.on("GET", list, Answer::json(&json!([{ "name": "team/api" }, { "name": "team/web" }])));
        let mode = CatalogMode::Vendor(VendorList::new(Vendor::Harbor, Vec::new()));
        let database = Database::new(kind);
        let engine = engine_with(config(fake.url().as_str(), mode), &database);
        assert_eq!(names(&engine).await, ["team/api", "team/web"]);
        assert_eq!(engine.catalog_source(ID).unwrap(), CatalogSource::Vendor(Vendor::Harbor));
        let next = r#"</api/v2.0/repositories?page=2&page_size=100>; rel="next""#;
        fake.script("GET", list, move |seen| match seen.query.contains("page=2") {
            true => Answer::json(&json!({ "errors": [{ "code": "FORBIDDEN" }] })).with_status(403),
            false => Answer::json(&json!([{ "name": "team/api" }])).header("link", next),
        });
        let error = engine.refresh_catalog(ID).await.unwrap_err();
        let refused = registry::Error::CatalogRefused { host: fake.host(), status: 403, message: "Forbidden".to_owned() };
        assert!(matches!(&error, Error::Registry(it) if *it == refused), "{error:?}");
        assert_eq!(names(&engine).await, ["team/api", "team/web"]);
        fake.on("GET", list, Answer::json(&json!([{ "name": "team/api" }])));
        engine.refresh_catalog(ID).await.unwrap();
        assert_eq!(names(&engine).await, ["team/api"]);
    }
}
