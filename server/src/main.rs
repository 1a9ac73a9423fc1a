//! The program `stowage`.

use anyhow::Context;
use server::{Config, Server, Telemetry, shutdown};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    let telemetry = Telemetry::start(&config.log, config.traces.as_ref());
    let signals = shutdown::Signals::listen().context("cannot take over SIGINT and SIGTERM")?;
    let server = Server::bind(config).await?;
    println!("Stowage is ready at {}", server.url());
    server.run(signals).await;
    telemetry.stop().await;
    Ok(())
}
