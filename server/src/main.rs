//! The program `stowage`.

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use mimalloc::MiMalloc;
use server::cli::{Cli, Command};
use server::config::Variables;
use server::{Config, Server, Telemetry, healthcheck, shutdown};

/// Pages are made of thousands of small texts, which the system's allocator takes a third of their time for.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let cli = Cli::parse();
    match cli.command.unwrap_or_default() {
        Command::Serve => serve(Config::read(&Variables::load(cli.config.as_deref())?)?).await?,
        Command::Healthcheck => return Ok(report_health(&Variables::load(cli.config.as_deref())?).await),
        Command::Config { command } => return Ok(command.run(cli.config)),
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let telemetry = Telemetry::start(&config.log, config.traces.as_ref());
    let signals = shutdown::Signals::listen().context("cannot take over SIGINT and SIGTERM")?;
    let server = Server::bind(config).await?;
    println!("Stowage is ready at {}", server.url());
    server.run(signals).await;
    telemetry.stop().await;
    Ok(())
}

/// One line, because that is what `docker inspect` shows of a check.
async fn report_health(variables: &Variables) -> ExitCode {
    match healthcheck::run(variables).await {
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
