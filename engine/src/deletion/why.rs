//! Why something was not done, for whoever asks later, in whatever language.

use registry::deletion::Changed;
use registry::{Digest, Error as RegistryError, Tag};
use serde::{Deserialize, Serialize};

/// Why something was not done, or not as planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Why {
    /// The tag is somewhere else than when the plan was made.
    TagMoved {
        /// The tag.
        tag: Tag,
        /// Where it is; absent where it leads nowhere.
        to: Option<Digest>,
    },
    /// Tags were put on the manifest after the plan was made.
    NewTags {
        /// These.
        tags: Vec<Tag>,
    },
    /// Indexes name the manifest that the plan does not delete.
    NewIndexes {
        /// These.
        indexes: Vec<Digest>,
    },
    /// Some tags could not be read, and may be on the manifest.
    Unread {
        /// How many.
        n: usize,
    },
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
}

impl From<Changed> for Why {
    fn from(changed: Changed) -> Self {
        match changed {
            Changed::TagMoved { tag, to } => Self::TagMoved { tag, to },
            Changed::NewTags { tags } => Self::NewTags { tags },
            Changed::NewIndexes { indexes } => Self::NewIndexes { indexes },
            Changed::Unread { n } => Self::Unread { n },
        }
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
            Self::TagMoved { tag, to: Some(to) } => write!(f, "{tag} is on {to} by now"),
            Self::TagMoved { tag, to: None } => write!(f, "{tag} leads nowhere by now"),
            Self::NewTags { tags } => write!(f, "tags were put on it since the plan: {}", list(tags)),
            Self::NewIndexes { indexes } => write!(f, "indexes need it since the plan: {}", list(indexes)),
            Self::Unread { n } => write!(f, "{n} tags could not be read, and may be on it"),
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
