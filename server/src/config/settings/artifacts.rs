//! What is checked of artifacts.

use super::Fallback::Says;
use super::Kind::List;
use super::{Concern, Setting};

pub(super) const ARTIFACTS: Concern = Concern {
    title: "Artifacts",
    about: "[artifacts.md](artifacts.md) tells what is read of signatures, SBOMs and attestations, and what is checked.",
    settings: &[Setting {
        key: "artifacts.cosign_keys",
        variable: "STOWAGE_COSIGN_KEYS",
        kind: List(&[',']),
        what: "files with the public keys that signatures of cosign are checked with, each with a name if it shall be called by one",
        default: Says("none; nothing is checked"),
        example: "[\"release=/etc/stowage/cosign.pub\"]",
    }],
};
