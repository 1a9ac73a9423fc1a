//! What every component may need to know of who reads.

use std::sync::Arc;

use jiff::Timestamp;
use leptos::prelude::*;

use crate::visitor::{Defaults, Locale, Theme};

/// Who reads, and when; one for each page, so that all dates of a page agree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader {
    pub(crate) locale: Locale,
    pub(crate) theme: Theme,
    pub(crate) now: Timestamp,
}

/// The reader of the page that is being rendered.
pub(crate) fn reader() -> Reader {
    expect_context()
}

/// What the configuration says about pages.
pub(crate) fn defaults() -> Arc<Defaults> {
    expect_context()
}

/// The reader's language.
pub(crate) fn locale() -> Locale {
    reader().locale
}
