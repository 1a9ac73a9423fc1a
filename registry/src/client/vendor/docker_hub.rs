//! Docker Hub (docs.docker.com, "Docker Hub API": "List repositories in a namespace", "Create access token").
//!
//! Public repositories are listed to everybody, private ones to those who may see them. Personal and organisation access
//! tokens are exchanged for a token that lives for minutes.

use serde::Deserialize;

use super::{Home, List, Login, Page, VendorCatalog, json};
use crate::client::response::Response;

/// The most that it gives at once.
const SIZE: &str = "page_size=100";

#[derive(Deserialize)]
struct Answer {
    results: Vec<Item>,
    /// The address of the next page.
    next: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    name: String,
}

pub(super) struct DockerHub;

impl VendorCatalog for DockerHub {
    fn home(&self) -> Home {
        Home::Fixed("https://hub.docker.com/")
    }

    fn login(&self) -> Login {
        Login::Exchange("v2/auth/token")
    }

    fn lists(&self, namespace: Option<&str>) -> Vec<List> {
        let namespace = namespace.unwrap_or_default().to_ascii_lowercase();
        vec![List::new(&["v2", "namespaces", &namespace, "repositories"], SIZE)]
    }

    fn read(&self, namespace: Option<&str>, response: &Response) -> Result<Page, String> {
        let answer: Answer = json(response)?;
        let namespace = namespace.unwrap_or_default().to_ascii_lowercase();
        // Only the query: where the next page is, is known.
        let next = answer.next.and_then(|it| it.split_once('?').map(|(_, query)| query.to_owned()));
        let names = answer.results.into_iter().map(|it| format!("{namespace}/{}", it.name)).collect();
        Ok(Page { names, next })
    }
}
