//! Databases for tests: every test runs on both kinds.

use std::path::PathBuf;
use std::sync::OnceLock;

use engine::{Store, StoreLocation};
use registry::client::Secret;
use sqlx::any::AnyPoolOptions;
use tempfile::TempDir;
use testbed::Postgres;

/// The kinds of databases there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// An empty database, which is gone when this is dropped.
pub(crate) struct Database {
    pub(crate) kind: Backend,
    address: String,
    _folder: TempDir,
}

/// One server for all tests of this process; it ends with it.
static POSTGRES: OnceLock<Postgres> = OnceLock::new();

impl Database {
    pub(crate) fn new(kind: Backend) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = match kind {
            Backend::Sqlite => folder.path().join("stowage.db").to_str().unwrap().to_owned(),
            Backend::Postgres => POSTGRES.get_or_init(|| Postgres::start().unwrap()).database().unwrap(),
        };
        Self { kind, address, _folder: folder }
    }

    /// A database that somebody else has made.
    pub(crate) fn at(kind: Backend, address: String) -> Self {
        Self { kind, address, _folder: tempfile::tempdir().unwrap() }
    }

    /// The path of the file, or the address of the server's database.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Opens it; several times for several replicas.
    pub(crate) fn store(&self) -> Store {
        store_at(self.kind, &self.address)
    }

    /// Runs a statement behind the engine's back.
    pub(crate) async fn execute(&self, sql: &str) {
        let pool = self.connect().await;
        sqlx::query(sql).execute(&pool).await.unwrap();
        pool.close().await;
    }

    /// A number or text that a statement gives.
    pub(crate) async fn value(&self, sql: &str) -> String {
        use sqlx::Row;
        let pool = self.connect().await;
        let row = sqlx::query(sql).fetch_one(&pool).await.unwrap();
        pool.close().await;
        row.try_get::<String, _>(0).or_else(|_| row.try_get::<i64, _>(0).map(|it| it.to_string())).unwrap()
    }

    pub(crate) async fn connect(&self) -> sqlx::AnyPool {
        sqlx::any::install_default_drivers();
        let address = match self.kind {
            Backend::Sqlite => format!("sqlite://{}", self.address),
            Backend::Postgres => self.address.clone(),
        };
        AnyPoolOptions::new().max_connections(1).connect(&address).await.unwrap()
    }
}

pub(crate) fn store_at(kind: Backend, address: &str) -> Store {
    Store::new(match kind {
        Backend::Sqlite => StoreLocation::File(PathBuf::from(address)),
        Backend::Postgres => StoreLocation::Postgres(Secret::new(address)),
    })
}

/// Makes a test of each, one for SQLite and one for PostgreSQL.
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($kind:ident: Backend) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn run($kind: Backend) $body

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                run(Backend::Sqlite).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                run(Backend::Postgres).await;
            }
        }
    )*};
}

pub(crate) use on_both;
