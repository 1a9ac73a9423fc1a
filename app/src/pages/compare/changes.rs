//! Names with a value in each of two images.

use leptos::prelude::*;
use registry::compare::Change;

use crate::components::reader::locale;

/// A table of what differs; nothing where nothing does.
pub(super) fn view(title: &'static str, changes: Vec<Change>, titles: &[String; 2]) -> impl IntoView + use<> {
    let locale = locale();
    let [title_a, title_b] = titles.clone();
    (!changes.is_empty()).then(|| {
        let rows = changes
            .into_iter()
            .map(|Change { name, a, b }| {
                view! {
                    <tr>
                        <th scope="row">{name}</th>
                        <td data-side=title_a.clone()>{value(a)}</td>
                        <td data-side=title_b.clone()>{value(b)}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <h2>{title}</h2>
            <div class="card">
                <table class="changes">
                    <thead>
                        <tr>
                            <th scope="col">{locale.name_label()}</th>
                            <th scope="col">{titles[0].clone()}</th>
                            <th scope="col">{titles[1].clone()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    })
}

fn value(value: Option<String>) -> impl IntoView {
    match value {
        Some(text) => view! { <code>{text}</code> }.into_any(),
        None => view! { <span class="faint">{locale().not_set()}</span> }.into_any(),
    }
}
