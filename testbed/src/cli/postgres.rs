//! A database, for tests in a browser.

use serde_json::json;
use testbed::Postgres;

use super::stop;

/// Prints the address of an empty database as one line of JSON, and runs until standard input closes.
pub(super) async fn run() -> anyhow::Result<()> {
    let postgres = tokio::task::spawn_blocking(Postgres::start).await??;
    println!("{}", json!({ "url": postgres.database()? }));
    tokio::select! {
        signal = stop::signalled() => signal?,
        closed = stop::stdin_closed() => closed?,
    }
    Ok(())
}
