//! How values are written down: digests as bytes, kinds and states as numbers, times as milliseconds.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use registry::Digest;
use registry::attached::Attached;
use registry::summary::{Kind, State};

use crate::deletion::{JobState, Outcome};

/// Milliseconds since 1970.
pub(crate) type Millis = i64;

/// The time of this machine.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// The bytes of a digest: a number for the algorithm and the hash, or 0 and the text.
///
/// A digest that is asked for by its first letters is found by the first bytes.
pub(super) fn pack(digest: &Digest) -> Vec<u8> {
    let algorithm = match digest.algorithm() {
        "sha256" => 1,
        "sha512" => 2,
        _ => return [&[0], digest.as_str().as_bytes()].concat(),
    };
    let hex = digest.encoded().as_bytes();
    let mut bytes = Vec::with_capacity(1 + hex.len() / 2);
    bytes.push(algorithm);
    bytes.extend(hex.chunks(2).map(|pair| pair.iter().fold(0, |byte, &digit| byte << 4 | nibble(digit))));
    bytes
}

/// The digest of such bytes; `None` for bytes that are none.
pub(super) fn unpack(bytes: &[u8]) -> Option<Digest> {
    let (algorithm, hash) = bytes.split_first()?;
    let name = match algorithm {
        0 => return std::str::from_utf8(hash).ok()?.parse().ok(),
        1 => "sha256:",
        2 => "sha512:",
        _ => return None,
    };
    let mut text = String::with_capacity(name.len() + 2 * hash.len());
    text.push_str(name);
    for byte in hash {
        text.extend([byte >> 4, byte & 15].map(|it| char::from_digit(it.into(), 16).unwrap_or_default()));
    }
    text.parse().ok()
}

/// The first and the last packed digest of sha256 whose hash begins with some hexadecimal digits.
pub(super) fn digest_range(digits: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let is_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    if digits.is_empty() || digits.len() > 64 || !digits.bytes().all(is_hex) {
        return None;
    }
    let filled = |digit: &str| -> Option<Vec<u8>> {
        let rest = digit.repeat(64 - digits.len());
        Some(pack(&format!("sha256:{digits}{rest}").parse().ok()?))
    };
    Some((filled("0")?, filled("f")?))
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.wrapping_sub(b'a').wrapping_add(10) & 15,
    }
}

/// Numbers for the variants of an enum. They are in databases, so they never change.
macro_rules! numbers {
    ($type:ty, $to:ident, $from:ident, $($variant:ident = $number:literal),* ; else $other:ident) => {
        pub(super) fn $to(it: $type) -> i64 {
            match it {
                $(<$type>::$variant => $number,)*
            }
        }

        pub(super) fn $from(number: i64) -> $type {
            match number {
                $($number => <$type>::$variant,)*
                _ => <$type>::$other,
            }
        }
    };
}

numbers!(Kind, kind_number, kind, Image = 1, Index = 2, Artifact = 3, Broken = 4; else Broken);
numbers!(State, state_number, state, Ok = 0, ManifestMissing = 1, ChildMissing = 2, ConfigMissing = 3,
    Unreadable = 4, Failed = 5, Unread = 6; else Failed);
numbers!(Attached, attached_number, attached, Signature = 1, Attestation = 2, Sbom = 3, Referrers = 4; else Referrers);

numbers!(JobState, job_state_number, job_state, Queued = 1, Running = 2, Done = 3, Stopped = 4, Failed = 5; else Failed);
numbers!(Outcome, outcome_number, outcome, Deleted = 1, AlreadyGone = 2, StillThere = 3, Skipped = 4, Restored = 5,
    AlreadyThere = 6, NotRestored = 7; else StillThere);

/// An instant in microseconds, in which lists are sorted by date.
pub(super) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A number of bytes; none is so large that it would not fit.
pub(super) fn bytes(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// A count or a size that was stored.
pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// A count that was stored.
pub(super) fn count(number: i64) -> usize {
    usize::try_from(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_come_back_as_they_were() {
        for (text, length) in [
            (format!("sha256:{}", "0123456789abcdef".repeat(4)), 33),
            (format!("sha512:{}", "f0".repeat(64)), 65),
            ("blake3:AbC".to_owned(), 11),
        ] {
            let digest: Digest = text.parse().unwrap();
            let packed = pack(&digest);
            assert_eq!((packed.len(), unpack(&packed)), (length, Some(digest)), "{text}");
        }
        assert_eq!(unpack(&[]), None);
        assert_eq!(unpack(&[9, 9]), None);
    }

    #[test]
    fn the_first_digits_of_a_digest_bound_it() {
        let digest: Digest = format!("sha256:{}", "0123456789abcdef".repeat(4)).parse().unwrap();
        for digits in ["0", "012", "0123456789abcdef"] {
            let (from, to) = digest_range(digits).unwrap();
            assert!(from <= pack(&digest) && pack(&digest) <= to, "{digits}");
        }
        let (from, _) = digest_range("013").unwrap();
        assert!(pack(&digest) < from);
        assert_eq!(digest_range("xyz"), None);
        assert_eq!(digest_range(""), None);
    }

    #[test]
    fn numbers_lead_back() {
        for it in [Kind::Image, Kind::Index, Kind::Artifact, Kind::Broken] {
            assert_eq!(kind(kind_number(it)), it);
        }
        for it in [State::Ok, State::ChildMissing, State::Failed, State::Unread] {
            assert_eq!(state(state_number(it)), it);
        }
    }
}
