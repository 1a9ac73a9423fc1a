//! Copies the text of any button that has one.

#[cfg(feature = "hydrate")]
mod browser;

use leptos::prelude::*;

/// Listens for all copy buttons of the page at once, also for those that come later.
#[island]
pub fn CopyButtons(
    /// What is announced after a copy.
    copied: String,
) -> impl IntoView {
    let announcement = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    Effect::new(move || browser::copy_on_click(copied.clone(), announcement));
    #[cfg(not(feature = "hydrate"))]
    drop(copied);
    view! { <div class="toast" class:shown=move || !announcement.get().is_empty() role="status" aria-live="polite">
        {announcement}
    </div> }
}
