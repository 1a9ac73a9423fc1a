//! `NAME=value`, of which builders record the value without its quotes.

/// The pairs with quotes where they need them, each on a line of its own.
///
/// A value ends where a known one does, else before what looks like the next name.
pub(super) fn quoted<'a>(text: &str, known: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let known: Vec<_> = known.collect();
    let mut rest = text.trim();
    let mut pairs = Vec::new();
    while let Some((name, after)) =
        rest.split_once('=').filter(|(name, _)| !name.contains(char::is_whitespace))
    {
        let end = known
            .iter()
            .find(|(known_name, value)| *known_name == name && ends_well(after, value))
            .map_or_else(|| before_next_name(after), |(_, value)| value.len());
        let (value, next) = after.split_at(end);
        pairs.push(format!("{name}={}", quote(value)));
        rest = next.trim_start();
    }
    if !rest.is_empty() {
        pairs.push(rest.lines().collect::<Vec<_>>().join(" "));
    }
    pairs.join(" \\\n    ")
}

/// Whether the text begins with the value and goes on with another pair or not at all.
fn ends_well(text: &str, value: &str) -> bool {
    text.strip_prefix(value).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Where the first value ends: before the blank that stands before a name and an equals sign.
fn before_next_name(text: &str) -> usize {
    let blanks = text.char_indices().filter(|(_, c)| *c == ' ').map(|(at, _)| at);
    blanks.into_iter().find(|at| begins_with_name(&text[at + 1..])).unwrap_or(text.len())
}

fn begins_with_name(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/');
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.split_once('=').is_some_and(|(name, _)| name.chars().all(is_part))
}

fn quote(value: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_./:,@%+=-~^*?&;()<>|[]{}!#".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for c in value.chars() {
        // The builder has put in what variables stood for, so a dollar sign is one.
        if matches!(c, '"' | '\\' | '$') {
            text.push('\\');
        }
        // A line's end cannot be written in quotes; the backslash in front of it leaves it out.
        if c == '\n' {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('"');
    text
}
