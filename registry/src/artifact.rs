//! What is in artifacts: signatures, SBOMs, attestations, Helm charts, and what refers to an image.
//!
//! Everything here is what others wrote. It is read as far as it is well formed, and no more of it than the limits say;
//! [`Verification`] alone tells what somebody vouches for.

mod bundle;
mod chart;
mod detail;
mod document;
mod dsse;
mod kind;
mod provenance;
mod referrer;
mod sbom;
mod simple_signing;
mod statement;
mod verification;

pub use bundle::Bundle;
#[cfg(feature = "charts")]
pub use chart::archive;
pub use chart::{Chart, ChartDependency, ChartFile, ChartFiles};
pub use detail::{ArtifactContent, ArtifactDetail, ArtifactFile};
pub use document::{Document, LONGEST_DOCUMENT, is_document, is_signable, read};
pub use dsse::{Envelope, Signature};
pub use kind::ArtifactKind;
pub use provenance::{Material, Provenance};
pub use referrer::{ReferrerRow, Referrers, Source, SourceProblem};
pub use sbom::{Package, PackageList};
pub use simple_signing::SignedPayload;
pub use statement::{Statement, Subject};
pub use verification::{Outcome, Unchecked, Verification};

/// Why a document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDocument {
    /// It breaks the rules of the notation that it is in.
    #[error("it cannot be read: {0}")]
    Broken(String),
    /// It is well formed, but no document of its kind.
    #[error("it is no {0}")]
    Other(&'static str),
    /// What is packed in it cannot be unpacked.
    #[error("it cannot be unpacked: {0}")]
    Packed(String),
}

impl From<serde_json::Error> for InvalidDocument {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(crate::shorten(&error.to_string()))
    }
}

/// The longest text that is kept of one field, in characters.
const LONGEST_TEXT: usize = 1000;

/// A text without what is too much of it.
fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST_TEXT) {
        text.truncate(end);
        text.push('…');
    }
    text
}
