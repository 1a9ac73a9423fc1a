//! Giving a role to somebody.

use std::fmt;
use std::str::FromStr;

use super::{Identity, Role, Scope};

/// A role for somebody in a scope: `maintainer group:team-a */team-a/**`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What may be done.
    pub role: Role,
    /// By whom.
    pub who: Who,
    /// Where.
    pub scope: Scope,
}

/// To whom something is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// `anonymous`: everybody, also without signing in.
    Anonymous,
    /// `everyone`: everybody who has signed in.
    Everyone,
    /// `group:ops`: whoever is said to be in a group.
    Group(String),
    /// `local:alice`: one person.
    Person(Identity),
}

/// A text that is no grant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} grants nothing: {why}; expected something like: maintainer group:team-a */team-a/**")]
pub struct InvalidGrant {
    /// What was given.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

impl Who {
    /// Whether somebody is meant.
    pub fn is(&self, identity: Option<&Identity>) -> bool {
        match (self, identity) {
            (Self::Anonymous, _) => true,
            (_, None) => false,
            (Self::Everyone, Some(_)) => true,
            (Self::Group(group), Some(identity)) => identity.groups.contains(group),
            (Self::Person(person), Some(identity)) => {
                person.way == identity.way && person.name == identity.name
            }
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anonymous => f.write_str("anonymous"),
            Self::Everyone => f.write_str("everyone"),
            Self::Group(group) => write!(f, "group:{group}"),
            Self::Person(person) => person.fmt(f),
        }
    }
}

impl FromStr for Who {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "anonymous" => return Ok(Self::Anonymous),
            "everyone" => return Ok(Self::Everyone),
            _ => {}
        }
        match text.strip_prefix("group:") {
            Some("") => Err("the group has no name".to_owned()),
            Some(group) if group.trim() != group || group.chars().any(char::is_control) => {
                Err(format!("{group:?} is no name of a group"))
            }
            Some(group) => Ok(Self::Group(group.to_owned())),
            None => text.parse().map(Self::Person).map_err(|_| {
                format!("{text:?} is nobody; expected anonymous, everyone, group:…, local:…, oidc:…, proxy:… or registry:…")
            }),
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.role, self.who, self.scope)
    }
}

impl FromStr for Grant {
    type Err = InvalidGrant;

    fn from_str(text: &str) -> Result<Self, InvalidGrant> {
        let invalid = |why: String| InvalidGrant { text: text.to_owned(), why };
        let trimmed = text.trim();
        // Names of people and groups may hold blanks; roles and scopes do not.
        let (role, rest) =
            trimmed.split_once(' ').ok_or_else(|| invalid("it has fewer than three parts".to_owned()))?;
        let (who, scope) = rest
            .trim()
            .rsplit_once(' ')
            .ok_or_else(|| invalid("it has fewer than three parts".to_owned()))?;
        let role = role.parse().map_err(|_| {
            invalid(format!("{role:?} is no role; expected viewer, maintainer or administrator"))
        })?;
        let who: Who = who.trim().parse().map_err(invalid)?;
        let scope: Scope = scope.parse().map_err(|error: super::InvalidScope| invalid(error.to_string()))?;
        if who == Who::Anonymous && role != Role::Viewer {
            return Err(invalid("whoever has not signed in can only be a viewer".to_owned()));
        }
        Ok(Self { role, who, scope })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_are_written_as_they_are_read() {
        for text in [
            "viewer anonymous */public/**",
            "viewer everyone **",
            "maintainer group:Team A localhost:5000/team-a/**",
            "administrator local:alice **",
        ] {
            assert_eq!(text.parse::<Grant>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_grants_nothing_says_why() {
        for (text, why) in [
            ("viewer", "three parts"),
            ("viewer everyone", "three parts"),
            ("owner everyone **", "no role"),
            ("viewer alice **", "nobody"),
            ("viewer group: **", "no name"),
            ("viewer everyone team-a", "no repositories"),
            ("maintainer anonymous **", "can only be a viewer"),
        ] {
            let error = text.parse::<Grant>().unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
