//! What was checked of a signature.

use leptos::prelude::*;
use registry::artifact::{Outcome, Verification};

use crate::components::chip::{Chip, Tone};
use crate::components::copy::ShortDigest;
use crate::components::reader::locale;

/// What came of checking a signature, in a word; a sentence is in its title.
#[component]
pub(super) fn VerificationChip(verification: Verification) -> impl IntoView {
    let locale = locale();
    let Verification { outcome, key, .. } = verification;
    let tone = match outcome {
        Outcome::Verified => Tone::Good,
        Outcome::OtherImage | Outcome::NoKeyFits | Outcome::Unreadable => Tone::Bad,
        Outcome::UnknownImage => Tone::Warning,
        Outcome::Certificate | Outcome::NoKeys | Outcome::Unsigned | Outcome::TooLong => Tone::Plain,
    };
    let text = match (&key, outcome) {
        (Some(key), Outcome::Verified) => format!("{}: {key}", locale.signature_outcome(outcome)),
        _ => locale.signature_outcome(outcome).to_owned(),
    };
    view! { <Chip tone text title=locale.signature_outcome_detail(outcome, &key.unwrap_or_default()) /> }
}

/// What was checked and what was not, in sentences.
#[component]
pub(super) fn Checked(verification: Verification) -> impl IntoView {
    let locale = locale();
    let Verification { outcome, key, signed, .. } = verification.clone();
    // Where nothing is signed, there is nothing that could have been checked.
    let unchecked =
        (outcome != Outcome::Unsigned).then(|| view! { <p class="muted">{locale.unchecked()}</p> });
    let signed = signed.map(|digest| {
        view! { <p>{locale.signed_digest()}": "<ShortDigest digest /></p> }
    });
    view! {
        <div class="checked">
            <p>
                <VerificationChip verification />
                " "
                {locale.signature_outcome_detail(outcome, &key.unwrap_or_default())}
            </p>
            {signed}
            {unchecked}
        </div>
    }
}
