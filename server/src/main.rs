//! The program `stowage`.

use std::process::ExitCode;

use anyhow::Context;
use server::config::Variables;
use server::{Config, Server, healthcheck, shutdown, telemetry};

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    if std::env::args_os().nth(1).is_some_and(|it| it == "healthcheck") {
        return Ok(report_health().await);
    }
    let config = Config::from_env()?;
    telemetry::start(&config.log);
    let signals = shutdown::Signals::listen().context("cannot take over SIGINT and SIGTERM")?;
    let server = Server::bind(config).await?;
    println!("Stowage is ready at {}", server.url());
    server.run(signals).await;
    Ok(ExitCode::SUCCESS)
}

/// One line, because that is what `docker inspect` shows of a check.
async fn report_health() -> ExitCode {
    match healthcheck::run(&Variables::from_env()).await {
        Ok(address) => {
            println!("Stowage answers at http://{address}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
