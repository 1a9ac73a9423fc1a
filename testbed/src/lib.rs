//! Real registries for tests, for the demo and for the bench.
//!
//! * [`Distribution`] is Debian's `docker-registry` as a child process, in every configuration that matters;
//! * [`Ferro`] is a registry in this process that has what distribution has not: referrers, pages of tags;
//! * [`samples`] are images of every kind, well-kept ones and broken ones, that [`push`] brings there;
//! * [`seed`] makes tags and repositories by the thousand, [`fakes`] answer as no registry should;
//! * [`Gate`] holds requests to one of them back, so that who made them can be killed meanwhile;
//! * [`bare`] times the requests of a scan alone, [`load`] the answers to many clients at once;
//! * [`Postgres`] is a PostgreSQL server as a child process, for the inventory;
//! * [`Nginx`] is a reverse proxy as a child process, in front of one server or of several;
//! * [`Authority`] makes certificates, [`TokenServer`] gives tokens;
//! * [`find_program`] finds what tests run besides;
//! * [`kept_inputs`] are what was made up for parsers, and showed mistakes.
//!
//! Everything listens on 127.0.0.1 only and ends when it is dropped.

pub mod bare;
pub mod distribution;
pub mod fakes;
pub mod ferro;
pub mod gate;
pub mod http;
pub mod kept_inputs;
pub mod load;
pub mod nginx;
pub mod postgres;
pub mod push;
pub mod samples;
pub mod seed;
pub mod tls;
pub mod token_server;

mod background;
mod error;
mod passing_on;
mod program;

pub use distribution::Distribution;
pub use error::{Error, Result};
pub use ferro::Ferro;
pub use gate::Gate;
pub use nginx::Nginx;
pub use postgres::Postgres;
pub use program::find as find_program;
pub use push::Pusher;
pub use tls::Authority;
pub use token_server::TokenServer;
