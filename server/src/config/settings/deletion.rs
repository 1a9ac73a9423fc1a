//! Whether and what may be deleted.

use super::Fallback::{Is, Says};
use super::Kind::{List, Switch, Text};
use super::{Concern, Setting};

/// What stands between the texts of a list.
const COMMA: &[char] = &[','];

pub(super) const DELETION: Concern = Concern {
    title: "Deletion",
    about: "[deletion.md](deletion.md) tells how it works.",
    settings: &[
        Setting {
            key: "deletion.enabled",
            variable: "DELETE_IMAGES",
            kind: Switch,
            what: "whether images may be deleted",
            default: Is("false"),
            example: "true",
        },
        Setting {
            key: "deletion.protected_tags",
            variable: "STOWAGE_PROTECTED_TAGS",
            kind: List(COMMA),
            what: "tags that nobody may delete here",
            default: Says("none"),
            example: "[\"latest\", \"v*\", \"team/**:prod-*\"]",
        },
        Setting {
            key: "deletion.trash_for",
            variable: "STOWAGE_TRASH_FOR",
            kind: Text,
            what: "how long what was deleted can be put back",
            default: Is("30d"),
            example: "\"90d\"",
        },
    ],
};
