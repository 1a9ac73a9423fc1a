//! A summary in as few bytes as is reasonable: an inventory holds a hundred thousand of them.
//!
//! Names are letters, what is usual is left out, and what an image shares with its only platform is written once.

use jiff::Timestamp;
use registry::created::{Created, CreatedState};
use registry::media_type;
use registry::summary::{AttestationRow, PlatformRow, Summary};
use registry::{Digest, Platform};
use serde::{Deserialize, Serialize};

use super::codec;

/// Media types that are written as their place in this list, which only grows at its end.
const USUAL_TYPES: [&str; 6] = [
    media_type::OCI_MANIFEST,
    media_type::OCI_INDEX,
    media_type::DOCKER_MANIFEST,
    media_type::DOCKER_LIST,
    media_type::DOCKER_SCHEMA1_SIGNED,
    media_type::DOCKER_SCHEMA1,
];

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum MediaType {
    Usual(usize),
    Other(String),
}

/// When something was made: the instant, or a number for why there is none.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Date {
    Without(u8),
    At(Timestamp),
}

#[derive(Serialize, Deserialize)]
struct Compact {
    #[serde(rename = "m", skip_serializing_if = "Option::is_none")]
    media_type: Option<MediaType>,
    #[serde(rename = "k")]
    kind: i64,
    #[serde(rename = "t", skip_serializing_if = "Option::is_none")]
    artifact_type: Option<String>,
    #[serde(rename = "c")]
    created: Date,
    #[serde(rename = "s", skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(rename = "p", default, skip_serializing_if = "Vec::is_empty")]
    platforms: Vec<CompactPlatform>,
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    attestations: Vec<CompactAttestation>,
    #[serde(rename = "e", default, skip_serializing_if = "is_zero")]
    state: i64,
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// What is left out is the same as in the whole.
#[derive(Serialize, Deserialize)]
struct CompactPlatform {
    #[serde(rename = "o")]
    os: String,
    #[serde(rename = "a")]
    architecture: String,
    #[serde(rename = "v", skip_serializing_if = "Option::is_none")]
    variant: Option<String>,
    #[serde(rename = "w", skip_serializing_if = "Option::is_none")]
    os_version: Option<String>,
    #[serde(rename = "g", skip_serializing_if = "Option::is_none")]
    digest: Option<Digest>,
    /// Written as `null` where it is not known.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    size: Option<Option<u64>>,
    #[serde(rename = "c", skip_serializing_if = "Option::is_none")]
    created: Option<Date>,
    #[serde(rename = "e", default, skip_serializing_if = "is_zero")]
    state: i64,
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct CompactAttestation {
    #[serde(rename = "g")]
    digest: Digest,
    #[serde(rename = "s")]
    size: u64,
    #[serde(rename = "u", skip_serializing_if = "Option::is_none")]
    subject: Option<Digest>,
}

/// The text that is stored for a summary. Its digest is stored beside it.
pub(super) fn write(summary: &Summary) -> String {
    let media_type = summary.media_type.as_deref().map(|text| {
        let usual = USUAL_TYPES.iter().position(|it| *it == text);
        usual.map_or_else(|| MediaType::Other(text.to_owned()), MediaType::Usual)
    });
    let created = date(summary.created);
    let platforms = summary.platforms.iter().map(|row| CompactPlatform {
        os: row.platform.os.clone(),
        architecture: row.platform.architecture.clone(),
        variant: row.platform.variant.clone(),
        os_version: row.platform.os_version.clone(),
        digest: Some(&row.digest).filter(|it| summary.digest.as_ref() != Some(it)).cloned(),
        size: Some(row.size).filter(|it| summary.size != *it),
        created: Some(date(row.created)).filter(|it| created != *it),
        state: codec::state_number(row.state),
        detail: row.detail.clone(),
    });
    let attestations = summary.attestations.iter().map(|it| CompactAttestation {
        digest: it.digest.clone(),
        size: it.size,
        subject: it.subject.clone(),
    });
    let compact = Compact {
        media_type,
        kind: codec::kind_number(summary.kind),
        artifact_type: summary.artifact_type.clone(),
        created,
        size: summary.size,
        platforms: platforms.collect(),
        attestations: attestations.collect(),
        state: codec::state_number(summary.state),
        detail: summary.detail.clone(),
    };
    serde_json::to_string(&compact).expect("texts and numbers make JSON")
}

/// The summary of such a text; `None` for a text that is none.
pub(super) fn read(text: &str, digest: Option<Digest>) -> Option<Summary> {
    let it: Compact = serde_json::from_str(text).ok()?;
    let platforms = it.platforms.into_iter().map(|row| {
        Some(PlatformRow {
            platform: Platform {
                os: row.os,
                architecture: row.architecture,
                variant: row.variant,
                os_version: row.os_version,
            },
            digest: row.digest.or_else(|| digest.clone())?,
            size: row.size.unwrap_or(it.size),
            created: created(row.created.unwrap_or(it.created)),
            state: codec::state(row.state),
            detail: row.detail,
            contents: None,
        })
    });
    let attestations = it.attestations.into_iter().map(|row| AttestationRow {
        digest: row.digest,
        size: row.size,
        subject: row.subject,
    });
    Some(Summary {
        media_type: match it.media_type {
            Some(MediaType::Usual(place)) => USUAL_TYPES.get(place).map(|text| (*text).to_owned()),
            Some(MediaType::Other(text)) => Some(text),
            None => None,
        },
        kind: codec::kind(it.kind),
        artifact_type: it.artifact_type,
        created: created(it.created),
        size: it.size,
        platforms: platforms.collect::<Option<_>>()?,
        attestations: attestations.collect(),
        state: codec::state(it.state),
        detail: it.detail,
        digest,
    })
}

fn date(created: Created) -> Date {
    match (created.at, created.state) {
        (Some(at), _) => Date::At(at),
        (None, CreatedState::Placeholder) => Date::Without(1),
        (None, CreatedState::Unreadable) => Date::Without(2),
        (None, _) => Date::Without(0),
    }
}

fn created(date: Date) -> Created {
    let (at, state) = match date {
        Date::At(at) => (Some(at), CreatedState::Recorded),
        Date::Without(1) => (None, CreatedState::Placeholder),
        Date::Without(2) => (None, CreatedState::Unreadable),
        Date::Without(_) => (None, CreatedState::NotRecorded),
    };
    Created { at, state }
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// Tells a value that is `null` from one that is not there.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<u64>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use registry::summary::{Kind, State};

    use super::*;

    fn digest(letter: char) -> Digest {
        format!("sha256:{}", letter.to_string().repeat(64)).parse().unwrap()
    }

    fn row(letter: char, size: Option<u64>, state: State) -> PlatformRow {
        let created = Created {
            at: Some("2024-05-01T10:00:00.123456789Z".parse().unwrap()),
            state: CreatedState::Recorded,
        };
        PlatformRow {
            platform: Platform { os: "linux".into(), architecture: "arm".into(), ..Platform::default() },
            digest: digest(letter),
            size,
            created,
            state,
            detail: None,
            contents: None,
        }
    }

    #[test]
    fn summaries_come_back_as_they_were() {
        let image = Summary {
            kind: Kind::Image,
            ..Summary::of_index(
                digest('a'),
                media_type::OCI_MANIFEST.into(),
                vec![row('a', Some(7), State::Ok)],
                vec![],
            )
        };
        assert!(write(&image).len() < 120, "{}", write(&image));
        let attestation = AttestationRow { digest: digest('d'), size: 3, subject: Some(digest('b')) };
        let rows = vec![row('b', Some(7), State::Ok), row('c', None, State::ManifestMissing)];
        let index = Summary::of_index(digest('a'), "application/other".into(), rows, vec![attestation]);
        let broken = Summary::broken(State::Failed, Some("why".into()));
        for summary in [image, index, broken] {
            assert_eq!(read(&write(&summary), summary.digest.clone()), Some(summary));
        }
        assert_eq!(read("{", None), None);
    }
}
