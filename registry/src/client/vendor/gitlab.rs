//! GitLab (docs.gitlab.com, "Container registry API": "List registry repositories", within a group and within a project;
//! "REST API": pagination by `Link`, personal access tokens as bearer tokens).

use serde::Deserialize;

use super::{Home, List, Login, Page, VendorCatalog, json};
use crate::client::link;
use crate::client::response::Response;

/// The most that it gives at once.
const QUERY: &str = "per_page=100";

#[derive(Deserialize)]
struct Item {
    /// `group/project/image`, as in references.
    path: String,
}

pub(super) struct GitLab;

impl VendorCatalog for GitLab {
    fn home(&self) -> Home {
        // "Container registry administration": the realm of a GitLab's registry is this path below GitLab's address.
        Home::TokenServer { end: "/jwt/auth", unless: ("registry.gitlab.com", "https://gitlab.com/") }
    }

    fn login(&self) -> Login {
        Login::Bearer
    }

    fn lists(&self, namespace: Option<&str>) -> Vec<List> {
        let namespace = namespace.unwrap_or_default();
        let list =
            |kind| List::new(&["api", "v4", kind, namespace, "registry", "repositories"], QUERY.to_owned());
        ["groups", "projects"].map(list).into()
    }

    fn read(&self, _namespace: Option<&str>, response: &Response) -> Result<Page, String> {
        let items: Vec<Item> = json(response)?;
        let names = items.into_iter().map(|it| it.path).collect();
        Ok(Page { names, next: link::next_query(&response.headers) })
    }
}
