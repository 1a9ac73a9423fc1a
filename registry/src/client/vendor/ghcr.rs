//! GitHub (docs.github.com, "REST API endpoints for packages": "List packages for an organization", "… for a user").
//!
//! The API wants a personal access token (classic) with the scope `read:packages`, which is the password of ghcr.io as
//! well.

use serde::Deserialize;

use super::{Home, List, Login, Page, VendorCatalog, json};
use crate::client::link;
use crate::client::response::Response;

/// The most that it gives at once.
const QUERY: &str = "package_type=container&per_page=100";

#[derive(Deserialize)]
struct Item {
    name: String,
}

pub(super) struct Ghcr;

impl VendorCatalog for Ghcr {
    fn home(&self) -> Home {
        Home::Fixed("https://api.github.com/")
    }

    fn login(&self) -> Login {
        Login::Bearer
    }

    fn headers(&self) -> &'static [(&'static str, &'static str)] {
        &[("accept", "application/vnd.github+json"), ("x-github-api-version", "2022-11-28")]
    }

    fn lists(&self, namespace: Option<&str>) -> Vec<List> {
        let namespace = namespace.unwrap_or_default();
        ["orgs", "users"].map(|kind| List::new(&[kind, namespace, "packages"], QUERY)).into()
    }

    fn read(&self, namespace: Option<&str>, response: &Response) -> Result<Page, String> {
        let items: Vec<Item> = json(response)?;
        // GitHub's names may have capitals, those of repositories have none.
        let namespace = namespace.unwrap_or_default().to_ascii_lowercase();
        let names = items.into_iter().map(|it| format!("{namespace}/{}", it.name)).collect();
        Ok(Page { names, next: link::next_query(&response.headers) })
    }
}
