//! The catalog as those get it who may not see all of it.

use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::LINK;
use axum::response::{IntoResponse, Response};
use registry::RepositoryName;
use serde_json::json;
use url::form_urlencoded::{Serializer, parse};

/// How many names a page has at most, which is also how many it has where nothing is said.
const MOST: usize = 1000;

/// Which page of it is wanted (OCI distribution specification, "Listing tags", which goes for the catalog too).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    n: usize,
    last: String,
}

impl Page {
    pub(super) fn read(query: &str) -> Self {
        let value =
            |name: &str| parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, it)| it.into_owned());
        let n = value("n").and_then(|it| it.parse().ok()).unwrap_or(MOST);
        Self { n: n.min(MOST), last: value("last").unwrap_or_default() }
    }
}

/// The page of some names, which are in their order.
pub(super) fn page(names: &[RepositoryName], page: &Page) -> Response {
    let rest = names.iter().filter(|it| page.last.is_empty() || it.as_str() > page.last.as_str());
    let shown: Vec<&str> = rest.clone().take(page.n).map(RepositoryName::as_str).collect();
    let has_more = rest.count() > shown.len();
    let mut response = Json(json!({ "repositories": shown })).into_response();
    if let (true, Some(last)) = (has_more, shown.last()) {
        let query = Serializer::new(String::new())
            .append_pair("last", last)
            .append_pair("n", &page.n.to_string())
            .finish();
        if let Ok(link) = HeaderValue::from_str(&format!("</v2/_catalog?{query}>; rel=\"next\"")) {
            response.headers_mut().insert(LINK, link);
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn asked(query: &str) -> (String, String) {
        let names: Vec<RepositoryName> = ["a", "b/c", "d"].map(|it| it.parse().unwrap()).into();
        let response = page(&names, &Page::read(query));
        let link = response.headers().get(LINK).map(|it| it.to_str().unwrap().to_owned()).unwrap_or_default();
        let body = to_bytes(response.into_body(), 1000).await.unwrap();
        (String::from_utf8(body.to_vec()).unwrap(), link)
    }

    #[tokio::test]
    async fn one_page_leads_to_the_next() {
        let next = "</v2/_catalog?last=b%2Fc&n=2>; rel=\"next\"";
        assert_eq!(asked("n=2").await, (r#"{"repositories":["a","b/c"]}"#.to_owned(), next.to_owned()));
        assert_eq!(asked("last=b%2Fc&n=2").await, (r#"{"repositories":["d"]}"#.to_owned(), String::new()));
        assert_eq!(asked("").await.0, r#"{"repositories":["a","b/c","d"]}"#);
        assert_eq!(asked("n=0").await, (r#"{"repositories":[]}"#.to_owned(), String::new()));
        assert_eq!(asked("n=x&last=z").await.0, r#"{"repositories":[]}"#);
    }
}
