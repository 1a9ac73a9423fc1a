//! The list of repositories.

mod below;

use futures::Stream;
use futures::stream;
use serde::Deserialize;

use crate::client::Client;
use crate::client::area::Area;
use crate::client::catalog_mode::CatalogMode;
use crate::client::pages::Pages;
use crate::client::response::Response;
use crate::client::vendor::VendorPages;
use crate::error::Error;
use crate::reference::RepositoryName;

use below::Below;

#[derive(Deserialize)]
struct Page {
    /// `null` where there are none.
    repositories: Option<Vec<Option<String>>>,
}

/// A list of repositories that is being read.
enum Walk {
    Full(Pages),
    Listed(Option<Vec<RepositoryName>>),
    Below(Box<Below>),
    Vendor(Box<VendorPages>),
}

impl Client {
    /// All repositories, one item per page, as the [`CatalogMode`] says, in the registry's order. Pages may be empty, and
    /// a name may come twice.
    ///
    /// The stream ends after its first error. [`Error::CatalogRefused`] means that the registry does not list its
    /// repositories to us, or to anybody.
    pub fn catalog(&self) -> impl Stream<Item = Result<Vec<RepositoryName>, Error>> + Send + 'static + use<> {
        stream::try_unfold(Walk::of(self), |mut walk| async move {
            Ok(walk.next().await?.map(|names| (names, walk)))
        })
    }

    /// Where the list of repositories comes from.
    pub fn catalog_mode(&self) -> &CatalogMode {
        &self.config().catalog
    }
}

impl Walk {
    fn of(client: &Client) -> Self {
        match client.catalog_mode() {
            CatalogMode::Full => Self::Full(whole(client)),
            CatalogMode::Listed(names) => Self::Listed(Some(names.clone())),
            CatalogMode::Prefixes(prefixes) => Self::Below(Box::new(Below::new(client.clone(), prefixes))),
            CatalogMode::Vendor(list) => Self::Vendor(Box::new(VendorPages::new(client.clone(), list))),
        }
    }

    async fn next(&mut self) -> Result<Option<Vec<RepositoryName>>, Error> {
        match self {
            Self::Full(pages) => next(pages).await,
            Self::Listed(names) => Ok(names.take()),
            Self::Below(below) => below.next().await,
            Self::Vendor(pages) => pages.next().await,
        }
    }
}

/// The registry's own catalog from its beginning.
fn whole(client: &Client) -> Pages {
    Pages::new(client.clone(), Area::Catalog, "_catalog".to_owned(), what())
}

/// The same with another query.
fn from(client: &Client, query: String) -> Pages {
    Pages::with_query(client.clone(), Area::Catalog, "_catalog".to_owned(), what(), Some(query))
}

fn what() -> String {
    "the list of repositories".to_owned()
}

/// The names of the next page.
async fn next(pages: &mut Pages) -> Result<Option<Vec<RepositoryName>>, Error> {
    let response = match pages.next().await {
        // A demand for a password says what helps; a token's refusal does not.
        Err(Error::Denied { host, status, message, .. }) => {
            return Err(Error::CatalogRefused { host, status, message });
        }
        result => result?,
    };
    response.as_ref().map(read).transpose()
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
