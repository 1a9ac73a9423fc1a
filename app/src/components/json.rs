//! JSON, formatted and coloured.

use leptos::prelude::*;
use serde_json::Value;

/// How much JSON is coloured; beyond it the text stands as it is, because every colour is an element.
const MOST_COLOURED: usize = 300;

/// A JSON document, two spaces an indent.
#[component]
pub(crate) fn Json(value: Value) -> impl IntoView {
    // A value that came from JSON can always be written as JSON.
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() > MOST_COLOURED {
        return view! { <pre class="json" tabindex="0">{text}</pre> }.into_any();
    }
    let lines = lines
        .into_iter()
        .map(|line| {
            let (key, rest) = key_of(line);
            let key = key.map(|key| view! { <span class="key">{key.to_owned()}</span> });
            let [before, value, after] = value_of(rest);
            let class = if value.starts_with('"') { "str" } else { "lit" };
            let value = (!value.is_empty()).then(|| view! { <span class=class>{value.to_owned()}</span> });
            view! { {key}{before.to_owned()}{value}{format!("{after}\n")} }
        })
        .collect_view();
    view! { <pre class="json" tabindex="0">{lines}</pre> }.into_any()
}

/// The key at the beginning of a line of formatted JSON, and what follows it.
fn key_of(line: &str) -> (Option<&str>, &str) {
    let indent = line.len() - line.trim_start().len();
    let quoted = &line[indent..];
    if !quoted.starts_with('"') {
        return (None, line);
    }
    // Within a text, quotation marks are escaped, so the first one followed by a colon ends the key.
    match quoted.find("\": ") {
        Some(end) if !quoted[1..end].contains("\", ") => {
            line.split_at_checked(indent + end + 1).map_or((None, line), |(a, b)| (Some(a), b))
        }
        _ => (None, line),
    }
}

/// What stands before the value of a line, the value, and what follows it; braces are no values.
fn value_of(rest: &str) -> [&str; 3] {
    let start = rest.find(|c: char| !matches!(c, ':' | ' ')).unwrap_or(rest.len());
    let end = rest.strip_suffix(',').unwrap_or(rest).len().max(start);
    let (before, after) = (&rest[..start], &rest[end..]);
    match &rest[start..end] {
        value if value.starts_with(['{', '}', '[', ']']) => [rest, "", ""],
        value => [before, value, after],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_key_of_a_line() {
        assert_eq!(key_of(r#"  "a": "b: c","#), (Some(r#"  "a""#), r#": "b: c","#));
        assert_eq!(key_of(r#"  "text","#), (None, r#"  "text","#));
        assert_eq!(key_of("  {"), (None, "  {"));
        assert_eq!(key_of(""), (None, ""));
    }

    #[test]
    fn finds_the_value_of_a_line() {
        assert_eq!(value_of(r#": "b, c","#), [": ", r#""b, c""#, ","]);
        assert_eq!(value_of("    12"), ["    ", "12", ""]);
        for rest in [": {", "  ],", ": [],", "", ",", " "] {
            assert_eq!(value_of(rest).concat(), rest);
            assert_eq!(value_of(rest)[1], "", "{rest:?}");
        }
    }
}
