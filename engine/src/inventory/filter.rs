//! The text filter of lists: a part of the name, or `/a regular expression/`.

use regex::{Regex, RegexBuilder};

use crate::Error;

/// The largest compiled expression; the engine runs in linear time, so only memory needs a limit.
const LARGEST_EXPRESSION: usize = 1 << 20;

/// Which names a list shows.
#[derive(Debug)]
pub(crate) enum Filter {
    All,
    Contains(String),
    Matches(Regex),
}

impl Filter {
    /// Reads what somebody typed; upper and lower case do not matter.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if let Some(expression) = text.strip_prefix('/').and_then(|it| it.strip_suffix('/')) {
            let regex = RegexBuilder::new(expression)
                .case_insensitive(true)
                .size_limit(LARGEST_EXPRESSION)
                .build()
                .map_err(|error| Error::InvalidFilter { why: last_line(&error) })?;
            return Ok(Self::Matches(regex));
        }
        Ok(if text.is_empty() { Self::All } else { Self::Contains(text.to_lowercase()) })
    }

    pub(crate) fn takes(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Contains(part) => name.to_lowercase().contains(part),
            Self::Matches(regex) => regex.is_match(name),
        }
    }
}

/// The parser draws the place of the error over several lines; the last one says what it is.
fn last_line(error: &regex::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(filter: &str, name: &str) -> bool {
        Filter::parse(filter).unwrap().takes(name)
    }

    #[test]
    fn a_text_is_found_anywhere_in_any_case() {
        assert!(takes("", "x") && takes("  ", "x"));
        assert!(takes("API", "team/api") && takes("a.b", "xa.bx"));
        assert!(!takes("a.b", "aXb"));
    }

    #[test]
    fn slashes_make_a_regular_expression() {
        assert!(takes(r"/^v?\d+\.\d+$/", "v1.2"));
        assert!(!takes(r"/^v?\d+\.\d+$/", "v1.2-rc"));
        assert!(takes("/team", "/team/api"), "one slash is a text");
    }

    #[test]
    fn a_bad_expression_is_an_error_in_one_line() {
        let Err(Error::InvalidFilter { why }) = Filter::parse("/(/") else { panic!() };
        assert_eq!(why, "unclosed group");
        assert!(Filter::parse("/a{1000}{1000}{1000}/").is_err());
    }
}
