//! Tokens as distribution 2.8 verifies them: ES256, with the signing certificate in the header (`x5c`).

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::tls::Identity;

/// Signs tokens with one key, whose certificate goes with each.
#[derive(Debug)]
pub(super) struct Signer {
    key: EcdsaKeyPair,
    certificate: String,
}

impl Signer {
    pub(super) fn new(identity: &Identity) -> Result<Self> {
        let key = EcdsaKeyPair::from_pkcs8(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &identity.key_der,
            &SystemRandom::new(),
        )
        .map_err(|_| Error::Certificate(rcgen::Error::CouldNotParseKeyPair))?;
        Ok(Self { key, certificate: BASE64_STANDARD.encode(&identity.certificate_der) })
    }

    pub(super) fn sign(&self, claims: &Value) -> String {
        let header = json!({ "typ": "JWT", "alg": "ES256", "x5c": [self.certificate] });
        let encode = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature =
            self.key.sign(&SystemRandom::new(), signed.as_bytes()).expect("the system gives randomness");
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}
