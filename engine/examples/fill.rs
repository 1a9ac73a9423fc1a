//! Fills a new inventory with tags and repositories by the thousand, without a registry; for the bench.
//!
//! `cargo run --release -p engine --example fill -- stowage.db ID URL REPOSITORY TAGS REPOSITORIES`
//!
//! The rows are those that a scan would write of what `testbed seed` pushes: one repository of many tags, each on an
//! image of its own, and many repositories of one tag, all on images that are alike. They are written by statements of
//! its own, because the product learns what it stores from registries only.

use std::error::Error;
use std::path::Path;

use engine::{Store, StoreLocation};
use jiff::{SignedDuration, Timestamp};
use registry::tag_order;
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, QueryBuilder, Sqlite, SqliteConnection};

type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

/// How many rows one statement writes.
const AT_ONCE: usize = 256;
/// Bytes of the layers that all images share; the first is the blob of number 1.
const LAYERS: [i64; 3] = [91_000, 41_000, 12_500];
/// Bytes of a manifest.
const MANIFEST: i64 = 780;
/// The architectures of the images; the first makes the set of platforms of number 1.
const ARCHITECTURES: [&str; 2] = ["amd64", "arm64"];
/// The images are spread over two years, in hours.
const HOURS: i64 = 17_520;

#[tokio::main]
async fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, id, url, repository, n_tags, n_repositories] = &arguments[..] else {
        return Err("expected: FILE ID URL REPOSITORY TAGS REPOSITORIES".into());
    };
    // The schema is made as the product makes it.
    let store = Store::new(StoreLocation::File(file.into()));
    store.ready().await?;
    store.close().await;
    let options = SqliteConnectOptions::new().filename(Path::new(file));
    // Images are dated to the second.
    let now = Timestamp::from_second(Timestamp::now().as_second())?;
    let mut fill = Fill { connection: SqliteConnection::connect_with(&options).await?, now };
    sqlx::query("BEGIN").execute(&mut fill.connection).await?;
    fill.all(id, url, repository, n_tags.parse()?, n_repositories.parse()?).await?;
    sqlx::query("COMMIT").execute(&mut fill.connection).await?;
    fill.connection.close().await?;
    Ok(())
}

/// A repository of so many tags.
struct Repository {
    id: i64,
    name: String,
    n_tags: i64,
}

/// A tag and the manifest that it is on; both have the same number.
struct Tag {
    id: i64,
    repository: i64,
    name: String,
    image: Image,
}

/// An image; those of the same number are alike.
#[derive(Clone, Copy)]
struct Image(i64);

struct Fill {
    connection: SqliteConnection,
    now: Timestamp,
}

impl Fill {
    async fn all(
        &mut self,
        id: &str,
        url: &str,
        repository: &str,
        n_tags: i64,
        n_repositories: i64,
    ) -> Result {
        let sql = "INSERT INTO registries (id, name, url, catalog_at) VALUES (1, $1, $2, $3)";
        let query = sqlx::query(sql).bind(id).bind(url).bind(self.now.as_millisecond());
        query.execute(&mut self.connection).await?;
        for (index, architecture) in (1_i64..).zip(ARCHITECTURES) {
            let sql = "INSERT INTO platform_sets (id, platforms) VALUES ($1, $2)";
            let query = sqlx::query(sql).bind(index).bind(format!("linux/{architecture}"));
            query.execute(&mut self.connection).await?;
        }
        let layers = (0..).zip(LAYERS).map(|(index, size)| (index + 1, digest("layer", index), size));
        let configs =
            (0..n_tags).map(Image).map(|it| (it.config(), digest("config", it.0), it.config_size()));
        self.blobs(layers.chain(configs)).await?;

        let large = Repository { id: 1, name: repository.to_owned(), n_tags };
        let small = (0..n_repositories).map(|number| Repository {
            id: 2 + number,
            name: format!("bulk/group-{:03}/app-{number:05}", number / 100),
            n_tags: 1,
        });
        self.repositories([large].into_iter().chain(small)).await?;

        let versions = (0..n_tags).map(|number| Tag {
            id: 1 + number,
            repository: 1,
            name: format!("1.{}.{}", number / 100, number % 100),
            image: Image(number),
        });
        let latest = (0..n_repositories).map(|number| Tag {
            id: 1 + n_tags + number,
            repository: 2 + number,
            name: "latest".to_owned(),
            image: Image(0),
        });
        let mut tags = versions.chain(latest).peekable();
        while tags.peek().is_some() {
            let some: Vec<Tag> = tags.by_ref().take(AT_ONCE).collect();
            self.manifests(&some).await?;
            self.tags(&some).await?;
        }
        Ok(())
    }

    /// Blobs by their numbers, digests and sizes.
    async fn blobs(&mut self, blobs: impl Iterator<Item = (i64, Vec<u8>, i64)>) -> Result {
        let mut blobs = blobs.peekable();
        while blobs.peek().is_some() {
            let rows = blobs.by_ref().take(AT_ONCE);
            let mut insert = QueryBuilder::<Sqlite>::new("INSERT INTO blobs (id, digest, size) ");
            insert.push_values(rows, |mut row, (id, digest, size)| {
                row.push_bind(id).push_bind(digest).push_bind(size);
            });
            insert.build().execute(&mut self.connection).await?;
        }
        Ok(())
    }

    async fn repositories(&mut self, repositories: impl Iterator<Item = Repository>) -> Result {
        let now = self.now.as_millisecond();
        let newest = Image(0).created(self.now).as_millisecond();
        let mut repositories = repositories.peekable();
        while repositories.peek().is_some() {
            let mut insert = QueryBuilder::<Sqlite>::new(
                "INSERT INTO repositories (id, registry_id, name, in_catalog, n_tags, size, last_pushed, listed_at, \
                 scanned_at) ",
            );
            insert.push_values(repositories.by_ref().take(AT_ONCE), |mut row, it| {
                let configs: i64 = (0..it.n_tags).map(|number| Image(number).config_size()).sum();
                row.push_bind(it.id)
                    .push_bind(1_i64)
                    .push_bind(it.name)
                    .push_bind(1_i64)
                    .push_bind(it.n_tags);
                row.push_bind(LAYERS.iter().sum::<i64>() + configs);
                row.push_bind(newest).push_bind(now).push_bind(now);
            });
            insert.build().execute(&mut self.connection).await?;
        }
        Ok(())
    }

    async fn manifests(&mut self, tags: &[Tag]) -> Result {
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO manifests (id, repository_id, digest, settled, bytes, labels, summary) ",
        );
        insert.push_values(tags, |mut row, Tag { id, repository, image, .. }| {
            row.push_bind(id).push_bind(repository).push_bind(digest("manifest", image.0));
            row.push_bind(1_i64).push_bind(MANIFEST);
            row.push_bind(format!("org.opencontainers.image.revision={:040x}", image.0));
            row.push_bind(image.summary(self.now));
        });
        insert.build().execute(&mut self.connection).await?;
        let mut insert =
            QueryBuilder::<Sqlite>::new("INSERT INTO manifest_blobs (manifest_id, position, blob_id) ");
        let blobs = tags.iter().flat_map(|tag| {
            let blobs = [tag.image.config(), 1, 2, 3];
            (0_i64..).zip(blobs).map(|(position, blob)| (tag.id, position, blob))
        });
        insert.push_values(blobs, |mut row, (manifest, position, blob)| {
            row.push_bind(manifest).push_bind(position).push_bind(blob);
        });
        insert.build().execute(&mut self.connection).await?;
        Ok(())
    }

    async fn tags(&mut self, tags: &[Tag]) -> Result {
        let now = self.now.as_millisecond();
        let mut insert = QueryBuilder::<Sqlite>::new(
            "INSERT INTO tags (id, repository_id, name, sort_key, manifest_id, kind, state, created, size, platforms, \
             pushed_at, seen_at) ",
        );
        insert.push_values(tags, |mut row, Tag { id, repository, name, image }| {
            let created = image.created(self.now);
            row.push_bind(id).push_bind(repository).push_bind(name).push_bind(tag_order::sort_key(name));
            // An image, with which nothing is wrong.
            row.push_bind(id).push_bind(1_i64).push_bind(0_i64);
            row.push_bind(created.as_microsecond()).push_bind(image.size());
            row.push_bind((1 << 32) | (1 + image.0 % 2));
            // Some were pushed while the registry was watched, which is what makes the column appear.
            row.push_bind((image.0 % 3 == 0).then(|| created.as_millisecond())).push_bind(now);
        });
        insert.build().execute(&mut self.connection).await?;
        Ok(())
    }
}

impl Image {
    /// The number of its configuration among the blobs, which comes after the layers.
    fn config(self) -> i64 {
        4 + self.0
    }

    fn config_size(self) -> i64 {
        900 + self.0 % 400
    }

    fn size(self) -> i64 {
        LAYERS.iter().sum::<i64>() + self.config_size()
    }

    fn created(self, now: Timestamp) -> Timestamp {
        // A prime, so that the newest is not the last.
        now - SignedDuration::from_hours(self.0 * 7_919 % HOURS)
    }

    /// The text that `store/compact.rs` writes of such an image.
    fn summary(self, now: Timestamp) -> String {
        let architecture = if self.0 % 2 == 0 { ARCHITECTURES[0] } else { ARCHITECTURES[1] };
        format!(
            r#"{{"m":0,"k":1,"c":"{}","s":{},"p":[{{"o":"linux","a":"{architecture}"}}]}}"#,
            self.created(now),
            self.size()
        )
    }
}

/// A digest as `store/codec.rs` packs it: 1 for sha256, and the hash.
fn digest(what: &str, number: i64) -> Vec<u8> {
    [&[1], Sha256::digest(format!("{what} {number}")).as_slice()].concat()
}
