//! Tags and repositories by the thousand, for the bench.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};

use crate::error::Result;
use crate::push::Pusher;
use crate::samples::Clock;
use crate::samples::bulk::{self, Made};

/// How many images are pushed at a time.
const CONCURRENCY: usize = 24;

/// Pushes `count` single-platform images, each on a tag of its own (`1.0.0` and on), into one repository.
///
/// Their layers are shared, their configurations are not.
///
/// # Errors
/// When the registry cannot be reached or refuses.
pub async fn tags(url: &str, repository: &str, count: usize) -> Result<()> {
    let pusher = Pusher::new(url);
    push_layers(&pusher, repository).await?;
    let pusher = &pusher;
    each(count, |number| async move {
        let image = bulk::image(number, 0, Clock::FIXED);
        push(pusher, repository, &image, &tag(number)).await
    })
    .await
}

/// Pushes `count` indexes of two platforms each.
///
/// # Errors
/// When the registry cannot be reached or refuses.
pub async fn indexes(url: &str, repository: &str, count: usize) -> Result<()> {
    let pusher = Pusher::new(url);
    push_layers(&pusher, repository).await?;
    let pusher = &pusher;
    each(count, |number| async move {
        let children = [0, 1].map(|platform| bulk::image(number, platform, Clock::FIXED));
        for child in &children {
            push(pusher, repository, child, &child.digest).await?;
        }
        let index = bulk::index(&children);
        pusher.manifest(repository, &tag(number), bulk::INDEX, index).await
    })
    .await
}

/// Makes `count` repositories, `bulk/group-000/app-00000` and on, each with one tiny image on `latest`.
///
/// # Errors
/// When the registry cannot be reached or refuses.
pub async fn repositories(url: &str, count: usize) -> Result<()> {
    const FIRST: &str = "bulk/first";
    let pusher = Pusher::new(url);
    push_layers(&pusher, FIRST).await?;
    let image = bulk::image(0, 0, Clock::FIXED);
    push(&pusher, FIRST, &image, "latest").await?;
    let (pusher, image) = (&pusher, &image);
    each(count.saturating_sub(1), |number| async move {
        let repository = format!("bulk/group-{:03}/app-{number:05}", number / 100);
        let config = (image.config_digest.clone(), image.config.clone());
        for (digest, bytes) in bulk::layers().into_iter().chain([config]) {
            pusher.mount(&repository, FIRST, &digest, bytes).await?;
        }
        pusher.manifest(&repository, "latest", bulk::MANIFEST, image.manifest.clone()).await
    })
    .await
}

fn tag(number: usize) -> String {
    format!("1.{}.{}", number / 100, number % 100)
}

async fn push_layers(pusher: &Pusher, repository: &str) -> Result<()> {
    for (digest, bytes) in bulk::layers() {
        pusher.blob(repository, &digest, bytes).await?;
    }
    Ok(())
}

async fn push(pusher: &Pusher, repository: &str, image: &Made, reference: &str) -> Result<()> {
    let config: Bytes = image.config.clone();
    pusher.upload(repository, &image.config_digest, config).await?;
    pusher.manifest(repository, reference, bulk::MANIFEST, image.manifest.clone()).await
}

async fn each<F: Future<Output = Result<()>>>(count: usize, one: impl Fn(usize) -> F) -> Result<()> {
    stream::iter(0..count).map(one).buffer_unordered(CONCURRENCY).try_collect().await
}
