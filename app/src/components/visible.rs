//! Text of others, in which nothing hides.

use std::borrow::Cow;

/// The text with its control characters, and the marks that turn the direction of letters, written as escapes. Ends of
/// lines and tabs stay.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match is_unseen(letter) {
            true => shown.extend(letter.escape_unicode()),
            false => shown.push(letter),
        }
    }
    Cow::Owned(shown)
}

fn is_unseen(letter: char) -> bool {
    let is_direction = matches!(letter, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    is_direction || letter.is_control() && !matches!(letter, '\n' | '\t' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_hides_and_nothing_else() {
        assert_eq!(visible("a\tb\nc\\é"), "a\tb\nc\\é");
        assert_eq!(visible("gpj.\u{202e}exe\u{1b}[2J"), "gpj.\\u{202e}exe\\u{1b}[2J");
    }
}
