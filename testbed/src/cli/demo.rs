//! One registry with the samples, for people to look at.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Instant;

use anyhow::{Context, bail};
use testbed::samples::{self, Clock};
use testbed::{Distribution, Error};

use super::{port, stop};

#[derive(Debug, clap::Args)]
pub(super) struct Demo {
    /// The port of 127.0.0.1 to listen on.
    #[arg(long, default_value_t = 5000)]
    port: u16,
    /// Where the data is kept; without it, a temporary folder is used.
    #[arg(long)]
    data: Option<PathBuf>,
    /// The moment that dates are counted back from; without it, now.
    #[arg(long, value_parser = super::clock)]
    clock: Option<Clock>,
    /// Remember in memory which blobs there are, as a registry does with the configuration it is shipped with.
    #[arg(long)]
    descriptor_cache: bool,
    /// A command to run beside the registry, with REGISTRY_URL set, DEMO_LOG to the registry's log, and
    /// STOWAGE_COSIGN_KEYS to the key that the samples are signed with; when it ends, so does the registry.
    #[arg(last = true)]
    command: Vec<OsString>,
}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let registry = tokio::select! {
            registry = self.start() => registry?,
            signal = stop::signalled() => return Ok(signal?),
        };
        match self.command.split_first() {
            None => stop::signalled().await?,
            Some((program, arguments)) => {
                let status = beside(&registry, program, arguments).await?;
                if !status.success() {
                    bail!("{} ended with {status}", program.display());
                }
            }
        }
        Ok(())
    }

    async fn start(&self) -> anyhow::Result<Distribution> {
        let started = Instant::now();
        let mut builder =
            Distribution::builder().delete(true).port(self.port).descriptor_cache(self.descriptor_cache);
        if let Some(data) = &self.data {
            builder = builder.root(data.join("registry"));
        }
        let registry = match builder.start().await {
            Err(Error::PortTaken(number)) => {
                let owner = port::owner(number).unwrap_or_else(|| "another program".to_owned());
                bail!(
                    "port {number} of 127.0.0.1 is taken by {owner}; nothing was touched. \
                     Choose another: `testbed demo --port 5001`, or `make run DEMO_PORT=5001`"
                );
            }
            outcome => outcome?,
        };
        let filled = samples::fill(&registry, samples::all(self.clock()?)).await?;
        eprintln!(
            "The demo registry is at {} with {} repositories; {} blobs and {} manifests were new; {:.1} s",
            registry.url(),
            samples::NAMES.len(),
            filled.blobs,
            filled.manifests,
            started.elapsed().as_secs_f32(),
        );
        Ok(registry)
    }

    /// The moment that the data was first made, so that a second start finds the same images.
    fn clock(&self) -> anyhow::Result<Clock> {
        let (Some(data), None) = (&self.data, self.clock) else {
            return Ok(self.clock.unwrap_or_else(Clock::now));
        };
        let file = data.join("clock");
        if let Ok(text) = fs::read_to_string(&file) {
            return super::clock(text.trim()).with_context(|| format!("{} is damaged", file.display()));
        }
        let clock = Clock::now();
        fs::write(&file, format!("{}\n", clock.moment()))
            .with_context(|| format!("cannot write {}", file.display()))?;
        Ok(clock)
    }
}

/// Runs a command until it ends; it is asked to end when we are.
async fn beside(
    registry: &Distribution,
    program: &OsString,
    arguments: &[OsString],
) -> anyhow::Result<ExitStatus> {
    let key = registry.log_file().with_file_name("cosign.pub");
    fs::write(&key, samples::cosign_public_key())
        .with_context(|| format!("cannot write {}", key.display()))?;
    let keys = env::var_os("STOWAGE_COSIGN_KEYS").unwrap_or_else(|| key.into_os_string());
    let mut child = tokio::process::Command::new(program)
        .args(arguments)
        .env("STOWAGE_COSIGN_KEYS", keys)
        .env("REGISTRY_URL", registry.url())
        .env("DEMO_LOG", registry.log_file())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    tokio::select! {
        status = child.wait() => return Ok(status?),
        signal = stop::signalled() => signal?,
    }
    if let Some(id) = child.id() {
        // A terminal has sent Ctrl-C to it already, others have not; asking twice does no harm.
        let _ = tokio::process::Command::new("kill").arg("-TERM").arg(id.to_string()).status().await;
    }
    child.wait().await?;
    // Being stopped is how it is meant to end.
    Ok(ExitStatus::default())
}
