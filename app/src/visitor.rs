//! Who looks at a page, and how they like it.

mod defaults;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use registry::RepositoryName;

pub use defaults::{CatalogDefaults, Defaults, TagDefaults};

/// What a page must know of the person it is made for.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The colours.
    pub theme: Theme,
    /// The language.
    pub locale: Locale,
    /// Repositories added by name, with the id of their registry, for registries that do not list theirs.
    pub added: Vec<(String, RepositoryName)>,
    /// The ways to sign in.
    pub sign_in: Arc<SignIn>,
    /// What the configuration says about pages.
    pub defaults: Arc<Defaults>,
    /// What has become of what they just sent, told once.
    pub notice: Option<AccessNotice>,
}

/// The ways to sign in that are configured.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// With a name and a password of Stowage's own.
    pub password: bool,
    /// With the credentials of these registries, by their ids.
    pub registries: Vec<String>,
    /// Through an OpenID provider, by the name that people know it by.
    pub oidc: Option<String>,
    /// Whether there is any way at all, also one that needs no page, such as a proxy.
    pub can: bool,
    /// Whether everybody may do everything, and nobody said that this is meant.
    pub is_open_unmeant: bool,
}

/// What has become of a form about access, as the page tells it that answers the form.
#[derive(Clone)]
pub enum AccessNotice {
    /// The name or the password is wrong; which of them is told to nobody.
    SignInFailed {
        /// The name that was tried, so that it has not to be typed again.
        name: String,
        /// Whether it was to be that of a registry.
        at_registry: bool,
    },
    /// Signing in was tried too often.
    TooManyAttempts {
        /// How long to wait.
        seconds: u64,
    },
    /// The registry or the provider that was asked did not answer as it should.
    WayFailed {
        /// What happened, in one sentence.
        why: String,
    },
    /// A token was made.
    TokenMade {
        /// What it is called.
        name: String,
        /// The token, which is shown this once.
        secret: String,
    },
}

impl fmt::Debug for AccessNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignInFailed { .. } => f.write_str("SignInFailed"),
            Self::TooManyAttempts { seconds } => {
                f.debug_struct("TooManyAttempts").field("seconds", seconds).finish()
            }
            Self::WayFailed { why } => f.debug_struct("WayFailed").field("why", why).finish(),
            Self::TokenMade { name, secret: _ } => {
                f.debug_struct("TokenMade").field("name", name).finish_non_exhaustive()
            }
        }
    }
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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
    fn a_token_is_never_written_into_a_log() {
        let notice = AccessNotice::TokenMade { name: "ci".to_owned(), secret: "stw_secret".to_owned() };
        let text = format!("{notice:?}");
        assert!(text.contains("ci") && !text.contains("stw_secret"), "{text}");
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
