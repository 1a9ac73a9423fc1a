//! The commands.

mod bare;
mod demo;
mod load;
mod nginx;
mod port;
mod postgres;
mod serve;
mod stop;

use anyhow::Context;
use clap::{Parser, Subcommand};
use jiff::Timestamp;
use testbed::samples::{self, Clock};
use testbed::seed;

/// Starts registries on 127.0.0.1 and fills them with sample images.
#[derive(Debug, Parser)]
#[command(name = "testbed")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs one registry with the samples until Ctrl-C, or until the command after `--` ends.
    Demo(demo::Demo),
    /// Runs a registry of every kind on free ports until standard input closes.
    Serve(serve::Serve),
    /// Fills a registry with many images.
    #[command(subcommand)]
    Seed(Seed),
    /// Times the requests of a scan, with nothing done with the answers.
    #[command(subcommand)]
    Bare(bare::Bare),
    /// Times the answers of a server that many clients ask at once.
    Load(load::Load),
    /// Runs a reverse proxy in front of servers until standard input closes.
    Nginx(nginx::Proxy),
    /// Runs a PostgreSQL server with an empty database until standard input closes.
    Postgres,
    /// Lists the samples and what each shows.
    Samples,
}

#[derive(Debug, Subcommand)]
enum Seed {
    /// Single-platform images, one on each tag.
    Tags(InRepository),
    /// Indexes of two platforms, one on each tag.
    Indexes(InRepository),
    /// Repositories of one tiny image each.
    Repositories {
        /// The registry, http://127.0.0.1:5000.
        url: String,
        /// How many.
        count: usize,
    },
}

#[derive(Debug, clap::Args)]
struct InRepository {
    /// The registry, http://127.0.0.1:5000.
    url: String,
    /// The repository, bulk/tags.
    repository: String,
    /// How many.
    count: usize,
}

impl Arguments {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Demo(demo) => demo.run().await,
            Command::Serve(serve) => serve.run().await,
            Command::Seed(seed) => seed.run().await,
            Command::Bare(bare) => bare.run().await,
            Command::Load(load) => load.run().await,
            Command::Nginx(proxy) => proxy.run().await,
            Command::Postgres => postgres::run().await,
            Command::Samples => {
                for sample in samples::all(Clock::FIXED) {
                    println!("{:26} {}", sample.repository, sample.shows);
                }
                Ok(())
            }
        }
    }
}

impl Seed {
    async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Tags(at) => seed::tags(&at.url, &at.repository, at.count).await?,
            Self::Indexes(at) => seed::indexes(&at.url, &at.repository, at.count).await?,
            Self::Repositories { url, count } => seed::repositories(&url, count).await?,
        }
        Ok(())
    }
}

/// Reads `2026-01-15T12:00:00Z` as the moment that dates are counted back from.
fn clock(text: &str) -> anyhow::Result<Clock> {
    let moment: Timestamp = text.parse().context("expected a moment, as in 2026-01-15T12:00:00Z")?;
    Ok(Clock::at(moment))
}
