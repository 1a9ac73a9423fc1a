//! How Stowage runs: configuration, router, sessions, security and the REST API.
//!
//! The program is [`Cli`](cli::Cli) → [`Config`] → [`Server::bind`] → [`Server::run`]. [`router()`] is the whole of what is served, and
//! takes everything it needs as [`Services`], so that tests can ask it without a socket.

pub mod cli;
pub mod config;
mod middleware;
mod rest;
pub mod router;

mod access;
mod asking;
mod assets;
mod background;
mod bearer;
mod connections;
mod deletions;
mod files;
mod form;
mod health;
mod metrics;
mod preferences;
mod problem;
mod refresh;
mod repositories;
mod scans;
mod server;
mod services;
mod session;
mod settings;
mod sign_in;
mod v2;

pub mod healthcheck;
pub mod shutdown;
mod telemetry;

#[cfg(any(test, fuzzing))]
pub mod fuzzing;

pub use access::{Access, AccessError};
pub use config::Config;
pub use connections::Limits;
pub use metrics::Metrics;
pub use router::router;
pub use server::{Server, StartError};
pub use services::Services;
pub use telemetry::Telemetry;
