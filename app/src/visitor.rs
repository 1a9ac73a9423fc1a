//! Who looks at a page, and how they like it.

use std::str::FromStr;

use registry::RepositoryName;

/// What a page must know of the person it is made for.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The colours.
    pub theme: Theme,
    /// The language.
    pub locale: Locale,
    /// Repositories added by name, with the id of their registry, for registries that do not list theirs.
    pub added: Vec<(String, RepositoryName)>,
}

/// The colours of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the browser prefers.
    #[default]
    Auto,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// The language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

/// The text names no theme or no language that we have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownPreference;

impl Theme {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The word in cookies and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl FromStr for Theme {
    type Err = UnknownPreference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|it| it.as_str() == text).ok_or(UnknownPreference)
    }
}

impl Locale {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The language tag, as in `<html lang>`, cookies and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The language's name in itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
        }
    }

    /// The first language of an `Accept-Language` header that we have; quality values are taken as sorted, which is
    /// how browsers send them.
    pub fn preferred(accept_language: &str) -> Option<Self> {
        accept_language
            .split(',')
            .filter_map(|range| range.split(';').next()?.split('-').next()?.trim().parse().ok())
            .next()
    }
}

impl FromStr for Locale {
    type Err = UnknownPreference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|it| text.eq_ignore_ascii_case(it.as_str())).ok_or(UnknownPreference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_first_language_that_we_have() {
        assert_eq!(Locale::preferred("fr-CA,fr;q=0.9,en;q=0.8"), Some(Locale::Fr));
        assert_eq!(Locale::preferred("de, en-GB;q=0.7, fr;q=0.3"), Some(Locale::En));
        assert_eq!(Locale::preferred("de"), None);
        assert_eq!(Locale::preferred(""), None);
    }

    #[test]
    fn words_lead_back_to_what_they_name() {
        for theme in Theme::ALL {
            assert_eq!(theme.as_str().parse(), Ok(theme));
        }
        for locale in Locale::ALL {
            assert_eq!(locale.as_str().parse(), Ok(locale));
        }
        assert!("pink".parse::<Theme>().is_err());
    }
}
