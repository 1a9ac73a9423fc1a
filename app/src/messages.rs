//! Every text that people read, in every language, a file for each part of the pages.
//!
//! A text is a method of [`Locale`], so one that lacks a language does not compile.

mod access;
mod activity;
mod artifact;
mod catalog;
mod compare;
mod deletion;
mod files;
mod frame;
mod image;
mod problems;
mod search;
mod states;
mod tags;

use crate::visitor::Locale;

/// Declares texts without arguments: the name, English, French.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $en:literal, $fr:literal;)*) => {
        impl crate::visitor::Locale {
            $(
                $(#[$doc])*
                pub(crate) const fn $name(self) -> &'static str {
                    match self {
                        Self::En => $en,
                        Self::Fr => $fr,
                    }
                }
            )*
        }
    };
}
use texts;

impl Locale {
    /// A number with its noun; French counts zero as one.
    fn count(self, n: usize, english: [&str; 2], french: [&str; 2]) -> String {
        let number = self.number(n);
        match self {
            Self::En => format!("{number} {}", english[usize::from(n != 1)]),
            Self::Fr => format!("{number} {}", french[usize::from(n > 1)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::visitor::Locale;

    #[test]
    fn nouns_follow_their_number() {
        let text = |n| (Locale::En.n_tags(n), Locale::Fr.n_tags(n));
        assert_eq!(text(0), ("0 tags".to_owned(), "0 tag".to_owned()));
        assert_eq!(text(1), ("1 tag".to_owned(), "1 tag".to_owned()));
        assert_eq!(text(1284), ("1,284 tags".to_owned(), "1\u{202f}284 tags".to_owned()));
    }
}
