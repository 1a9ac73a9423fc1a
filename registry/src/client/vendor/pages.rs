//! Walks through what a vendor's API lists, and always comes to an end.

use std::collections::{HashSet, VecDeque};

use bytes::Bytes;
use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use url::Url;

use super::login;
use super::{Home, List, Login, Vendor, VendorCatalog};
use crate::client::area::Area;
use crate::client::catalog::parsed;
use crate::client::catalog_mode::VendorList;
use crate::client::challenge::{self, Challenge};
use crate::client::error_body::Complaint;
use crate::client::response::Response;
use crate::client::transport::{Deadline, Request};
use crate::client::{Client, hosts};
use crate::error::Error;
use crate::reference::RepositoryName;

/// Where a walk stands.
pub(crate) struct VendorPages {
    client: Client,
    vendor: &'static dyn VendorCatalog,
    what: String,
    /// Where the API is, as soon as that is known.
    api: Option<Url>,
    /// Whether the registry's credentials are meant for it.
    is_trusted: bool,
    /// The namespaces that have not been begun.
    namespaces: VecDeque<Option<String>>,
    current: Option<Current>,
    read: u64,
}

/// The namespace that is being listed.
struct Current {
    namespace: Option<String>,
    list: List,
    /// The lists to ask for where there is no such list.
    others: VecDeque<List>,
    is_first: bool,
    seen: HashSet<String>,
}

impl VendorPages {
    pub(crate) fn new(client: Client, list: &VendorList) -> Self {
        let namespaces = match list.namespaces.as_slice() {
            [] => VecDeque::from([None]),
            namespaces => namespaces.iter().cloned().map(Some).collect(),
        };
        Self {
            is_trusted: is_trusted(list, &client.config().url),
            client,
            vendor: list.vendor.catalog(),
            what: format!("the list of repositories of {}", list.vendor),
            api: list.api.clone(),
            namespaces,
            current: None,
            read: 0,
        }
    }

    /// The names of the next page; nothing after the last one of the last namespace.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<RepositoryName>>, Error> {
        loop {
            let Some(mut current) = self.current.take().or_else(|| self.begin()) else { return Ok(None) };
            let limit = self.client.config().limits.pages;
            if self.read >= limit {
                return Err(Error::TooLarge { what: self.what.clone(), limit });
            }
            self.read += 1;
            let response = self.ask(&current.list).await?;
            if response.status == StatusCode::NOT_FOUND
                && current.is_first
                && let Some(other) = current.others.pop_front()
            {
                self.current = Some(Current { list: other, ..current });
                continue;
            }
            if !response.status.is_success() {
                return Err(refused(&response, current.namespace.as_deref()));
            }
            let (names, next) = self.read(&current, &response)?;
            if let Some(query) = next {
                if current.seen.insert(query.clone()) {
                    current.list.query = query;
                    self.current = Some(Current { is_first: false, ..current });
                } else {
                    tracing::debug!(what = self.what, "the pages form a circle; the listing ends here");
                }
            }
            return Ok(Some(names));
        }
    }

    fn begin(&mut self) -> Option<Current> {
        let namespace = self.namespaces.pop_front()?;
        let mut others: VecDeque<List> = self.vendor.lists(namespace.as_deref()).into();
        let list = others.pop_front()?;
        Some(Current { namespace, list, others, is_first: true, seen: HashSet::new() })
    }

    fn read(
        &self,
        current: &Current,
        response: &Response,
    ) -> Result<(Vec<RepositoryName>, Option<String>), Error> {
        let unreadable = |why| Error::Unreadable { what: self.what.clone(), why };
        let page = self.vendor.read(current.namespace.as_deref(), response).map_err(unreadable)?;
        let names: Vec<RepositoryName> =
            page.names.iter().filter_map(|name| parsed(name, "repository")).collect();
        // A list of which nothing can be used must not pass for an empty one.
        match page.names.first() {
            Some(name) if names.is_empty() => {
                let name = crate::shorten(name);
                Err(unreadable(format!("none of its names is one of a repository: {name:?}")))
            }
            _ => Ok((names, page.next)),
        }
    }

    async fn ask(&mut self, list: &List) -> Result<Response, Error> {
        let api = match &self.api {
            Some(api) => api.clone(),
            None => self.api.insert(find(&self.client, self.vendor.home()).await?).clone(),
        };
        let mut url = api.clone();
        url.path_segments_mut()
            .map_err(|()| not_known("its address is none of the web"))?
            .pop_if_empty()
            .extend(&list.path);
        url.set_query(Some(&list.query));
        let headers = self.vendor.headers().iter();
        let request = Request {
            method: Method::GET,
            url,
            headers: headers
                .map(|&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect(),
            body: Bytes::new(),
            limit: self.client.config().limits.page,
            what: self.what.clone(),
            retry: true,
        };
        let login = self.vendor.login();
        if login == Login::Registry {
            return match self.client.call(&request, &Area::Catalog).await {
                Err(Error::Denied { host, status, message, .. }) => {
                    Err(Error::CatalogRefused { host, status, message })
                }
                result => result,
            };
        }
        let header = match self.is_trusted {
            true => login::header(&self.client, login, &api).await?,
            false => None,
        };
        let response = self.client.call_vendor(&request, header.as_ref()).await?;
        if response.status == StatusCode::UNAUTHORIZED && login::forget(&self.client).await {
            let header = login::header(&self.client, login, &api).await?;
            return self.client.call_vendor(&request, header.as_ref()).await;
        }
        Ok(response)
    }
}

impl Client {
    /// Sends a request to a vendor's API when it is its turn. No other host may answer for it.
    pub(super) async fn call_vendor(
        &self,
        request: &Request,
        authorization: Option<&HeaderValue>,
    ) -> Result<Response, Error> {
        let _turn = self.inner.turns.acquire().await.expect("the semaphore is never closed");
        let deadline = Deadline::after(self.config().timeouts.catalog);
        let response = self.inner.session.transport.send(request, authorization, deadline).await?;
        let asked = hosts::name(&request.url);
        if response.host == asked {
            return Ok(response);
        }
        let why = format!("{asked} leads to {} for it", response.host);
        Err(Error::Unreadable { what: request.what.clone(), why })
    }
}

/// Whether a registry's credentials go to the API: not to one at a fixed address on behalf of somebody else's registry,
/// such as a mirror of Docker Hub, whose password is none of Docker's business.
fn is_trusted(list: &VendorList, registry: &Url) -> bool {
    let is_fixed = matches!(list.vendor.catalog().home(), Home::Fixed(_));
    !is_fixed || list.api.is_some() || Vendor::of_url(registry) == Some(list.vendor)
}

/// Where the API is.
async fn find(client: &Client, home: Home) -> Result<Url, Error> {
    let registry = &client.config().url;
    let known = |text: &str| text.parse().map_err(|_| not_known("its address cannot be read"));
    match home {
        Home::Registry => Ok(registry.clone()),
        Home::Fixed(address) => known(address),
        Home::TokenServer { unless: (host, address), .. } if registry.host_str() == Some(host) => {
            known(address)
        }
        Home::TokenServer { end, .. } => {
            let request = client.get("", client.config().limits.page, "the answer to a ping".to_owned());
            // Without credentials, so that it says where it wants them.
            let response = client.call_vendor(&request, None).await?;
            let Some(Challenge::Bearer(demand)) = challenge::choose(&response.headers) else {
                return Err(not_known("the registry names no token server, beside which it would be"));
            };
            let base = demand.realm.strip_suffix(end).map(|base| format!("{base}/"));
            base.and_then(|it| Url::parse(&it).ok()).ok_or_else(|| {
                not_known(&format!(
                    "the registry's token server does not end with {end}, so it is another one"
                ))
            })
        }
    }
}

fn not_known(why: &str) -> Error {
    let why = format!("the address of the vendor's API is not known ({why}); it can be configured");
    Error::InvalidConfig { setting: "catalog".to_owned(), why }
}

/// What an answer of a vendor's API means that is no success.
pub(super) fn refused(response: &Response, namespace: Option<&str>) -> Error {
    let host = response.host.clone();
    // GitHub says 403 where others say 429.
    if response.status == StatusCode::FORBIDDEN && response.header("x-ratelimit-remaining") == Some("0") {
        return Error::RateLimited { host, retry_after: None };
    }
    let complaint = Complaint::read(&response.body);
    if !response.status.is_client_error() {
        return response.upstream_error(&complaint);
    }
    let words = complaint.words(response.status);
    let message = namespace.map_or_else(|| words.clone(), |namespace| format!("{namespace}: {words}"));
    Error::CatalogRefused { host, status: response.status.as_u16(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_another_registry_goes_to_no_vendor() {
        let hub = VendorList::new(Vendor::DockerHub, vec!["library".to_owned()]);
        let trusted = |list: &VendorList, url: &str| is_trusted(list, &url.parse().unwrap());
        assert!(trusted(&hub, "https://registry-1.docker.io"));
        assert!(!trusted(&hub, "https://mirror.example"));
        assert!(!trusted(&hub, "https://ghcr.io"));
        let api = Some("https://hub.example".parse().unwrap());
        assert!(trusted(&VendorList { api, ..hub }, "https://mirror.example"));
        assert!(trusted(&VendorList::new(Vendor::Harbor, Vec::new()), "https://harbor.example"));
    }
}
