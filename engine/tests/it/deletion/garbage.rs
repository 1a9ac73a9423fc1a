//! What the registry's own garbage collector makes of it.

use registry::Reference;
use registry::client::{Client, ClientConfig};
use testbed::samples;

use super::{carry_out, database, deleting, plan, tags};
use crate::support::{ID, name, registry_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_advice_never_to_delete_untagged_is_right() {
    let registry = registry_with(&[samples::CLI]).await;
    let database = database();
    let engine = deleting(&registry.url(), &database);
    engine.scan(ID, None).await.unwrap();
    let (support, advice) = engine.collection_advice(ID, &name(samples::CLI)).await.unwrap().unwrap();
    assert!(support.is_distribution && !support.by_tag);
    assert!(advice.cautions.contains(&engine::Caution::NeverDeleteUntagged));
    let client = Client::new(ClientConfig::new(registry.url().parse().unwrap())).unwrap();
    let (cli, reference) = (name(samples::CLI), Reference::Tag("1.1.0".parse().unwrap()));
    let index = client.manifest(&cli, &reference).await.unwrap();
    let index: serde_json::Value = serde_json::from_slice(&index.bytes).unwrap();
    let child = Reference::Digest(index["manifests"][0]["digest"].as_str().unwrap().parse().unwrap());
    registry.garbage_collect(false).unwrap();
    assert!(client.manifest(&cli, &child).await.is_ok());
    registry.garbage_collect(true).unwrap();
    assert!(client.manifest(&cli, &reference).await.is_ok(), "the index is still there");
    assert!(client.manifest(&cli, &child).await.is_err(), "and a platform of it is not");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_collected_is_named_when_it_cannot_be_put_back() {
    let registry = registry_with(&[samples::ALPINE_LIKE]).await;
    let database = database();
    let engine = deleting(&registry.url(), &database);
    let alpine = name(samples::ALPINE_LIKE);
    let made = plan(&engine, &alpine, &tags(&["3.19"])).await.unwrap();
    let (job, _) = carry_out(&engine, &made).await;
    registry.garbage_collect(false).unwrap();
    let jobs = engine.restore_job(&job.id, false).await.unwrap();
    let (_, items) = super::ended(&engine, &jobs[0].id).await;
    let Some(engine::Why::Collected { digests }) = &items[0].why else { panic!("{items:?}") };
    assert!(!digests.is_empty());
    assert_eq!(engine.trash(None, 10).await.unwrap().len(), 1, "it is not forgotten for that");
}
