//! Where the database is.

use std::fmt;
use std::path::PathBuf;

use registry::client::Secret;

/// Where the inventory's database is.
#[derive(Clone)]
pub enum StoreLocation {
    /// A SQLite file, which is made if it does not exist; its folder must.
    File(PathBuf),
    /// A PostgreSQL server, `postgres://user:password@host/database`.
    Postgres(Secret),
}

impl fmt::Debug for StoreLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(<redacted>)"),
        }
    }
}
