//! The requests of a scan or a deletion, timed.

use clap::Subcommand;
use testbed::bare;

#[derive(Debug, Subcommand)]
pub(super) enum Bare {
    /// One HEAD for each tag.
    Heads(Of),
    /// One GET for the manifest and one for the configuration of each tag.
    Reads(Of),
    /// One DELETE for each manifest that a tag is on, one after the other.
    Deletes(Of),
}

#[derive(Debug, clap::Args)]
pub(super) struct Of {
    /// The registry, http://127.0.0.1:5000.
    url: String,
    /// The repository, bulk/tags.
    repository: String,
    /// How many tags are asked for at once.
    #[arg(long, default_value_t = 32)]
    concurrency: usize,
}

impl Bare {
    /// Prints how long it took as JSON.
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let took = match self {
            Self::Heads(of) => bare::heads(&of.url, &of.repository, of.concurrency).await?,
            Self::Deletes(of) => bare::deletes(&of.url, &of.repository).await?,
            Self::Reads(of) => bare::reads(&of.url, &of.repository, of.concurrency).await?,
        };
        println!("{}", serde_json::to_string(&took)?);
        Ok(())
    }
}
