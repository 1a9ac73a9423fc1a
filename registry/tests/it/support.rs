//! What all tests need.

use std::time::Duration;

use futures::TryStreamExt;
use registry::client::{Client, ClientConfig, Credentials, Secret};
use registry::fake::Fake;
use registry::{Digest, Error, Reference, RepositoryName, Tag};
use sha2::{Digest as _, Sha256, Sha512};
use url::Url;

/// The defaults, with pauses that tests do not notice.
pub(crate) fn config(url: Url) -> ClientConfig {
    ClientConfig { retry_pause: Duration::from_millis(1), ..ClientConfig::new(url) }
}

/// An anonymous client with the defaults.
pub(crate) fn client(fake: &Fake) -> Client {
    Client::new(config(fake.url())).unwrap()
}

/// A client that is `someone` with the password `s3cret`: `Basic c29tZW9uZTpzM2NyZXQ=`.
pub(crate) fn someone(fake: &Fake) -> Client {
    Client::new(ClientConfig { credentials: credentials("someone", "s3cret"), ..config(fake.url()) }).unwrap()
}

/// The header that [`someone`] sends.
pub(crate) const SOMEONE: &str = "Basic c29tZW9uZTpzM2NyZXQ=";

pub(crate) fn credentials(username: &str, password: &str) -> Credentials {
    Credentials::Basic { username: username.to_owned(), password: Secret::new(password) }
}

pub(crate) fn repository(name: &str) -> RepositoryName {
    name.parse().unwrap()
}

pub(crate) fn tag(name: &str) -> Reference {
    Reference::Tag(name.parse().unwrap())
}

pub(crate) fn by_digest(digest: &Digest) -> Reference {
    Reference::Digest(digest.clone())
}

pub(crate) fn sha256(content: impl AsRef<[u8]>) -> Digest {
    format!("sha256:{}", hex(&Sha256::digest(content))).parse().unwrap()
}

pub(crate) fn sha512(content: impl AsRef<[u8]>) -> Digest {
    format!("sha512:{}", hex(&Sha512::digest(content))).parse().unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The whole catalog, page by page.
pub(crate) async fn catalog(client: &Client) -> Result<Vec<Vec<String>>, Error> {
    let names = |page: Vec<RepositoryName>| page.into_iter().map(String::from).collect();
    client.catalog().map_ok(names).try_collect().await
}

pub(crate) fn names(tags: Vec<Tag>) -> Vec<String> {
    tags.into_iter().map(String::from).collect()
}
