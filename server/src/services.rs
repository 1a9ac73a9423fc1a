//! What the handlers are given.

use std::sync::Arc;

use app::visitor::Defaults;
use axum::extract::FromRef;
use engine::Engine;
use leptos::config::LeptosOptions;
use registry::client::Secret;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::access::Access;
use crate::config::{PagesConfig, Site, V2Config};
use crate::health::LastReadiness;
use crate::metrics::Metrics;
use crate::v2::V2;

/// How many may listen to events at the same time; each holds a connection and what it is behind.
const MOST_LISTENERS: usize = 256;

/// What the handlers need; cheap to clone.
#[derive(Clone, Debug)]
pub struct Services {
    engine: Engine,
    access: Access,
    /// Where the files of the pages are.
    pub site: Site,
    options: LeptosOptions,
    pages: Arc<Defaults>,
    style_sheet: Arc<str>,
    hooks: HooksToken,
    v2: V2,
    listeners: Listeners,
    readiness: LastReadiness,
    metrics: Option<Metrics>,
}

/// What a registry must know to tell what has changed in it; nothing where none may.
#[derive(Clone, Debug, Default)]
pub(crate) struct HooksToken(pub(crate) Option<Arc<Secret>>);

/// Who listens to events.
#[derive(Clone, Debug)]
pub(crate) struct Listeners {
    /// One for each who may listen.
    pub(crate) permits: Arc<Semaphore>,
    /// How many that are.
    most: usize,
    /// Cancelled when the server stops.
    pub(crate) stopping: CancellationToken,
}

impl Services {
    /// Puts together what the handlers need.
    pub fn new(engine: Engine, access: Access, site: Site) -> Self {
        let options = site.leptos_options();
        let permits = Arc::new(Semaphore::new(MOST_LISTENERS));
        let stopping = CancellationToken::new();
        let listeners = Listeners { permits, most: MOST_LISTENERS, stopping };
        Self {
            engine,
            access,
            site,
            options,
            pages: Arc::default(),
            style_sheet: Arc::default(),
            hooks: HooksToken::default(),
            v2: V2::default(),
            listeners,
            readiness: LastReadiness::default(),
            metrics: None,
        }
    }

    /// The engine as the server itself uses it. Whoever asks is given [`Asking`](crate::asking::Asking) instead.
    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The ways in.
    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    /// How pages are rendered.
    pub(crate) fn options(&self) -> LeptosOptions {
        self.options.clone()
    }

    /// What the configuration says about pages.
    pub(crate) fn pages(&self) -> Arc<Defaults> {
        Arc::clone(&self.pages)
    }

    /// The style sheet with the colours of the configuration.
    pub(crate) fn style_sheet(&self) -> Arc<str> {
        Arc::clone(&self.style_sheet)
    }

    /// The same with what the configuration says about pages.
    #[must_use]
    pub fn with_pages(mut self, pages: PagesConfig) -> Self {
        self.pages = Arc::new(pages.defaults);
        self.style_sheet = pages.style_sheet.into();
        self
    }

    /// The same with the token that registries must know to tell what has changed in them.
    #[must_use]
    pub fn with_hooks_token(mut self, token: Option<Secret>) -> Self {
        self.hooks = HooksToken(token.map(Arc::new));
        self
    }

    /// What is passed on to a registry, and how much of it at once.
    pub(crate) fn v2(&self) -> &V2 {
        &self.v2
    }

    /// The same with a registry to which `/v2/` is passed on.
    #[must_use]
    pub fn with_v2(mut self, config: Option<V2Config>) -> Self {
        self.v2 = V2::new(config);
        self
    }

    /// The same with another number of those who may listen to events at the same time.
    #[must_use]
    pub fn with_listeners(mut self, most: usize) -> Self {
        self.listeners.permits = Arc::new(Semaphore::new(most));
        self.listeners.most = most;
        self
    }

    /// How many listen to events.
    pub(crate) fn n_listeners(&self) -> usize {
        self.listeners.most.saturating_sub(self.listeners.permits.available_permits())
    }

    /// The same with what counts, if anything does.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Option<Metrics>) -> Self {
        self.metrics = metrics;
        self
    }

    /// What counts, if anything does.
    pub(crate) fn metrics(&self) -> Option<&Metrics> {
        self.metrics.as_ref()
    }

    /// Whether the server was ready a moment ago.
    pub(crate) fn readiness(&self) -> &LastReadiness {
        &self.readiness
    }

    /// Cancel it, and all who listen to events are let go.
    pub fn stopping(&self) -> CancellationToken {
        self.listeners.stopping.clone()
    }
}

impl FromRef<Services> for HooksToken {
    fn from_ref(services: &Services) -> Self {
        services.hooks.clone()
    }
}

impl FromRef<Services> for Listeners {
    fn from_ref(services: &Services) -> Self {
        services.listeners.clone()
    }
}
