//! The testbed itself, against the real registry program.

mod registries;
mod tokens;
