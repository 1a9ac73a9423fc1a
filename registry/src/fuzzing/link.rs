use std::str;

use reqwest::header::{HeaderMap, LINK};
use url::Url;

use super::headers;
use crate::client::link::next_query;

/// The lines are headers, and the first one what stands in a title or a query besides.
pub fn link(input: &[u8]) {
    let headers = headers(&LINK, input);
    if let Some(query) = next_query(&headers) {
        assert!(!query.is_empty() && !query.contains(['>', '#']));
        let mut values = headers.get_all(LINK).iter().filter_map(|it| it.to_str().ok());
        assert!(values.any(|it| it.contains(&format!("?{query}"))), "{query:?}");
        asked(&query);
    }
    if let Ok(text) = str::from_utf8(input) {
        made_up(text.lines().next().unwrap_or_default());
    }
}

/// Nothing but the query of what we ask changes.
fn asked(query: &str) {
    let asked: Url = "https://registry.example:5000/v2/a/tags/list".parse().expect("it is an address");
    let mut next = asked.clone();
    next.set_query(Some(query));
    assert_eq!(next.as_str().parse::<Url>().as_ref(), Ok(&next));
    assert!(next.query().is_some_and(|it| !it.is_empty()) && next.fragment().is_none());
    next.set_query(None);
    assert_eq!(next, asked);
}

/// A query comes back as it was sent, whatever stands before it.
fn made_up(text: &str) {
    let is_sent = |it: &char| matches!(it, ' '..='~' | '\t');
    let text: String = text.chars().filter(is_sent).collect();
    let query: String = text.chars().filter(|it| !matches!(it, '>' | '#')).collect();
    let title = text.replace('\\', "\\\\").replace('"', "\\\"");
    for value in [
        format!("</v2/_catalog?{query}>; rel=\"next\""),
        format!(
            "</v2/_catalog?a=1>; title=\"{title}\"; rel=prev, </v2/_catalog?{query}>;title=\"{title}\";rel=next"
        ),
    ] {
        let headers = HeaderMap::from_iter([(LINK, value.parse().expect("it is a header"))]);
        let meant = Some(query.as_str()).filter(|it| !it.trim().is_empty());
        assert_eq!(next_query(&headers).as_deref(), meant, "{value}");
    }
}
