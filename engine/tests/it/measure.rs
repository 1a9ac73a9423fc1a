//! Not tests: figures, for those who change the store. `cargo test --release -p engine measure -- --ignored --nocapture`

use std::time::{Duration, Instant};

use engine::{TagSelection, TagSort};
use futures::{StreamExt, stream};
use registry::client::{Client, ClientConfig};
use registry::{Reference, Tag};
use testbed::{Distribution, seed};

use crate::support::{Backend, Database, ID, engine_for, engine_on, name, on_both, rows};

const REPOSITORY: &str = "bulk/many";
const CLIENTS: usize = 16;

fn tags_wanted() -> usize {
    std::env::var("MEASURE_TAGS").ok().and_then(|it| it.parse().ok()).unwrap_or(10_000)
}

/// The time of one request for each tag, with nothing done with it.
async fn bare(url: &str, with_bodies: bool) -> Duration {
    let client = Client::new(ClientConfig::new(url.parse().unwrap())).unwrap();
    let repository = name(REPOSITORY);
    let began = Instant::now();
    let tags: Vec<Tag> = client.tags(&repository).await.unwrap();
    let (client, repository) = (&client, &repository);
    stream::iter(tags)
        .for_each_concurrent(64, |tag| async move {
            let reference = Reference::Tag(tag);
            if !with_bodies {
                client.head_manifest(repository, &reference).await.unwrap();
                return;
            }
            let manifest = client.manifest(repository, &reference).await.unwrap();
            let json: serde_json::Value = serde_json::from_slice(&manifest.bytes).unwrap();
            let config = json["config"]["digest"].as_str().unwrap().parse().unwrap();
            client.blob(repository, &config, 1 << 20).await.unwrap();
        })
        .await;
    began.elapsed()
}

async fn pages(url: &str, database: &Database, n_tags: usize) {
    let engine = engine_on(url, database);
    for sort in [TagSort::Name, TagSort::Created, TagSort::Size, TagSort::Platforms, TagSort::Pushed] {
        for (descending, page) in [(true, 1), (false, 1), (true, n_tags / 200)] {
            let selection = TagSelection { sort, descending, page, per_page: 100, ..TagSelection::default() };
            measure(&engine, &format!("{sort:?} descending={descending} page={page}"), &selection).await;
        }
    }
    let of = |q: &str| TagSelection { q: q.to_owned(), per_page: 100, ..TagSelection::default() };
    measure(&engine, "part of a name", &of(".17.")).await;
    measure(&engine, "regular expression", &of(r"/\.17\.\d$/")).await;
    let arm = TagSelection { platform: "linux/arm64".into(), per_page: 100, ..TagSelection::default() };
    measure(&engine, "platform", &arm).await;
    let began = Instant::now();
    let n = engine.search("1.17", 50).await.unwrap().len();
    println!("  search: {n} hits in {:?}", began.elapsed());
}

async fn measure(engine: &engine::Engine, what: &str, selection: &TagSelection) {
    let repository = name(REPOSITORY);
    let (repository, looks) = (&repository, CLIENTS * 12);
    let mut times: Vec<Duration> = stream::iter(0..looks)
        .map(|_| async move {
            let began = Instant::now();
            rows(engine.select_tags(ID, repository, selection).await.unwrap()).await;
            began.elapsed()
        })
        .buffer_unordered(CLIENTS)
        .collect()
        .await;
    times.sort_unstable();
    println!("  {what}: median {:?}, 99th {:?}", times[looks / 2], times[looks * 99 / 100]);
}

on_both! {
    #[ignore = "takes minutes"]
    async fn figures(kind: Backend) {
        let n_tags = tags_wanted();
        let registry = Distribution::builder().start().await.unwrap();
        seed::tags(&registry.url(), REPOSITORY, n_tags).await.unwrap();
        let url = registry.url();
        println!("{kind:?}, {n_tags} tags");
        println!("  bare HEAD: {:?}, bare GET: {:?}", bare(&url, false).await, bare(&url, true).await);
        let engine = engine_for(&url, kind);
        for what in ["first", "second", "third"] {
            let began = Instant::now();
            assert!(engine.scan(ID, Some(&name(REPOSITORY))).await.unwrap());
            println!("  {what} scan: {:?}", began.elapsed());
        }
        println!("  bare HEAD: {:?}, bare GET: {:?}", bare(&url, false).await, bare(&url, true).await);
        if kind == Backend::Sqlite {
            engine.store().close().await;
            let bytes = std::fs::metadata(engine.database.address()).unwrap().len();
            println!("  {} bytes a tag", bytes / n_tags as u64);
        }
        pages(&url, &engine.database, n_tags).await;
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        println!("  {}", status.lines().find(|it| it.starts_with("VmRSS")).unwrap());
    }
}
