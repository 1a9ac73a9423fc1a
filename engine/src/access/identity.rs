//! Who somebody is, and by which way that is known.

use std::fmt;
use std::str::FromStr;

/// The longest name, in bytes.
const LONGEST: usize = 200;

/// By which way somebody came in. A name of one way is not that of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// With a name and a password of Stowage's own file of users.
    Local,
    /// With the credentials of a registry.
    Registry,
    /// Through an OpenID provider.
    Oidc,
    /// Named by a proxy that is trusted.
    Proxy,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Local, Self::Registry, Self::Oidc, Self::Proxy];

    /// The word before the colon of a name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Registry => "registry",
            Self::Oidc => "oidc",
            Self::Proxy => "proxy",
        }
    }
}

/// Somebody who is known: `local:alice`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Identity {
    /// By which way.
    pub way: Way,
    /// The name there.
    pub name: String,
    /// The groups that the way tells of.
    pub groups: Vec<String>,
}

/// A text that is nobody's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is no name; expected one of 1 to {LONGEST} characters without blanks at its ends or control characters"
)]
pub struct InvalidIdentity {
    /// What was given.
    pub text: String,
}

impl Identity {
    /// Somebody by a name, in no group.
    pub fn new(way: Way, name: &str) -> Result<Self, InvalidIdentity> {
        let is_name = !name.is_empty()
            && name.len() <= LONGEST
            && name.trim() == name
            && !name.chars().any(char::is_control);
        match is_name {
            true => Ok(Self { way, name: name.to_owned(), groups: Vec::new() }),
            false => Err(InvalidIdentity { text: name.to_owned() }),
        }
    }

    /// The same in groups.
    #[must_use]
    pub fn in_groups(mut self, groups: impl IntoIterator<Item = String>) -> Self {
        self.groups = groups.into_iter().collect();
        self
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.way.word(), self.name)
    }
}

impl FromStr for Identity {
    type Err = InvalidIdentity;

    fn from_str(text: &str) -> Result<Self, InvalidIdentity> {
        let invalid = || InvalidIdentity { text: text.to_owned() };
        let (way, name) = text.split_once(':').ok_or_else(invalid)?;
        let way = Way::ALL.into_iter().find(|it| it.word() == way).ok_or_else(invalid)?;
        Self::new(way, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_whom_they_name() {
        for text in ["local:alice", "oidc:bob@example.org", "proxy:Ann Lee", "registry:a:b"] {
            assert_eq!(text.parse::<Identity>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_could_be_mistaken_is_refused() {
        for text in ["", "alice", "local:", "root:alice", "local: alice", "local:a\nb", "local:\u{7f}"] {
            assert!(text.parse::<Identity>().is_err(), "{text:?}");
        }
        assert!(Identity::new(Way::Local, &"a".repeat(LONGEST + 1)).is_err());
    }
}
