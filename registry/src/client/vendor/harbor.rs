//! Harbor (goharbor.io, the API of version 2.0: `GET /repositories`, `GET /projects/{project_name}/repositories`).
//!
//! It lists what the user, or the robot account, may see; pages follow each other by `Link`.

use serde::Deserialize;

use super::{Home, List, Login, Page, VendorCatalog, json};
use crate::client::link;
use crate::client::response::Response;

/// The most that it gives at once.
const QUERY: &str = "page=1&page_size=100";

#[derive(Deserialize)]
struct Item {
    /// With the project before it.
    name: String,
}

pub(super) struct Harbor;

impl VendorCatalog for Harbor {
    fn home(&self) -> Home {
        Home::Registry
    }

    fn login(&self) -> Login {
        Login::Basic
    }

    fn lists(&self, namespace: Option<&str>) -> Vec<List> {
        vec![match namespace {
            Some(project) => List::new(&["api", "v2.0", "projects", project, "repositories"], QUERY),
            None => List::new(&["api", "v2.0", "repositories"], QUERY),
        }]
    }

    fn read(&self, _namespace: Option<&str>, response: &Response) -> Result<Page, String> {
        let items: Vec<Item> = json(response)?;
        let names = items.into_iter().map(|it| it.name).collect();
        Ok(Page { names, next: link::next_query(&response.headers) })
    }
}
