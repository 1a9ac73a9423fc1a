use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};

use super::*;

/// The wrapping of a public key on P-256, and of one of Ed25519.
const P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const ED25519: &[u8] = &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const SIMPLE_SIGNING: &str = "application/vnd.dev.cosign.simplesigning.v1+json";

struct Signer(EcdsaKeyPair);

impl Signer {
    fn new() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap())
    }

    fn key(&self, name: &str) -> CosignKey {
        key(name, P256, self.0.public_key().as_ref())
    }

    fn sign(&self, bytes: &[u8]) -> String {
        STANDARD.encode(self.0.sign(&SystemRandom::new(), bytes).unwrap())
    }
}

fn key(name: &str, wrapping: &[u8], point: &[u8]) -> CosignKey {
    let text = STANDARD.encode([wrapping, point].concat());
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|it| std::str::from_utf8(it).unwrap()).collect();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"));
    CosignKey::parse(name, &pem).unwrap()
}

fn digest(c: char) -> Digest {
    format!("sha256:{}", String::from(c).repeat(64)).parse().unwrap()
}

fn layer(media_type: &str, annotations: &Value) -> Descriptor {
    let layer = json!({
        "mediaType": media_type, "digest": digest('f').as_str(), "size": 1, "annotations": annotations,
    });
    serde_json::from_value(layer).unwrap()
}

fn payload(of: &Digest) -> String {
    let critical = json!({
        "identity": { "docker-reference": "r.example/app" },
        "image": { "docker-manifest-digest": of.as_str() },
        "type": "cosign container image signature",
    });
    json!({ "critical": critical, "optional": null }).to_string()
}

fn checked(keys: &[CosignKey], file: &Descriptor, text: &str, expected: &[Digest]) -> Verification {
    let document = registry::artifact::read(&file.media_type, text.as_bytes()).unwrap();
    Check { keys, expected }.file(file, text.as_bytes(), &document).unwrap()
}

#[test]
fn a_signature_is_verified_by_the_key_that_made_it_and_for_the_image_that_it_is_about() {
    let (signer, other) = (Signer::new(), Signer::new());
    let keys = [other.key("other"), signer.key("release")];
    let text = payload(&digest('a'));
    let file = layer(SIMPLE_SIGNING, &json!({ SIGNATURE: signer.sign(text.as_bytes()) }));
    let of = |keys: &[CosignKey], text: &str, expected| checked(keys, &file, text, &[digest(expected)]);

    let good = of(&keys, &text, 'a');
    assert_eq!((good.outcome, good.key.as_deref()), (Outcome::Verified, Some("release")));
    assert_eq!((good.signed, good.unchecked.len()), (Some(digest('a')), 3));

    let elsewhere = of(&keys, &text, 'b');
    assert_eq!((elsewhere.outcome, elsewhere.signed), (Outcome::OtherImage, Some(digest('a'))));

    let wrong = of(&keys[..1], &text, 'a');
    assert_eq!((wrong.outcome, wrong.key), (Outcome::NoKeyFits, None));
    // The payload names the image that is asked for now, and the signature is that of another payload.
    assert_eq!(of(&keys, &payload(&digest('b')), 'b').outcome, Outcome::NoKeyFits);
    assert_eq!(of(&keys, &text.replace("r.example", "r.changed"), 'a').outcome, Outcome::NoKeyFits);

    assert_eq!(of(&[], &text, 'a').outcome, Outcome::NoKeys);
    assert_eq!(checked(&keys, &file, &text, &[]).outcome, Outcome::UnknownImage);
}

#[test]
fn certificates_are_not_checked_and_that_is_said() {
    let (signer, other) = (Signer::new(), Signer::new());
    let text = payload(&digest('a'));
    let signature = signer.sign(text.as_bytes());
    let annotations = json!({ SIGNATURE: signature, CERTIFICATE: "-----BEGIN CERTIFICATE-----" });
    let file = layer(SIMPLE_SIGNING, &annotations);
    for keys in [vec![], vec![other.key("other")]] {
        assert_eq!(checked(&keys, &file, &text, &[digest('a')]).outcome, Outcome::Certificate);
    }
}

#[test]
fn what_lacks_a_signature_is_not_signed() {
    let keys = [Signer::new().key("k")];
    let text = payload(&digest('a'));
    for (annotations, outcome) in [
        (json!({}), Outcome::Unsigned),
        (json!({ SIGNATURE: " " }), Outcome::Unsigned),
        (json!({ SIGNATURE: "no base64!" }), Outcome::Unreadable),
        (json!({ SIGNATURE: "AAAA" }), Outcome::NoKeyFits),
    ] {
        let file = layer(SIMPLE_SIGNING, &annotations);
        assert_eq!(checked(&keys, &file, &text, &[digest('a')]).outcome, outcome, "{annotations}");
    }
}

#[test]
fn envelopes_are_signed_with_what_stands_before_the_document() {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let signer = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
    let sign = |text: &str| STANDARD.encode(signer.sign(text.as_bytes()));
    let keys = [key("builder", ED25519, signer.public_key().as_ref())];
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": "https://slsa.dev/provenance/v1",
        "subject": [{ "name": "app", "digest": { "sha256": "a".repeat(64) } }],
        "predicate": {},
    })
    .to_string();
    let kind = "application/vnd.in-toto+json";
    let signed = format!("DSSEv1 {} {kind} {} {statement}", kind.len(), statement.len());
    let envelope = |signatures: Value| {
        let payload = STANDARD.encode(&statement);
        json!({ "payloadType": kind, "payload": payload, "signatures": signatures }).to_string()
    };
    let good = envelope(json!([{ "sig": "AAAA" }, { "sig": sign(&signed) }]));
    let bare = envelope(json!([{ "sig": sign(&statement) }]));
    let file = layer("application/vnd.dsse.envelope.v1+json", &json!({}));
    let of = |text: &str, expected| checked(&keys, &file, text, &[digest(expected)]).outcome;
    assert_eq!(of(&good, 'a'), Outcome::Verified);
    assert_eq!(of(&good, 'b'), Outcome::OtherImage);
    assert_eq!(of(&bare, 'a'), Outcome::NoKeyFits);
    assert_eq!(of(&envelope(json!([])), 'a'), Outcome::Unsigned);

    let bundle = format!(r#"{{"dsseEnvelope": {good}, "verificationMaterial": {{"publicKey": {{}}}}}}"#);
    let file = layer("application/vnd.dev.sigstore.bundle.v0.3+json", &json!({}));
    assert_eq!(checked(&keys, &file, &bundle, &[digest('a')]).outcome, Outcome::Verified);
    let plain = layer(kind, &json!({}));
    assert_eq!(checked(&keys, &plain, &statement, &[digest('a')]).outcome, Outcome::Unsigned);
}

#[test]
fn the_best_of_several_signatures_counts() {
    let of = |outcomes: &[Outcome]| {
        best(outcomes.iter().map(|it| Verification::without_key(*it))).map(|it| it.outcome)
    };
    assert_eq!(of(&[Outcome::NoKeyFits, Outcome::Verified, Outcome::Unsigned]), Some(Outcome::Verified));
    assert_eq!(of(&[Outcome::Unsigned, Outcome::Certificate]), Some(Outcome::Certificate));
    assert_eq!(of(&[]), None);
}
