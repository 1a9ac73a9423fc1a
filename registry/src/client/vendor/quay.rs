//! Quay (docs.redhat.com, "Red Hat Quay API guide": `GET /api/v1/repository`, `listRepos`).
//!
//! The API takes OAuth tokens with the permission to view repositories. Such a token is also a password of the registry,
//! of the user `$oauthtoken`; those of robot accounts are none for the API, which then lists what is public.

use serde::Deserialize;
use url::form_urlencoded;

use super::{Home, List, Login, Page, VendorCatalog, json};
use crate::client::response::Response;

#[derive(Deserialize)]
struct Answer {
    repositories: Vec<Item>,
    /// An opaque text that leads to the next page.
    next_page: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    namespace: String,
    name: String,
}

pub(super) struct Quay;

/// The query of a page. Public repositories are only listed when asked for.
fn query(namespace: Option<&str>, next_page: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("namespace", namespace.unwrap_or_default()).append_pair("public", "true");
    if let Some(next_page) = next_page {
        query.append_pair("next_page", next_page);
    }
    query.finish()
}

impl VendorCatalog for Quay {
    fn home(&self) -> Home {
        Home::Registry
    }

    fn login(&self) -> Login {
        Login::BearerOf("$oauthtoken")
    }

    fn lists(&self, namespace: Option<&str>) -> Vec<List> {
        vec![List::new(&["api", "v1", "repository"], query(namespace, None))]
    }

    fn read(&self, namespace: Option<&str>, response: &Response) -> Result<Page, String> {
        let answer: Answer = json(response)?;
        let next = answer.next_page.filter(|it| !it.is_empty()).map(|it| query(namespace, Some(&it)));
        let of_it = |it: &Item| namespace.is_none_or(|namespace| namespace == it.namespace);
        let named = answer.repositories.into_iter().filter(of_it);
        Ok(Page { names: named.map(|it| format!("{}/{}", it.namespace, it.name)).collect(), next })
    }
}
