//! Reads what is in a file of an artifact, by its media type.

use super::{
    ArtifactContent, ArtifactKind, Bundle, Envelope, InvalidDocument, PackageList, Provenance, SignedPayload,
    Statement,
};
use crate::manifest::Descriptor;
use crate::media_type::essence;

/// The longest file that is read, in bytes.
pub const LONGEST_DOCUMENT: u64 = 16 << 20;

/// A file of an artifact that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What it is about, where it is an attestation.
    pub statement: Option<Statement>,
    /// What it says, where that is known how to read.
    pub content: Option<ArtifactContent>,
    /// The envelope around it, where there is one.
    pub envelope: Option<Envelope>,
    /// Whether the envelope came with a certificate.
    pub has_certificate: bool,
}

/// The type of the documents in envelopes that are attestations. A key may have signed others, which mean something
/// else even where they look alike.
const IN_TOTO: &str = "application/vnd.in-toto+json";

/// How a file is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Spdx,
    CycloneDx,
    /// An SBOM if it is one, which the type does not say.
    #[cfg(feature = "xml")]
    Xml,
    SimpleSigning,
    Statement,
    Envelope,
    Bundle,
}

impl Form {
    fn of(media_type: &str) -> Option<Self> {
        Some(match essence(media_type).as_str() {
            "application/spdx+json" | "text/spdx+json" => Self::Spdx,
            // The second is what cosign writes where it is not told the notation, the third what old versions call JSON.
            "application/spdx" | "text/spdx" | "spdx+json" => Self::Spdx,
            "application/vnd.cyclonedx+json" | "application/cyclonedx+json" => Self::CycloneDx,
            #[cfg(feature = "xml")]
            "application/vnd.cyclonedx+xml" | "application/cyclonedx+xml" => Self::CycloneDx,
            #[cfg(feature = "xml")]
            "application/xml" | "text/xml" => Self::Xml,
            "application/vnd.dev.cosign.simplesigning.v1+json" => Self::SimpleSigning,
            IN_TOTO => Self::Statement,
            "application/vnd.dsse.envelope.v1+json" => Self::Envelope,
            bundle if bundle.starts_with("application/vnd.dev.sigstore.bundle") => Self::Bundle,
            _ => return None,
        })
    }

    /// Whether such files are signed, by themselves or by what is around them.
    fn is_signable(self) -> bool {
        match self {
            Self::Spdx | Self::CycloneDx => false,
            #[cfg(feature = "xml")]
            Self::Xml => false,
            Self::SimpleSigning | Self::Statement | Self::Envelope | Self::Bundle => true,
        }
    }
}

/// Whether it is known how to read a file.
pub fn is_document(file: &Descriptor) -> bool {
    Form::of(&file.media_type).is_some()
}

/// Whether a file is one of those that are signed, by themselves or by what is around them.
pub fn is_signable(file: &Descriptor) -> bool {
    Form::of(&file.media_type).is_some_and(Form::is_signable)
}

/// Reads a file of a media type; nothing is found in those that are not known.
pub fn read(media_type: &str, bytes: &[u8]) -> Result<Document, InvalidDocument> {
    let Some(form) = Form::of(media_type) else { return Ok(Document::default()) };
    let packages = |kind| {
        Ok(Document {
            content: Some(ArtifactContent::Packages(PackageList::parse(kind, bytes)?)),
            ..Document::default()
        })
    };
    match form {
        Form::Spdx => packages(ArtifactKind::Spdx),
        Form::CycloneDx => packages(ArtifactKind::CycloneDx),
        #[cfg(feature = "xml")]
        Form::Xml => match super::sbom::is_cyclonedx_xml(bytes) {
            true => packages(ArtifactKind::CycloneDx),
            false => Ok(Document::default()),
        },
        Form::SimpleSigning => Ok(Document {
            content: Some(ArtifactContent::Signature(SignedPayload::parse(bytes)?)),
            ..Document::default()
        }),
        Form::Statement => {
            // What is called a statement is often one in an envelope.
            match Statement::parse(bytes) {
                Ok(statement) => carried(statement, bytes),
                Err(error) => Envelope::parse(bytes).and_then(enveloped).map_err(|_| error),
            }
        }
        Form::Envelope => enveloped(Envelope::parse(bytes)?),
        Form::Bundle => {
            let Bundle { envelope, has_certificate } = Bundle::parse(bytes)?;
            Ok(Document { has_certificate, ..enveloped(envelope)? })
        }
    }
}

/// An envelope counts, whatever is in it.
fn enveloped(envelope: Envelope) -> Result<Document, InvalidDocument> {
    let document = match Statement::parse(&envelope.payload) {
        Ok(statement) if envelope.payload_type == IN_TOTO => carried(statement, &envelope.payload)?,
        _ => Document::default(),
    };
    Ok(Document { envelope: Some(envelope), ..document })
}

fn carried(statement: Statement, bytes: &[u8]) -> Result<Document, InvalidDocument> {
    let kind = ArtifactKind::of_predicate(&statement.predicate_type);
    let content = match kind {
        ArtifactKind::Spdx | ArtifactKind::CycloneDx => {
            PackageList::carried(kind, bytes).map(ArtifactContent::Packages).map(Some)
        }
        ArtifactKind::Provenance => Provenance::parse(&statement.predicate_type, bytes)
            .map(|it| Some(ArtifactContent::Provenance(Box::new(it)))),
        _ => Ok(None),
    };
    Ok(Document { statement: Some(statement), content: content?, ..Document::default() })
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::json;

    use super::*;

    fn statement() -> String {
        json!({
            "_type": "https://in-toto.io/Statement/v0.1",
            "predicateType": "https://spdx.dev/Document",
            "subject": [{ "name": "app", "digest": { "sha256": "a".repeat(64) } }],
            "predicate": { "spdxVersion": "SPDX-2.3", "packages": [{ "name": "zlib" }] },
        })
        .to_string()
    }

    #[test]
    fn a_statement_is_read_bare_in_an_envelope_and_in_a_bundle() {
        let envelope = json!({
            "payloadType": "application/vnd.in-toto+json",
            "payload": STANDARD.encode(statement()),
            "signatures": [{ "sig": "AQI=" }],
        });
        let bundle = json!({ "dsseEnvelope": envelope, "verificationMaterial": { "certificate": {} } });
        for (media_type, text) in [
            ("application/vnd.in-toto+json", statement()),
            ("application/vnd.in-toto+json", envelope.to_string()),
            ("application/vnd.dsse.envelope.v1+json", envelope.to_string()),
            ("application/vnd.dev.sigstore.bundle.v0.3+json", bundle.to_string()),
        ] {
            let document = read(media_type, text.as_bytes()).unwrap();
            assert_eq!(document.statement.unwrap().predicate_type, "https://spdx.dev/Document");
            let Some(ArtifactContent::Packages(list)) = document.content else { panic!("{media_type}") };
            assert_eq!(list.packages[0].name, "zlib");
        }
    }

    #[test]
    fn an_envelope_of_another_type_is_no_attestation_whatever_is_in_it() {
        let envelope =
            json!({ "payloadType": "text/plain", "payload": STANDARD.encode(statement()) }).to_string();
        let document = read("application/vnd.dsse.envelope.v1+json", envelope.as_bytes()).unwrap();
        assert!(document.envelope.is_some());
        assert_eq!((document.statement, document.content), (None, None));
    }

    #[test]
    fn what_is_not_known_says_nothing_and_what_is_broken_is_an_error() {
        assert_eq!(read("application/vnd.example", b"\0"), Ok(Document::default()));
        for media_type in
            ["text/spdx+json", "application/vnd.in-toto+json", "application/vnd.dsse.envelope.v1+json"]
        {
            assert!(read(media_type, b"\0").is_err(), "{media_type}");
        }
    }

    #[test]
    fn an_sbom_is_read_in_all_its_notations_and_is_never_taken_for_something_signed() {
        let json = r#"{"spdxVersion": "SPDX-2.3", "packages": [{"name": "zlib"}]}"#;
        let tags = "SPDXVersion: SPDX-2.3\nPackageName: zlib\n";
        let graph = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
            "@graph": [{"type": "software_Package", "name": "zlib"}]}"#;
        let cyclonedx = r#"{"bomFormat": "CycloneDX", "components": [{"name": "zlib"}]}"#;
        for (media_type, text) in [
            ("application/spdx+json", json),
            ("application/spdx+json; charset=utf-8", graph),
            ("text/spdx+json", json),
            ("text/spdx", tags),
            ("text/spdx", json),
            ("application/spdx", tags),
            ("spdx+json", json),
            ("application/vnd.cyclonedx+json", cyclonedx),
            ("application/cyclonedx+json", cyclonedx),
        ] {
            sbom(media_type, text);
        }
    }

    fn sbom(media_type: &str, text: &str) {
        let document = read(media_type, text.as_bytes()).unwrap();
        let Some(ArtifactContent::Packages(list)) = document.content else { panic!("{media_type}") };
        assert_eq!((list.packages[0].name.as_str(), list.n_packages), ("zlib", 1), "{media_type}");
        let file = file(media_type);
        assert!(is_document(&file) && !is_signable(&file), "{media_type}");
    }

    fn file(media_type: &str) -> Descriptor {
        let digest = format!("sha256:{}", "a".repeat(64));
        serde_json::from_value(json!({ "mediaType": media_type, "digest": digest, "size": 2 })).unwrap()
    }

    #[cfg(feature = "xml")]
    #[test]
    fn xml_is_an_sbom_if_it_says_so() {
        let text = r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6">
            <components><component><name>zlib</name></component></components></bom>"#;
        for media_type in [
            "application/vnd.cyclonedx+xml",
            "application/cyclonedx+xml",
            "application/xml",
            "text/xml; charset=utf-8",
        ] {
            sbom(media_type, text);
        }
        for text in ["<html/>", "<bom/>", "<", "", "\0", "{}"] {
            assert_eq!(read("application/xml", text.as_bytes()), Ok(Document::default()), "{text}");
            assert!(read("application/vnd.cyclonedx+xml", text.as_bytes()).is_err(), "{text}");
        }
        // It is one, so that what is wrong with it is told.
        assert!(read("application/xml", b"<bom xmlns='http://cyclonedx.org/schema/bom/1.6'>").is_err());
    }

    #[cfg(not(feature = "xml"))]
    #[test]
    fn xml_is_no_document_where_it_cannot_be_read() {
        for media_type in ["application/vnd.cyclonedx+xml", "application/xml"] {
            assert!(!is_document(&file(media_type)));
            assert_eq!(read(media_type, b"<bom/>"), Ok(Document::default()));
        }
    }

    #[test]
    fn what_is_around_something_signed_is_signable() {
        for media_type in [
            "application/vnd.dev.cosign.simplesigning.v1+json",
            "application/vnd.in-toto+json",
            "application/vnd.dsse.envelope.v1+json",
            "application/vnd.dev.sigstore.bundle.v0.3+json",
        ] {
            assert!(is_signable(&file(media_type)), "{media_type}");
        }
        for media_type in ["application/json", "application/vnd.oci.image.layer.v1.tar+gzip"] {
            let file = file(media_type);
            assert!(!is_document(&file) && !is_signable(&file), "{media_type}");
        }
    }
}
