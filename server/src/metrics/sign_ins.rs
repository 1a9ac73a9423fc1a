//! Signing in, by way and result. Names are in the audit, and nowhere here.

use metrics::{counter, describe_counter};

const SIGN_INS: &str = "stowage_sign_ins_total";
const WAYS: [&str; 3] = ["local", "registry", "oidc"];
const RESULTS: [&str; 4] = ["succeeded", "failed", "throttled", "undecided"];

pub(super) fn describe() {
    describe_counter!(
        SIGN_INS,
        "Attempts to sign in; `throttled` were too many, and `undecided` could not be checked."
    );
    for (way, result) in WAYS.iter().flat_map(|way| RESULTS.map(|result| (*way, result))) {
        counter!(SIGN_INS, "way" => way, "result" => result).increment(0);
    }
}

/// Counts an attempt.
pub(crate) fn count_sign_in(way: &'static str, result: &'static str) {
    counter!(SIGN_INS, "way" => way, "result" => result).increment(1);
}
