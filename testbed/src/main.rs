//! `testbed`: registries with sample images, for the demo, the browser tests and the bench.

mod cli;

use clap::Parser;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    cli::Arguments::parse().run().await
}
