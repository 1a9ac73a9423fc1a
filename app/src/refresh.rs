//! What the button beside a list does: the registry is asked again for what the page shows.

use engine::Engine;
use jiff::Timestamp;

use crate::address::{Address, TagsQuery};
use crate::base_path;
use crate::pages::shown;
use crate::visitor::Defaults;

/// Compares what a page shows with the registry, and waits for it. `here` is the page's path and query, as a
/// browser asks for them; a page that shows nothing of the inventory has nothing to refresh.
pub async fn refresh(engine: &Engine, here: &str, defaults: &Defaults) -> Result<(), engine::Error> {
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    let Some(path) = base_path::current().strip(path) else { return Ok(()) };
    match Address::parse(path).map(|address| shown(engine, address)) {
        Ok(Address::Tags { registry, repository }) => {
            let selection = TagsQuery::parse_with(query, defaults.tags).to_engine(Timestamp::now());
            engine.refresh(&registry, &repository, &selection).await
        }
        Ok(Address::Catalog { registry } | Address::Namespace { registry, .. }) => {
            engine.refresh_catalog(&registry).await
        }
        _ => Ok(()),
    }
}
