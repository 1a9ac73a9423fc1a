//! The manifests that no tag leads to.

use leptos::prelude::*;
use registry::summary::Summary;
use registry::{Reference, RepositoryName};

use crate::address::Address;
use crate::components::chip::{Chip, PlatformChips, StateChip, Tone};
use crate::components::notice::Empty;
use crate::components::reader::locale;
use crate::components::size::Size;
use crate::components::time::CreatedAt;

/// How many are shown; a clean-up takes all of them.
pub(super) const SHOWN: usize = 500;

pub(super) fn table(
    found: Vec<Summary>,
    registry: &str,
    repository: &RepositoryName,
) -> impl IntoView + use<> {
    let locale = locale();
    if found.is_empty() {
        return view! { <Empty title=locale.no_untagged()><p>{locale.no_untagged_hint()}</p></Empty> }
            .into_any();
    }
    let rows = found.into_iter().filter_map(|summary| {
        let digest = summary.digest.clone()?;
        let address = Address::Image {
            registry: registry.to_owned(),
            repository: repository.clone(),
            reference: Reference::Digest(digest.clone()),
        };
        Some(view! {
            <tr data-row>
                <td class="name">
                    <a href=address.path() title=digest.to_string()><code>{digest.short().to_owned()}</code></a>
                    " "
                    <Chip tone=Tone::Plain text=locale.kind(summary.kind) />
                    <StateChip state=summary.state detail=summary.detail.clone() />
                </td>
                <td class="wide"><PlatformChips platforms=summary.platforms /></td>
                <td class="num"><Size bytes=summary.size /></td>
                <td class="muted wide when"><CreatedAt created=summary.created /></td>
            </tr>
        })
    });
    view! {
        <div class="card">
            <table class="rows">
                <thead>
                    <tr>
                        <th scope="col">{locale.digest()}</th>
                        <th scope="col">{locale.platforms()}</th>
                        <th scope="col" class="num">{locale.size()}</th>
                        <th scope="col">{locale.created()}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
