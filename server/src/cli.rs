//! What `stowage` is told on its command line.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{ConfigErrors, Variables};
use crate::{Config, Server, StartError};

/// A dashboard for OCI and Docker registries.
#[derive(Debug, Parser)]
#[command(name = "stowage", version)]
pub struct Cli {
    /// The configuration file; without it $STOWAGE_CONFIG, else /etc/stowage/stowage.toml if it is there
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Default, Subcommand)]
pub enum Command {
    /// Serve, which is what happens without any command
    #[default]
    Serve,
    /// Ask the server that is told the same whether it is well; for containers
    Healthcheck,
    /// Look at the configuration
    Config {
        /// What to do with it.
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Say everything that is wrong with it; nothing is made, and nobody is asked
    Check {
        /// The file, instead of --config
        file: Option<PathBuf>,
    },
    /// Print what counts and where it comes from, without secrets, as a file
    Print {
        /// The file, instead of --config
        file: Option<PathBuf>,
    },
}

impl ConfigCommand {
    /// Does it, and says how it went. `config` is the file that was named before.
    pub fn run(self, config: Option<PathBuf>) -> ExitCode {
        let done = match self {
            Self::Check { file } => check(file.or(config).as_deref()),
            Self::Print { file } => print(file.or(config).as_deref()),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        }
    }
}

/// Why a configuration is of no use.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error(transparent)]
    Config(#[from] ConfigErrors),
    #[error(transparent)]
    Start(#[from] StartError),
}

fn check(file: Option<&Path>) -> Result<(), Unusable> {
    let config = Config::look(&Variables::load(file)?)?;
    let remarks = config.remarks.clone();
    Server::check(config)?;
    println!("ok");
    remarks.iter().for_each(|remark| println!("{remark}"));
    Ok(())
}

fn print(file: Option<&Path>) -> Result<(), Unusable> {
    let variables = Variables::load(file)?;
    print!("{}", Config::look(&variables)?.print(&variables)?);
    Ok(())
}
