//! `STOWAGE_DATABASE_URL`: a database that several servers share, in place of a file in the folder of the data.

use std::path::Path;

use engine::StoreLocation;
use registry::client::Secret;
use url::Url;

use super::error::ConfigError;
use super::{Variables, secret};

const VARIABLE: &str = "STOWAGE_DATABASE_URL";
const ADDRESS_FILE: &str = "STOWAGE_DATABASE_URL_FILE";
const EXAMPLE: &str = "STOWAGE_DATABASE_URL=postgres://user:password@host/database";
const FILE: &str = "stowage.db";

/// Reads the address of a PostgreSQL database; without one, the inventory is a file in the folder of the data.
pub(super) fn read(variables: &Variables, data: Option<&Path>) -> Result<Option<StoreLocation>, ConfigError> {
    // The address holds a password, so it is never shown.
    match secret::read(variables, VARIABLE, ADDRESS_FILE, EXAMPLE)? {
        None => Ok(data.map(|folder| StoreLocation::File(folder.join(FILE)))),
        Some(text) => match text.expose().trim().parse::<Url>() {
            Ok(url) if matches!(url.scheme(), "postgres" | "postgresql") && url.has_host() => {
                Ok(Some(StoreLocation::Postgres(Secret::new(text.expose().trim()))))
            }
            Ok(_) => {
                Err(ConfigError::unseen(VARIABLE, "is not the address of a PostgreSQL database", EXAMPLE))
            }
            Err(_) => Err(ConfigError::unseen(VARIABLE, "is not an address", EXAMPLE)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(text: &str) -> Result<Option<StoreLocation>, ConfigError> {
        read(&[(VARIABLE, text)].into_iter().collect(), Some(Path::new("/data")))
    }

    #[test]
    fn keeps_a_file_beside_the_other_data_unless_told_otherwise() {
        assert!(
            matches!(location(""), Ok(Some(StoreLocation::File(path))) if path == Path::new("/data/stowage.db"))
        );
        for text in ["postgres://a:b@c/d", "postgresql://c:5433/d?sslmode=require"] {
            assert!(matches!(location(text), Ok(Some(StoreLocation::Postgres(_)))), "{text}");
        }
    }

    #[test]
    fn refuses_other_databases_without_showing_the_password() {
        for text in ["mysql://a:hunter2@c/d", "hunter2", "postgres:hunter2"] {
            let error = location(text).unwrap_err().to_string();
            assert!(error.contains(VARIABLE) && !error.contains("hunter2"), "{error}");
        }
    }
}
