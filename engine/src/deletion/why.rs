//! Why something was not done, for whoever asks later, in whatever language.

use registry::deletion::Changed;
use registry::{Digest, Error as RegistryError, Tag};
use serde::{Deserialize, Serialize};

/// Why something was not done, or not as planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Why {
    /// The tag is protected.
    Protected {
        /// The tag.
        tag: Tag,
    },
    /// The registry does not delete.
    DeletionOff {
        /// Its own words.
        message: String,
    },
    /// The registry takes no changes at the moment.
    ReadOnly {
        /// Its own words.
        message: String,
    },
    /// We may not.
    NotAllowed {
        /// The registry's own words.
        message: String,
    },
    /// The registry holds on to it.
    Held {
        /// Its own words.
        message: String,
    },
    /// The registry said that it was deleted, and still has it.
    Ignored,
    /// The registry deleted the manifest, and its tags still answer.
    TagsRemain {
        /// These.
        tags: Vec<Tag>,
    },
    /// The tag is on another manifest by now, and was left there.
    TagElsewhere {
        /// The tag.
        tag: Tag,
        /// Where it is.
        digest: Digest,
    },
    /// The registry's garbage collector has taken parts of it.
    Collected {
        /// These, as far as the registry names them.
        digests: Vec<Digest>,
    },
    /// It is not in the trash any more.
    NotInTrash,
    /// The registry failed.
    Failed {
        /// How.
        message: String,
    },
    /// Something is not as it was when the plan was made. It is stored under its own `reason`.
    #[serde(untagged)]
    Changed(Changed),
}

impl Why {
    /// Reads what was stored; words that mean nothing to this version are told as they are.
    pub(super) fn read(stored: String) -> Self {
        serde_json::from_str(&stored).unwrap_or(Self::Failed { message: stored })
    }
}

impl From<Changed> for Why {
    fn from(changed: Changed) -> Self {
        Self::Changed(changed)
    }
}

impl From<&RegistryError> for Why {
    fn from(error: &RegistryError) -> Self {
        match error {
            RegistryError::Unsupported { read_only: true, message, .. } => {
                Self::ReadOnly { message: message.clone() }
            }
            RegistryError::Unsupported { message, .. } => Self::DeletionOff { message: message.clone() },
            RegistryError::Denied { message, .. } => Self::NotAllowed { message: message.clone() },
            RegistryError::Held { message, .. } => Self::Held { message: message.clone() },
            RegistryError::ContentMissing { digests, .. } => Self::Collected { digests: digests.clone() },
            error => Self::Failed { message: error.to_string() },
        }
    }
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words = |message: &str| if message.is_empty() { String::new() } else { format!(": {message}") };
        match self {
            Self::Changed(changed) => changed.fmt(f),
            Self::Protected { tag } => write!(f, "{tag} is protected"),
            Self::DeletionOff { message } => write!(f, "the registry does not delete{}", words(message)),
            Self::ReadOnly { message } => write!(f, "the registry is read-only{}", words(message)),
            Self::NotAllowed { message } => write!(f, "the registry does not allow it{}", words(message)),
            Self::Held { message } => write!(f, "the registry holds on to it{}", words(message)),
            Self::Ignored => f.write_str("the registry said it was deleted, and still has it"),
            Self::TagsRemain { tags } => write!(f, "its tags still answer: {}", list(tags)),
            Self::TagElsewhere { tag, digest } => {
                write!(f, "{tag} is on {digest} by now, and was left there")
            }
            Self::Collected { digests } if digests.is_empty() => {
                f.write_str("the registry's garbage collector has taken parts of it")
            }
            Self::Collected { digests } => {
                write!(f, "the registry's garbage collector has taken {}", list(digests))
            }
            Self::NotInTrash => f.write_str("it is not in the trash any more"),
            Self::Failed { message } => f.write_str(message),
        }
    }
}

fn list(items: &[impl ToString]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_is_read_again() {
        let tag: Tag = "1".parse().expect("a tag");
        let moved = Why::Changed(Changed::TagMoved { tag: tag.clone(), to: None });
        assert_eq!(Why::read(r#"{"reason":"tag_moved","tag":"1","to":null}"#.to_owned()), moved);
        for why in [moved, Why::Protected { tag }, Why::Changed(Changed::Unread { n: 3 }), Why::Ignored] {
            let stored = serde_json::to_string(&why).expect("texts and numbers");
            assert_eq!(Why::read(stored), why);
        }
        let newer = r#"{"reason":"of_tomorrow"}"#.to_owned();
        assert_eq!(Why::read(newer.clone()), Why::Failed { message: newer });
    }
}
