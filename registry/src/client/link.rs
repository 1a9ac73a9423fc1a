//! The `Link` header that leads from one page of a listing to the next (RFC 8288).

use std::iter;

use reqwest::header::{HeaderMap, LINK};

/// The query of the link with `rel="next"`, if there is one.
///
/// Only the query is of use: distribution behind a reverse proxy leaves the proxy's path prefix out of the address,
/// Artifactory drops the repository's path, Nexus names a path that is not valid on the port that was asked. So the
/// query goes back, as it is, onto the address that we asked ourselves, and no link can lead to another host.
pub(crate) fn next_query(headers: &HeaderMap) -> Option<String> {
    headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok()).find_map(next_query_in)
}

fn next_query_in(header: &str) -> Option<String> {
    let mut rest = header;
    loop {
        let (_, after_open) = rest.split_once('<')?;
        let (target, after_target) = after_open.split_once('>')?;
        let end = end_of_part(after_target, ',');
        if parameters(&after_target[..end]).any(is_rel_next) {
            let target = target.split('#').next().unwrap_or_default();
            return target
                .split_once('?')
                .map(|(_, query)| query.to_owned())
                // Blanks are left out of an address.
                .filter(|query| !query.trim().is_empty());
        }
        rest = &after_target[end..];
    }
}

/// What stands between the semicolons of a link.
fn parameters(text: &str) -> impl Iterator<Item = &str> {
    let rests = iter::successors(Some(text), |rest| rest.get(end_of_part(rest, ';') + 1..));
    rests.map(|rest| &rest[..end_of_part(rest, ';')])
}

/// Where a part of the header ends: at the separator before the next one, unless it stands between quotes.
fn end_of_part(text: &str, separator: char) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            it if it == separator && !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

fn is_rel_next(parameter: &str) -> bool {
    parameter.split_once('=').is_some_and(|(name, value)| {
        name.trim().eq_ignore_ascii_case("rel")
            && value
                .trim()
                .trim_matches('"')
                .split_ascii_whitespace()
                .any(|rel| rel.eq_ignore_ascii_case("next"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_query_of_every_form_seen() {
        for (header, query) in [
            // distribution
            (r#"</v2/_catalog?last=bulk%2Ftags-1000&n=3>; rel="next""#, "last=bulk%2Ftags-1000&n=3"),
            // ferro leaves slashes as they are
            (r#"</v2/_catalog?n=2&last=demo/a>; rel="next""#, "n=2&last=demo/a"),
            // Nexus
            ("<https://nexus.example/repository/docker/v2/_catalog?n=2&last=b>; rel=next", "n=2&last=b"),
            // Artifactory's cursor is a number, Quay's was opaque
            (r#"</v2/tags/list?last=10000&n=1000>;rel="next""#, "last=10000&n=1000"),
            (r#"</v2/_catalog?next_page=gAAAA%3D%3D>; rel="next""#, "next_page=gAAAA%3D%3D"),
            // other links stand before it
            (r#"</v2/?a=1>; rel="prev", </v2/?b=2>; title="x, y"; REL="last Next""#, "b=2"),
            ("</v2/?a=1#part>; rel=next", "a=1"),
            // a title is not a parameter, whatever it says
            (r#"</v2/?a=1>; title="a \"b\", <c?d=1>; rel=next; x", </v2/?b=2>; rel=next"#, "b=2"),
        ] {
            assert_eq!(next_query_in(header).as_deref(), Some(query), "{header}");
        }
    }

    #[test]
    fn ends_where_no_next_page_is_named() {
        for header in [
            "",
            "<",
            "</v2/?a=1",
            "</v2/?a=1>",
            r#"</v2/?a=1>; rel="prev""#,
            "</v2/x>; rel=next",
            "</x?>; rel=next",
            "</x?\t>; rel=next",
        ] {
            assert_eq!(next_query_in(header), None, "{header}");
        }
    }
}
