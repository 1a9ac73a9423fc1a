//! Texts that one copies.

use leptos::prelude::*;
use registry::Digest;

use super::reader::locale;

/// A button that copies `text`; it shows once the browser's part has started.
#[component]
pub(crate) fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What the button is called, and says when the pointer rests on it.
    label: &'static str,
) -> impl IntoView + use<> {
    // Long lists have hundreds of them, so the style sheet draws the icon, and the title is the name as well.
    view! { <button type="button" class="copy" data-copy=text title=label></button> }
}

/// A digest in twelve characters, with the whole one to copy.
#[component]
pub(crate) fn ShortDigest(digest: Digest) -> impl IntoView {
    view! {
        <span class="digest">
            <code title=digest.to_string()>{digest.short().to_owned()}</code>
            <CopyButton text=digest.to_string() label=locale().copy_digest() />
        </span>
    }
}
