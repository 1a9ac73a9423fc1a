//! Secrets that are kept in sessions, so that whoever reads the database cannot read them.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, AeadCore, KeyInit, OsRng, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use registry::client::Secret;
use sha2::{Digest, Sha256};

/// What the key is hashed with, so that the same text used elsewhere makes another key.
const DOMAIN: &[u8] = b"stowage: secrets in sessions, 1\0";
/// The length of what is random in front of each sealed text, in bytes.
const NONCE: usize = 24;

/// Seals secrets and opens them again.
#[derive(Clone)]
pub(crate) struct Sealer(XChaCha20Poly1305);

impl Sealer {
    /// Seals with a key, which is any text that cannot be guessed.
    pub(crate) fn new(key: &Secret) -> Self {
        let hash = Sha256::new().chain_update(DOMAIN).chain_update(key.expose().as_bytes()).finalize();
        let hash: [u8; 32] = hash.into();
        Self(XChaCha20Poly1305::new(&Key::from(hash)))
    }

    /// A text that tells nothing but the secret's length, and that opens for the same context only: whose it is, and
    /// what for.
    pub(crate) fn seal(&self, context: &str, secret: &Secret) -> String {
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let payload = Payload { msg: secret.expose().as_bytes(), aad: context.as_bytes() };
        let sealed = self.0.encrypt(&nonce, payload).expect("no secret is longer than 256 GiB");
        BASE64_URL_SAFE_NO_PAD.encode([nonce.as_slice(), sealed.as_slice()].concat())
    }

    /// The secret; nothing where it was sealed with another key or in another context, or was changed.
    pub(crate) fn open(&self, context: &str, sealed: &str) -> Option<Secret> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        let opened = self.0.decrypt(&XNonce::from(nonce), payload).ok()?;
        String::from_utf8(opened).ok().map(Secret::new)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(<redacted>)")
    }
}

/// A key that nobody can guess.
pub(crate) fn new_key() -> Secret {
    Secret::new(BASE64_URL_SAFE_NO_PAD.encode(XChaCha20Poly1305::generate_key(&mut OsRng)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_opens_in_the_same_context() {
        let sealer = Sealer::new(&new_key());
        let secret = Secret::new("hunter2 é");
        let sealed = sealer.seal("session a", &secret);
        assert!(sealer.open("session a", &sealed) == Some(secret.clone()));
        assert!(sealer.open("session b", &sealed).is_none());
        assert!(Sealer::new(&new_key()).open("session a", &sealed).is_none());
        assert_ne!(sealer.seal("session a", &secret), sealed);
        let empty = sealer.seal("", &Secret::new(""));
        assert_eq!(sealer.open("", &empty).unwrap().expose(), "");
    }

    #[test]
    fn the_same_text_is_the_same_key() {
        let sealed =
            Sealer::new(&Secret::new("a long enough text for a key, say")).seal("a", &Secret::new("b"));
        let other = Sealer::new(&Secret::new("a long enough text for a key, say"));
        assert_eq!(other.open("a", &sealed).unwrap().expose(), "b");
    }

    #[test]
    fn what_was_changed_stays_shut() {
        let sealer = Sealer::new(&new_key());
        let sealed = sealer.seal("a", &Secret::new("hunter2"));
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert!(sealer.open("a", &BASE64_URL_SAFE_NO_PAD.encode(&changed)).is_none());
            assert!(sealer.open("a", &BASE64_URL_SAFE_NO_PAD.encode(&bytes[..place])).is_none());
        }
        for text in ["", "é", "====", "a b"] {
            assert!(sealer.open("a", text).is_none(), "{text}");
        }
    }

    #[test]
    fn keys_differ_and_are_not_shown() {
        assert!(new_key() != new_key() && new_key().expose().len() >= 32);
        assert_eq!(format!("{:?}", Sealer::new(&new_key())), "Sealer(<redacted>)");
    }
}
