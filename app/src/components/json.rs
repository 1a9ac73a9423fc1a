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
            view! { {key.map(|key| view! { <span class="key">{key.to_owned()}</span> })}{format!("{rest}\n")} }
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
}
