//! What the image stores in vain.

use layers::ImageTree;
use leptos::prelude::*;

use super::Files;
use crate::address::FilesQuery;
use crate::components::reader::locale;
use crate::components::size::Size;

/// How many paths are listed.
const MOST: usize = 100;

/// How much is stored in vain, and the paths that it is.
pub(super) fn view(tree: &ImageTree, files: &Files) -> impl IntoView + use<> {
    let locale = locale();
    let efficiency = tree.efficiency();
    let wasted = tree.wasted();
    let n_more = wasted.len().saturating_sub(MOST);
    let more = (n_more > 0).then(|| view! { <p class="muted">{locale.n_more_paths(n_more)}</p> });
    let rows = wasted.rows(0..MOST).into_iter().map(|it| {
        let path = it.path.display_safe();
        let directory = it.path.parent().unwrap_or_default().to_string();
        let platform = files.query.platform.clone();
        let href = files.href(&FilesQuery { platform, path: directory, ..FilesQuery::default() });
        view! {
            <tr>
                <td class="name" title=path.clone()><a href=href>{path.clone()}</a></td>
                <td class="num">{locale.n_times(it.layers.len())}</td>
                <td class="num"><Size bytes=Some(it.bytes) /></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let list = (!wasted.is_empty()).then(|| {
        view! {
            <p class="muted">{locale.wasted_hint()}</p>
            <div class="card">
                <table class="rows paths wasted">
                    <thead>
                        <tr>
                            <th scope="col">{locale.path_label()}</th>
                            <th scope="col" class="num">{locale.stored_times()}</th>
                            <th scope="col" class="num">{locale.wasted_bytes()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {more}
        }
    });
    view! {
        <details class="panel">
            <summary title=locale.efficiency_hint()>
                {locale.efficiency()}" "{locale.percent(efficiency.minimum, efficiency.stored)}", "{locale.wasted()}" "
                {locale.bytes(wasted.bytes())}
            </summary>
            {list}
        </details>
    }
}
