//! Inert markup: properties in, HTML out.

pub(crate) mod reader;

pub(crate) mod breadcrumb;
pub(crate) mod chip;
pub(crate) mod copy;
pub(crate) mod freshness;
pub(crate) mod icon;
pub(crate) mod json;
pub(crate) mod notice;
pub(crate) mod pager;
pub(crate) mod pull_commands;
pub(crate) mod size;
pub(crate) mod step;
pub(crate) mod stowage_bar;
pub(crate) mod time;
pub(crate) mod top_bar;
pub(crate) mod visible;
