//! Connections: one that writes and a few that read, or a few that do both.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::{BoxFuture, FutureExt};
use moka::future::Cache;
use sqlx::any::{AnyArguments, AnyConnectOptions, AnyPoolOptions, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Row};

use super::dialect::Dialect;
use super::platforms::Platforms;
use super::recent::Recent;
use super::sizes::PoolState;
use super::tag_page::Remembered;
use super::writing::{Writes, Writing};
use super::{Result, StoreError, StoreLocation, migrate};

/// How long one waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection that nobody uses is kept; each holds a cache and, for SQLite, a thread.
const IDLE: Duration = Duration::from_secs(60);
/// How many connections read a SQLite file at the same time.
const READERS: u32 = 4;
/// How many connections are made to a PostgreSQL server.
const CONNECTIONS: u32 = 8;
/// After which pause a database is opened again that another program is opening at the same time.
const PAUSE: Duration = Duration::from_millis(100);
/// How many numbers of blobs are remembered, so that base layers are not looked up for each image.
const BLOBS: u64 = 4096;

/// A statement with its parameters.
///
/// The functions that take one give boxed futures: those of the library are of types that the compiler cannot tell to
/// be `Send` within larger ones.
pub(super) type Statement<'q> = Query<'q, Any, AnyArguments<'q>>;

/// The opened database.
#[derive(Debug)]
pub(super) struct Database {
    pub(super) dialect: Dialect,
    readers: AnyPool,
    writer: AnyPool,
    pub(super) platforms: Platforms,
    /// The numbers of blobs by their packed digests.
    pub(super) blobs: Cache<Vec<u8>, i64>,
    /// Pages of tags, where no other process writes.
    pub(super) remembered: Option<Remembered>,
    /// The same for what is asked with every page.
    pub(super) recent: Option<Recent>,
    writes: Arc<Writes>,
}

impl Database {
    pub(super) async fn open(location: &StoreLocation) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let deadline = Instant::now() + PATIENCE;
        loop {
            match Self::try_open(location).await {
                Err(StoreError::Locked) if Instant::now() < deadline => {}
                result => return result,
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn try_open(location: &StoreLocation) -> Result<Self> {
        let (dialect, address) = match location {
            StoreLocation::File(path) => (Dialect::Sqlite, Cow::Owned(file_address(path)?)),
            StoreLocation::Postgres(address) => (Dialect::Postgres, Cow::Borrowed(address.expose())),
        };
        let options = address.parse::<AnyConnectOptions>()?.disable_statement_logging();
        // A pool would go on trying and forget why it cannot connect.
        let mut first = options.connect().await?;
        greet(&mut first, dialect, true).await?;
        first.close().await?;
        let writers = if dialect == Dialect::Sqlite { 1 } else { CONNECTIONS };
        let writer = pool(dialect, true, writers).connect_lazy_with(options.clone());
        let readers = match dialect {
            Dialect::Sqlite => pool(dialect, false, READERS).connect_lazy_with(options),
            Dialect::Postgres => writer.clone(),
        };
        let database = Self {
            dialect,
            readers,
            writer,
            platforms: Platforms::default(),
            blobs: Cache::new(BLOBS),
            remembered: (dialect == Dialect::Sqlite).then(Remembered::default),
            recent: (dialect == Dialect::Sqlite).then(Recent::default),
            writes: Arc::default(),
        };
        migrate::up(&database).await?;
        database.platforms.load(&database).await?;
        Ok(database)
    }

    /// All rows of a query.
    pub(super) fn all<'q>(&'q self, query: Statement<'q>) -> BoxFuture<'q, Result<Vec<AnyRow>>> {
        async move { Ok(query.fetch_all(&mut *self.readers.acquire().await?).await?) }.boxed()
    }

    /// The only row of a query.
    pub(super) fn one<'q>(&'q self, query: Statement<'q>) -> BoxFuture<'q, Result<AnyRow>> {
        async move { Ok(query.fetch_one(&mut *self.readers.acquire().await?).await?) }.boxed()
    }

    /// The only row of a query, if it has one.
    pub(super) fn optional<'q>(&'q self, query: Statement<'q>) -> BoxFuture<'q, Result<Option<AnyRow>>> {
        async move { Ok(query.fetch_optional(&mut *self.readers.acquire().await?).await?) }.boxed()
    }

    /// The names that a query gives as one text with blanks between them, which takes a tenth of the time of as many
    /// rows.
    pub(super) async fn names<'q, T: FromStr>(&'q self, query: Statement<'q>) -> Result<Vec<T>> {
        let text: Option<String> = self.one(query).await?.try_get(0)?;
        Ok(text.iter().flat_map(|text| text.split(' ')).filter_map(|name| name.parse().ok()).collect())
    }

    /// Numbers with a text each, as far as those are wanted. The query gives them as one text: a colon after each number,
    /// and blanks between the pairs.
    pub(super) async fn numbered<'q>(
        &'q self,
        query: Statement<'q>,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Vec<(i64, String)>> {
        let text: Option<String> = self.one(query).await?.try_get(0)?;
        let pairs = text.iter().flat_map(|text| text.split(' ')).filter_map(|pair| {
            let (number, text) = pair.split_once(':')?;
            is_wanted(text).then(|| Some((number.parse().ok()?, text.to_owned())))?
        });
        Ok(pairs.collect())
    }

    /// How often something was written.
    pub(super) fn writes(&self) -> &Writes {
        &self.writes
    }

    /// A transaction that writes. SQLite has one at a time.
    pub(super) fn write(&self) -> BoxFuture<'_, Result<Writing>> {
        async move {
            let transaction = self.writer.begin_with(self.dialect.begin()).await?;
            Ok(Writing::new(transaction, Arc::clone(&self.writes)))
        }
        .boxed()
    }

    /// How many connections there are, of each kind.
    pub(super) fn pools(&self) -> Vec<PoolState> {
        let state = |name, pool: &AnyPool| {
            let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
            PoolState { name, used: pool.size().saturating_sub(idle), idle }
        };
        match self.dialect {
            Dialect::Sqlite => vec![state("write", &self.writer), state("read", &self.readers)],
            Dialect::Postgres => vec![state("all", &self.writer)],
        }
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        // The last connection of a SQLite file tidies up, so it must be one that may write.
        self.writer.close().await;
    }
}

fn pool(dialect: Dialect, writes: bool, connections: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(connections)
        .min_connections(0)
        .acquire_timeout(PATIENCE)
        .idle_timeout(IDLE)
        .max_lifetime(None)
        // A file does not go away as a server does.
        .test_before_acquire(dialect == Dialect::Postgres)
        .after_release(|connection, _| {
            Box::pin(async move {
                // SQLite undoes a transaction by itself when the disk is full, and the library goes on to believe that
                // one is open. Such a connection must not be used again. The ping waits for what is being undone.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .after_connect(move |connection, _| Box::pin(greet(connection, dialect, writes)))
}

/// Tells a connection what every one is told first.
async fn greet(connection: &mut AnyConnection, dialect: Dialect, writes: bool) -> sqlx::Result<()> {
    for statement in dialect.greeting(writes) {
        connection.execute(*statement).await?;
    }
    Ok(())
}

/// The address of a file, in which everything is escaped that an address could give a meaning to.
fn file_address(path: &Path) -> Result<String> {
    let invalid = || StoreError::Other { why: "its path is not UTF-8".to_owned() };
    let path = std::path::absolute(path).map_err(|_| invalid())?;
    let mut address = "sqlite://".to_owned();
    for byte in path.to_str().ok_or_else(invalid)?.bytes() {
        match byte {
            b'/' | b'.' | b'_' | b'-' => address.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => address.push(char::from(byte)),
            _ => {
                // Writing to a string cannot fail.
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    Ok(address + "?mode=rwc")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_means_nothing_but_itself() {
        let address = file_address(Path::new("/var/lib/a b?c#d%e/é.db")).unwrap();
        assert_eq!(address, "sqlite:///var/lib/a%20b%3Fc%23d%25e/%C3%A9.db?mode=rwc");
    }

    #[tokio::test]
    async fn what_is_written_outlasts_a_power_failure() {
        let folder = tempfile::tempdir().unwrap();
        let location = StoreLocation::File(folder.path().join("stowage.db"));
        let database = Database::open(&location).await.unwrap();
        let mut transaction = database.write().await.unwrap();
        let row = transaction.one(sqlx::query("PRAGMA synchronous")).await.unwrap();
        // Synced with each transaction.
        assert_eq!(row.try_get::<i64, _>(0).unwrap(), 2);
    }

    #[tokio::test]
    async fn a_full_disk_is_told_and_what_was_stored_before_stays() {
        let folder = tempfile::tempdir().unwrap();
        let location = StoreLocation::File(folder.path().join("stowage.db"));
        let database = Database::open(&location).await.unwrap();
        // The limit of the connection that writes; it cannot be smaller than what is there.
        let limit = async |pages: u32| {
            let mut transaction = database.write().await.unwrap();
            transaction.script(&format!("PRAGMA max_page_count = {pages}")).await.unwrap();
            transaction.commit().await.unwrap();
        };
        let insert = async |number: i64| {
            let mut transaction = database.write().await?;
            let sql = "INSERT INTO registries (id, name, url) VALUES ($1, $2, $3)";
            let query = sqlx::query(sql).bind(number).bind(number.to_string()).bind("x".repeat(3000));
            transaction.run(query).await?;
            transaction.commit().await
        };
        limit(1).await;
        let mut n_stored = 0;
        let error = loop {
            match insert(n_stored).await {
                Ok(()) => n_stored += 1,
                Err(error) => break error,
            }
            assert!(n_stored < 1000, "the disk is never full");
        };
        assert_eq!(error, StoreError::Full);
        let count = sqlx::query("SELECT COUNT(*) FROM registries");
        assert_eq!(database.one(count).await.unwrap().try_get::<i64, _>(0).unwrap(), n_stored);
        limit(100_000).await;
        insert(n_stored).await.unwrap();
    }
}
