//! Attestations (in-toto attestation framework, "Statement" 0.1 and 1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{InvalidDocument, cut};
use crate::digest::Digest;
use crate::lenient::Capped;

/// How many subjects are kept.
const MOST_SUBJECTS: usize = 100;

/// What an attestation is about, and of which kind it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Statement {
    /// The type of what it says: `https://slsa.dev/provenance/v1`.
    pub predicate_type: String,
    /// What it is about; the first 100.
    pub subjects: Vec<Subject>,
}

/// What an attestation is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Subject {
    /// The name that the attestation gives it.
    pub name: String,
    /// Its digest, where there is one that registries use.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub digest: Option<Digest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawStatement {
    #[serde(rename = "_type", default, deserialize_with = "crate::lenient::text")]
    kind: String,
    #[serde(default, deserialize_with = "crate::lenient::text")]
    predicate_type: String,
    #[serde(default)]
    subject: Capped<RawSubject, MOST_SUBJECTS>,
}

#[derive(Deserialize)]
struct RawSubject {
    #[serde(default, deserialize_with = "crate::lenient::text")]
    name: String,
    #[serde(default, deserialize_with = "crate::lenient::text_map")]
    digest: BTreeMap<String, String>,
}

/// What a statement carries, read on its own.
#[derive(Deserialize)]
pub(super) struct Carrier<T> {
    pub(super) predicate: T,
}

impl Statement {
    /// Reads all but the predicate.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidDocument> {
        let RawStatement { kind, predicate_type, subject } = serde_json::from_slice(bytes)?;
        if !kind.starts_with("https://in-toto.io/Statement/") {
            return Err(InvalidDocument::Other("in-toto statement"));
        }
        let subjects = subject.items.into_iter().map(|RawSubject { name, digest }| {
            let named = ["sha256", "sha512"].into_iter().find_map(|algorithm| {
                digest.get(algorithm).and_then(|hex| format!("{algorithm}:{hex}").parse().ok())
            });
            Subject { name: cut(name), digest: named }
        });
        Ok(Self { predicate_type: cut(predicate_type), subjects: subjects.collect() })
    }

    /// The digests that it is about.
    pub fn digests(&self) -> Vec<Digest> {
        self.subjects.iter().filter_map(|it| it.digest.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_names_what_it_is_about() {
        let hex = "b".repeat(64);
        let text = format!(
            r#"{{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://example.com/p",
                "subject": [{{"name": "app", "digest": {{"sha1": "c", "sha256": "{hex}"}}}}, {{"name": "other"}}],
                "predicate": {{"anything": [1, 2, 3]}}}}"#
        );
        let statement = Statement::parse(text.as_bytes()).unwrap();
        assert_eq!(statement.predicate_type, "https://example.com/p");
        assert_eq!(statement.subjects.len(), 2);
        assert_eq!(statement.digests(), [format!("sha256:{hex}").parse().unwrap()]);
        assert!(Statement::parse(br#"{"_type": "https://example.com/"}"#).is_err());
    }

    #[test]
    fn no_more_subjects_are_kept_than_the_limit_says() {
        let subjects = vec![r#"{"name": "x"}"#; 200].join(",");
        let text = format!(r#"{{"_type": "https://in-toto.io/Statement/v0.1", "subject": [{subjects}]}}"#);
        assert_eq!(Statement::parse(text.as_bytes()).unwrap().subjects.len(), MOST_SUBJECTS);
    }
}
