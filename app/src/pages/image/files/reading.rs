//! Layers that were not read yet: the button, and how far it is.

use engine::{FilesLayer, LayerState};
use leptos::prelude::*;

use super::Files;
use crate::base_path::under;
use crate::components::notice::Notice;
use crate::components::reader::locale;
use crate::components::size::Size;
use crate::components::step::Instruction;
use crate::islands::live_rows::LiveRows;

impl Files {
    /// What there is before all layers were read.
    pub(super) fn reading(&self) -> impl IntoView + use<> {
        let locale = locale();
        let is_under_way = self.known.is_under_way();
        let rows = self.known.layers.iter().enumerate().map(|(idx, it)| layer_row(idx + 1, it));
        let unread: Vec<&FilesLayer> = self.known.layers.iter().filter(|it| !it.state.is_settled()).collect();
        let has_failed = unread.iter().any(|it| matches!(it.state, LayerState::Failed(_)));
        let bytes = unread.iter().filter_map(|it| it.row.size).sum();
        let begin = match is_under_way {
            true => view! {
                <p class="hint" role="status">{locale.being_read()}</p>
                <noscript><p><a class="btn" href="">{locale.reload_for_progress()}</a></p></noscript>
            }
            .into_any(),
            false => view! {
                <p class="hint">{locale.files_hint()}</p>
                {self.form(has_failed, locale.look_inside(), &locale.layers_to_read(unread.len(), bytes))}
            }
            .into_any(),
        };
        view! {
            <div id="results">
                {begin}
                <div class="card">
                    <table class="rows reading">
                        <thead>
                            <tr>
                                <th scope="col" class="num">"#"</th>
                                <th scope="col">{locale.instruction()}</th>
                                <th scope="col" class="num">{locale.size()}</th>
                                <th scope="col">{locale.state_label()}</th>
                            </tr>
                        </thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                </div>
            </div>
            <LiveRows events=self.events.clone() checked=String::new() progress=String::new() />
        }
    }

    /// Layers of which the tree knows nothing, and why.
    pub(super) fn troubles(&self) -> impl IntoView + use<> {
        let locale = locale();
        let mut is_damaged = false;
        let troubles: Vec<String> = (1..)
            .zip(&self.known.layers)
            .filter_map(|(number, it)| {
                let what = match &it.state {
                    LayerState::Damaged(why) => {
                        is_damaged = true;
                        locale.layer_damaged(why)
                    }
                    LayerState::Elsewhere => locale.layer_elsewhere().to_owned(),
                    _ => return None,
                };
                Some(format!("{} {what}", locale.layer_number(number)))
            })
            .collect();
        let again = is_damaged.then(|| self.form(true, locale.read_again(), ""));
        (!troubles.is_empty()).then(|| {
            let troubles = troubles.into_iter().map(|it| view! { <p>{it}</p> }).collect_view();
            view! { <Notice>{troubles}{again}</Notice> }
        })
    }

    /// The form that has the layers read.
    fn form(&self, again: bool, label: &'static str, what: &str) -> impl IntoView + use<> {
        let image = &self.image;
        let field =
            |name: &'static str, value: String| view! { <input type="hidden" name=name value=value /> };
        view! {
            <form class="bar" action=under("/files") method="post">
                {field("registry", image.registry.clone())}
                {field("repository", image.repository.to_string())}
                {field("reference", image.reference.to_string())}
                {field("platform", image.platform.clone())}
                {again.then(|| field("again", "true".to_owned()))}
                {field("here", self.href(&self.query))}
                <button class="btn primary">{label}</button>
                <span class="muted">{what.to_owned()}</span>
            </form>
        }
    }
}

fn layer_row(number: usize, layer: &FilesLayer) -> impl IntoView + use<> {
    let text = layer.row.created_by.clone().unwrap_or_default();
    view! {
        <tr>
            <td class="num faint">{number}</td>
            <td class="instr" title=text.clone()><Instruction text=text.clone() /></td>
            <td class="num"><Size bytes=layer.row.size /></td>
            <td>{state(&layer.state, layer.row.size)}</td>
        </tr>
    }
}

fn state(state: &LayerState, size: Option<u64>) -> impl IntoView + use<> {
    let locale = locale();
    match state {
        LayerState::Unread => view! { <span class="faint">{locale.layer_unread()}</span> }.into_any(),
        LayerState::Waiting => view! { <span class="muted">{locale.layer_waiting()}</span> }.into_any(),
        LayerState::Read => view! { <span>{locale.layer_read()}</span> }.into_any(),
        LayerState::Elsewhere => view! { <span class="faint">{locale.layer_elsewhere()}</span> }.into_any(),
        LayerState::Damaged(why) | LayerState::Failed(why) => {
            view! { <span class="chip bad">{locale.layer_damaged(why)}</span> }.into_any()
        }
        LayerState::Reading(read) => {
            let bar = size.filter(|it| *it > 0).map(|size| {
                view! { <progress max=size.to_string() value=read.to_string() aria-label=locale.being_read()></progress> }
            });
            view! { <span>{bar}" "{locale.read_of(*read, size)}</span> }.into_any()
        }
    }
}
