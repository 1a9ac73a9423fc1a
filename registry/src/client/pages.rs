//! Walks a listing page by page, and always comes to an end.

use std::collections::HashSet;

use url::form_urlencoded;

use crate::client::area::Area;
use crate::client::response::Response;
use crate::client::{Client, link};
use crate::error::Error;

/// The page size that is asked for when the usual one is refused.
const SMALL_PAGE: u32 = 100;

/// Where a walk stands.
pub(crate) struct Pages {
    client: Client,
    area: Area,
    path: String,
    what: String,
    first: First,
    /// The query of the next page; `None` before the first and after the last.
    next: Option<String>,
    seen: HashSet<String>,
    read: u64,
    ended: bool,
}

/// How the first page is asked for.
enum First {
    /// With a page size.
    Sized,
    /// With this query and nothing else.
    Query(Option<String>),
}

impl Pages {
    /// A listing whose pages have a size that we name.
    pub(crate) fn new(client: Client, area: Area, path: String, what: String) -> Self {
        Self {
            client,
            area,
            path,
            what,
            first: First::Sized,
            next: None,
            seen: HashSet::new(),
            read: 0,
            ended: false,
        }
    }

    /// A listing that takes another query and no page size.
    pub(crate) fn with_query(
        client: Client,
        area: Area,
        path: String,
        what: String,
        query: Option<String>,
    ) -> Self {
        Self { first: First::Query(query), ..Self::new(client, area, path, what) }
    }

    /// Whether the page read last was not the first.
    pub(crate) fn is_under_way(&self) -> bool {
        self.read > 1
    }

    /// The name after which the next page begins, if the registry says so in the usual way.
    pub(crate) fn goes_on_after(&self) -> Option<String> {
        let query = form_urlencoded::parse(self.next.as_ref()?.as_bytes());
        query.into_iter().find(|(key, _)| key == "last").map(|(_, name)| name.into_owned())
    }

    /// Leaves out what follows.
    pub(crate) fn end(&mut self) {
        self.ended = true;
    }

    /// The next page, whatever its status; `None` after the last.
    ///
    /// Only the link leads on: a page may be shorter than asked and not be the last, and the last may be empty.
    pub(crate) async fn next(&mut self) -> Result<Option<Response>, Error> {
        if self.ended {
            return Ok(None);
        }
        let limit = self.client.config().limits.pages;
        if self.read >= limit {
            return Err(Error::TooLarge { what: self.what.clone(), limit });
        }
        self.read += 1;
        let response = match self.next.take() {
            Some(query) => self.get(Some(&query)).await?,
            None => self.first().await?,
        };
        self.next =
            link::next_query(&response.headers).filter(|_| response.status.is_success() && response.own);
        if let Some(query) = &self.next
            && !self.seen.insert(query.clone())
        {
            tracing::debug!(
                path = self.path,
                "the links between the pages form a circle; the listing ends here"
            );
            self.next = None;
        }
        self.ended = self.next.is_none();
        Ok(Some(response))
    }

    /// Registries refuse page sizes above their own limit, which is 1000 for most (distribution, Amazon) and can be
    /// configured to be less.
    async fn first(&self) -> Result<Response, Error> {
        if let First::Query(query) = &self.first {
            return self.get(query.as_deref()).await;
        }
        let size = self.client.config().page_size;
        let mut response = self.get(Some(&format!("n={size}"))).await?;
        if response.status.as_u16() == 400 && size > SMALL_PAGE {
            response = self.get(Some(&format!("n={SMALL_PAGE}"))).await?;
        }
        if response.status.as_u16() == 400 {
            response = self.get(None).await?;
        }
        Ok(response)
    }

    async fn get(&self, query: Option<&str>) -> Result<Response, Error> {
        let limits = self.client.config().limits;
        let mut request = self.client.get(&self.path, limits.page, self.what.clone());
        request.url.set_query(query);
        self.client.call(&request, &self.area).await
    }
}
