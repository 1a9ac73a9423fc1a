//! What the handlers are given.

use axum::extract::FromRef;
use engine::Engine;
use leptos::config::LeptosOptions;

use crate::config::Site;

/// What the handlers need; cheap to clone.
#[derive(Clone, Debug)]
pub struct Services {
    /// What is known of the registries.
    pub engine: Engine,
    /// Where the files of the pages are.
    pub site: Site,
    options: LeptosOptions,
}

impl Services {
    /// Puts together what the handlers need.
    pub fn new(engine: Engine, site: Site) -> Self {
        let options = site.leptos_options();
        Self { engine, site, options }
    }
}

impl FromRef<Services> for Engine {
    fn from_ref(services: &Services) -> Self {
        services.engine.clone()
    }
}

impl FromRef<Services> for LeptosOptions {
    fn from_ref(services: &Services) -> Self {
        services.options.clone()
    }
}
