//! What a list tells of a manifest: kind, size, date, platforms, and what is wrong with it.

use serde::{Deserialize, Serialize};

use crate::attached::Attached;
use crate::created::Created;
use crate::digest::Digest;
use crate::image::Contents;
use crate::platform::Platform;
use crate::reference::Tag;

/// What a manifest is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Configuration and layers.
    Image,
    /// Children, one per platform.
    Index,
    /// Anything else: a Helm chart, a signature, an SBOM.
    Artifact,
    /// It could not be read.
    Broken,
}

/// The state that a registry holds a manifest in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Everything it needs is there.
    #[default]
    Ok,
    /// The tag is listed, but its manifest is not in the registry; or an index names a child that is not there.
    ManifestMissing,
    /// A child of the index is not in the registry.
    ChildMissing,
    /// The configuration is not in the registry.
    ConfigMissing,
    /// The manifest or its configuration is there, but is not what it should be.
    Unreadable,
    /// The registry did not answer for it; the next look may succeed.
    Failed,
    /// It was not read yet, because reading everything takes longer than a page may.
    Unread,
}

/// What a list tells of a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Summary {
    /// The manifest's digest; absent where it could not be read.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub digest: Option<Digest>,
    /// The manifest's media type.
    pub media_type: Option<String>,
    /// What it is.
    pub kind: Kind,
    /// What kind of artifact it is, as a media type.
    pub artifact_type: Option<String>,
    /// When it was made; for an index the newest of its platforms.
    #[serde(flatten)]
    pub created: Created,
    /// Compressed bytes of configuration and layers, each blob once; for an index summed over its platforms, without
    /// attestations. Absent where it is not known.
    pub size: Option<u64>,
    /// What it runs on; an image has one.
    pub platforms: Vec<PlatformRow>,
    /// The attestations among the children of an index.
    pub attestations: Vec<AttestationRow>,
    /// What is wrong with it.
    pub state: State,
    /// The state in a sentence, where there is more to say.
    pub detail: Option<String>,
}

/// One platform of an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlatformRow {
    /// What it runs on.
    #[serde(flatten)]
    pub platform: Platform,
    /// The digest of the platform's manifest.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub digest: Digest,
    /// Compressed bytes of configuration and layers, each blob once.
    pub size: Option<u64>,
    /// When it was made.
    #[serde(flatten)]
    pub created: Created,
    /// What is wrong with it.
    pub state: State,
    /// The state in a sentence, where there is more to say.
    pub detail: Option<String>,
    /// What is in it, where one image is looked at; lists leave it out.
    #[serde(flatten)]
    pub contents: Option<Box<Contents>>,
}

/// An attestation among the children of an index (SBOM, provenance).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AttestationRow {
    /// The digest of the attestation's manifest.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub digest: Digest,
    /// The length of the attestation's manifest in bytes.
    pub size: u64,
    /// The child it is about.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub subject: Option<Digest>,
}

/// One row of the list of tags.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TagRow {
    /// The tag.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: Tag,
    /// What lies behind it.
    #[serde(flatten)]
    pub summary: Summary,
    /// Other tags on the same digest, as far as they have been read.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub aliases: Vec<Tag>,
    /// Signatures and the like that lie beside it under tags of their own.
    pub attached: Vec<Attached>,
}

impl Summary {
    /// A manifest that could not be read.
    pub fn broken(state: State, detail: Option<String>) -> Self {
        Self {
            digest: None,
            media_type: None,
            kind: Kind::Broken,
            artifact_type: None,
            created: Created::default(),
            size: None,
            platforms: Vec::new(),
            attestations: Vec::new(),
            state,
            detail,
        }
    }

    /// An index, summed up from its platforms.
    pub fn of_index(
        digest: Digest,
        media_type: String,
        platforms: Vec<PlatformRow>,
        attestations: Vec<AttestationRow>,
    ) -> Self {
        let all_there = platforms.iter().all(|it| it.state == State::Ok);
        let worst = platforms.iter().map(|it| it.state).find(|&it| it == State::Failed);
        let newest = platforms.iter().map(|it| it.created).max_by_key(|it| it.at).unwrap_or_default();
        Self {
            digest: Some(digest),
            media_type: Some(media_type),
            kind: Kind::Index,
            artifact_type: None,
            created: newest,
            size: platforms.iter().filter_map(|it| it.size).reduce(u64::saturating_add),
            attestations,
            state: match (all_there, worst) {
                (true, _) => State::Ok,
                (false, Some(failed)) => failed,
                (false, None) if platforms.iter().any(|it| it.state == State::ManifestMissing) => {
                    State::ChildMissing
                }
                (false, None) => {
                    platforms.iter().map(|it| it.state).find(|&it| it != State::Ok).unwrap_or_default()
                }
            },
            platforms,
            detail: None,
        }
    }

    /// Whether the registry will say the same tomorrow, so that it may be kept for ever.
    pub fn is_settled(&self) -> bool {
        self.state == State::Ok
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform(state: State, size: Option<u64>) -> PlatformRow {
        PlatformRow {
            platform: Platform::default(),
            digest: format!("sha256:{}", "a".repeat(64)).parse().unwrap(),
            size,
            created: Created::default(),
            state,
            detail: None,
            contents: None,
        }
    }

    fn index(platforms: Vec<PlatformRow>) -> Summary {
        let digest = format!("sha256:{}", "b".repeat(64)).parse().unwrap();
        Summary::of_index(digest, String::new(), platforms, Vec::new())
    }

    #[test]
    fn an_index_is_as_large_as_its_platforms_together() {
        assert_eq!(index(vec![platform(State::Ok, Some(2)), platform(State::Ok, Some(3))]).size, Some(5));
        assert_eq!(
            index(vec![platform(State::ManifestMissing, None), platform(State::Ok, Some(3))]).size,
            Some(3)
        );
        assert_eq!(index(vec![platform(State::ManifestMissing, None)]).size, None);
        assert_eq!(index(Vec::new()).size, None);
    }

    #[test]
    fn an_index_says_what_is_wrong_below_it() {
        let state = |states: &[State]| index(states.iter().map(|&it| platform(it, None)).collect()).state;
        assert_eq!(state(&[State::Ok, State::Ok]), State::Ok);
        assert_eq!(state(&[State::Ok, State::ManifestMissing]), State::ChildMissing);
        assert_eq!(state(&[State::ManifestMissing, State::Failed]), State::Failed);
        assert_eq!(state(&[State::ConfigMissing, State::Ok]), State::ConfigMissing);
    }

    #[test]
    fn a_row_is_flat_json() {
        let row = TagRow {
            name: "latest".parse().unwrap(),
            summary: index(vec![platform(State::Ok, Some(2))]),
            aliases: vec!["1.0".parse().unwrap()],
            attached: vec![Attached::Signature],
        };
        let json = serde_json::to_value(&row).unwrap();
        for name in
            ["name", "digest", "media_type", "kind", "created", "size", "platforms", "aliases", "state"]
        {
            assert!(json.get(name).is_some(), "{name}");
        }
        for name in ["os", "architecture", "variant", "os_version", "digest", "size", "created", "state"] {
            assert!(json["platforms"][0].get(name).is_some(), "{name}");
        }
        assert_eq!(serde_json::from_value::<TagRow>(json).unwrap(), row);
    }
}
