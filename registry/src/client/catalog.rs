//! The list of repositories.

use futures::Stream;
use futures::stream;
use serde::Deserialize;

use crate::client::Client;
use crate::client::area::Area;
use crate::client::pages::Pages;
use crate::client::response::Response;
use crate::error::Error;
use crate::reference::RepositoryName;

#[derive(Deserialize)]
struct Page {
    /// `null` where there are none.
    repositories: Option<Vec<Option<String>>>,
}

impl Client {
    /// All repositories, one item per page, in the registry's order. Pages may be empty.
    ///
    /// The stream ends after its first error. [`Error::CatalogRefused`] means that the registry does not list its
    /// repositories to us, or to anybody.
    pub fn catalog(&self) -> impl Stream<Item = Result<Vec<RepositoryName>, Error>> + Send + 'static + use<> {
        let pages = Pages::new(
            self.clone(),
            Area::Catalog,
            "_catalog".to_owned(),
            "the list of repositories".to_owned(),
        );
        stream::try_unfold(pages, |mut pages| async move {
            let response = match pages.next().await {
                // A demand for a password says what helps; a token's refusal does not.
                Err(Error::Denied { host, status, message, .. }) => {
                    return Err(Error::CatalogRefused { host, status, message });
                }
                result => result?,
            };
            let Some(response) = response else { return Ok(None) };
            Ok(Some((read(&response)?, pages)))
        })
    }
}

fn read(response: &Response) -> Result<Vec<RepositoryName>, Error> {
    if !response.status.is_success() {
        return Err(match response.error(&Area::Catalog) {
            Error::Upstream { host, status, message, .. } | Error::Denied { host, status, message, .. }
                if matches!(status, 400..500) =>
            {
                Error::CatalogRefused { host, status, message }
            }
            other => other,
        });
    }
    let page: Page = response.json("the list of repositories")?;
    let names = page.repositories.unwrap_or_default().into_iter().flatten();
    Ok(names.filter_map(|name| parsed(&name, "repository")).collect())
}

/// The name, unless no registry could have given it: then the rest of the listing is still of use.
pub(crate) fn parsed<T: std::str::FromStr>(name: &str, what: &str) -> Option<T> {
    let parsed = name.parse().ok();
    if parsed.is_none() {
        tracing::debug!(name = crate::shorten(name), "left out of the listing: it does not name a {what}");
    }
    parsed
}
