//! The program `stowage`.

use anyhow::Context;
use server::{Config, Server, shutdown, telemetry};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    telemetry::start(&config.log);
    let signals = shutdown::Signals::listen().context("cannot take over SIGINT and SIGTERM")?;
    let server = Server::bind(config).await?;
    println!("Stowage is ready at {}", server.url());
    server.run(signals).await;
    Ok(())
}
