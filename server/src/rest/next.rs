//! The address of the next page of a list.

use axum::http::Uri;
use url::form_urlencoded;

/// The address that was asked for, with another value for one parameter.
pub(super) fn address(asked: &Uri, parameter: &str, value: &str) -> String {
    let pairs = form_urlencoded::parse(asked.query().unwrap_or_default().as_bytes());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.filter(|(name, _)| name != parameter)).append_pair(parameter, value);
    format!("{}?{}", asked.path(), query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_every_other_parameter() {
        let asked = Uri::from_static("/api/v1/tags?q=a%26b&page=2&dir=desc");
        assert_eq!(address(&asked, "page", "3"), "/api/v1/tags?q=a%26b&dir=desc&page=3");
        assert_eq!(address(&Uri::from_static("/a"), "after", "team/api"), "/a?after=team%2Fapi");
    }
}
