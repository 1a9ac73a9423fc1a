//! The requests of a scan or a deletion and nothing else, for the bench: what neither can be faster than.

use std::collections::BTreeSet;
use std::time::Instant;

use futures::{StreamExt, TryStreamExt, stream};
use reqwest::header::ACCEPT;
use reqwest::{Client, Method, Response};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::push::ACCEPT_ANY;

/// How long the requests took.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Took {
    /// Seconds for the list of tags; before deletions, also for finding out where they are.
    pub listing: f64,
    /// Seconds for all that came after it.
    pub looks: f64,
    /// How many requests came after the list.
    pub requests: usize,
}

/// Lists the tags of a repository, and asks where each of them is with one HEAD.
///
/// # Errors
/// When the registry cannot be reached or refuses.
pub async fn heads(url: &str, repository: &str, concurrency: usize) -> Result<Took> {
    let registry = &Registry::new(url, repository);
    registry
        .each_tag(concurrency, |tag| async move {
            registry.ask(Method::HEAD, &format!("manifests/{tag}")).await.map(|_| 1)
        })
        .await
}

/// Lists the tags of a repository, and reads the manifest and the configuration behind each of them with one GET each.
///
/// # Errors
/// When the registry cannot be reached or refuses, or where a tag is not that of an image.
pub async fn reads(url: &str, repository: &str, concurrency: usize) -> Result<Took> {
    let registry = &Registry::new(url, repository);
    registry
        .each_tag(concurrency, |tag| async move {
            let manifest = registry.ask(Method::GET, &format!("manifests/{tag}")).await?;
            let Manifest { config } = manifest.json().await?;
            registry.ask(Method::GET, &format!("blobs/{}", config.digest)).await?.bytes().await?;
            Ok(2)
        })
        .await
}

/// Finds out where each tag of a repository is, and then deletes each of these manifests, one after the other.
///
/// # Errors
/// When the registry cannot be reached or refuses.
pub async fn deletes(url: &str, repository: &str) -> Result<Took> {
    let registry = &Registry::new(url, repository);
    let began = Instant::now();
    let TagList { tags } = registry.ask(Method::GET, "tags/list").await?.json().await?;
    let mut digests = BTreeSet::new();
    for tag in tags {
        let head = registry.ask(Method::HEAD, &format!("manifests/{tag}")).await?;
        let digest = head.headers().get("docker-content-digest").and_then(|it| it.to_str().ok());
        digests.extend(digest.map(str::to_owned));
    }
    let listing = began.elapsed().as_secs_f64();
    let began = Instant::now();
    for digest in &digests {
        registry.ask(Method::DELETE, &format!("manifests/{digest}")).await?;
    }
    Ok(Took { listing, looks: began.elapsed().as_secs_f64(), requests: digests.len() })
}

#[derive(Deserialize)]
struct TagList {
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct Manifest {
    config: Descriptor,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
}

/// A repository, and the client that asks for it.
struct Registry {
    client: Client,
    /// The address that all of it lies below.
    url: String,
}

impl Registry {
    fn new(url: &str, repository: &str) -> Self {
        let client = crate::http::client().build().expect("the client needs nothing special");
        Self { client, url: format!("{}/v2/{repository}", url.trim_end_matches('/')) }
    }

    async fn ask(&self, method: Method, path: &str) -> Result<Response> {
        let request = self.client.request(method, format!("{}/{path}", self.url)).header(ACCEPT, ACCEPT_ANY);
        Ok(request.send().await?.error_for_status()?)
    }

    /// Lists the tags, and looks at each of them; `look` says how many requests that took.
    async fn each_tag<F: Future<Output = Result<usize>>>(
        &self,
        concurrency: usize,
        look: impl Fn(String) -> F,
    ) -> Result<Took> {
        let began = Instant::now();
        let TagList { tags } = self.ask(Method::GET, "tags/list").await?.json().await?;
        let listing = began.elapsed().as_secs_f64();
        let began = Instant::now();
        let looks = stream::iter(tags).map(look).buffer_unordered(concurrency.max(1));
        let requests = looks.try_fold(0, async |sum, n| Ok(sum + n)).await?;
        Ok(Took { listing, looks: began.elapsed().as_secs_f64(), requests })
    }
}
