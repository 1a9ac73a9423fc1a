//! What can go wrong with the database, one variant per thing that somebody can do something about.

/// Why the inventory cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// There is no room left for the database. Nothing that was stored before is lost.
    #[error("there is no room left for the inventory on the disk")]
    Full,
    /// Another program holds the database for longer than one waits.
    #[error("the inventory is locked by another program")]
    Locked,
    /// The database may not be written to: the file or its folder belongs to somebody else, or is mounted read-only.
    #[error("the inventory cannot be written to")]
    ReadOnly,
    /// The file is no database, or a damaged one. It holds nothing that a scan does not bring back, so it may be
    /// moved away.
    #[error("the inventory is damaged: {why}")]
    Damaged {
        /// What the database says.
        why: String,
    },
    /// The database server cannot be reached, or does not let us in.
    #[error("the database of the inventory cannot be reached: {why}")]
    Unreachable {
        /// What the network or the server says, without credentials.
        why: String,
    },
    /// A newer Stowage has changed the schema.
    #[error(
        "the inventory was written by a newer version of Stowage (schema {found}, this one knows {known})"
    )]
    TooNew {
        /// The schema found.
        found: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// Anything else that the database says.
    #[error("the inventory cannot be used: {why}")]
    Other {
        /// What the database says.
        why: String,
    },
}

impl StoreError {
    /// Whether the same may succeed later without anybody changing anything.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Locked | Self::Unreachable { .. })
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let why = || error.to_string();
        match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                let is_sqlite = database.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some();
                let why = database.message().to_owned();
                if is_sqlite { of_sqlite(&code, why) } else { of_postgres(&code, why) }
            }
            sqlx::Error::PoolTimedOut => {
                Self::Unreachable { why: "no connection was free in time".to_owned() }
            }
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolClosed => {
                Self::Unreachable { why: why() }
            }
            // The text of such an error may repeat the address, and with it the password.
            sqlx::Error::Configuration(_) => {
                Self::Unreachable { why: "its address is not well-formed".to_owned() }
            }
            _ => Self::Other { why: why() },
        }
    }
}

/// By the primary result code (<https://www.sqlite.org/rescode.html>), which the last byte of the whole code is.
fn of_sqlite(code: &str, why: String) -> StoreError {
    match code.parse::<u32>().unwrap_or_default() & 0xff {
        5 | 6 => StoreError::Locked,
        8 | 14 => StoreError::ReadOnly,
        11 | 26 => StoreError::Damaged { why },
        13 => StoreError::Full,
        _ => StoreError::Other { why },
    }
}

/// By the class of the code (PostgreSQL documentation, "Error Codes").
fn of_postgres(code: &str, why: String) -> StoreError {
    match code {
        "53100" => StoreError::Full,
        "55P03" | "57014" | "40001" | "40P01" => StoreError::Locked,
        "25006" | "42501" => StoreError::ReadOnly,
        code if code.starts_with("XX") => StoreError::Damaged { why },
        code if ["08", "28", "3D", "53", "57"].iter().any(|class| code.starts_with(class)) => {
            StoreError::Unreachable { why }
        }
        _ => StoreError::Other { why },
    }
}
