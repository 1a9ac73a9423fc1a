//! The trash: what was deleted and can be put back.

use engine::{Engine, TrashEntry};
use leptos::prelude::*;

use crate::address::Address;
use crate::base_path::under;
use crate::components::chip::{Chip, Tone};
use crate::components::notice::Empty;
use crate::components::reader::locale;
use crate::components::time::{Ago, At};

/// How much is shown; older things are put back by their jobs, under Activity.
const SHOWN: usize = 300;

/// What can be put back.
pub(super) struct TrashPage(Vec<TrashEntry>);

pub(super) async fn load(engine: &Engine) -> Result<TrashPage, engine::Error> {
    Ok(TrashPage(engine.trash(None, SHOWN).await?))
}

impl TrashPage {
    pub(super) fn view(self) -> impl IntoView {
        let locale = locale();
        let content = if self.0.is_empty() {
            view! { <Empty title=locale.trash_empty()><p>{locale.trash_empty_hint()}</p></Empty> }.into_any()
        } else {
            let rows = self.0.into_iter().map(row).collect_view();
            view! {
                <form action=under("/trash/restore") method="post">
                    <div class="card">
                        <table class="rows picks">
                            <thead>
                                <tr>
                                    <th scope="col"><span class="visually-hidden">{locale.restore_selected()}</span></th>
                                    <th scope="col">{locale.what()}</th>
                                    <th scope="col">{locale.repository()}</th>
                                    <th scope="col">{locale.deleted_at()}</th>
                                    <th scope="col">{locale.kept_until()}</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    <div class="bar after"><button class="btn">{locale.restore_selected()}</button></div>
                </form>
            }
            .into_any()
        };
        view! {
            <h1>{locale.trash()}</h1>
            <p class="muted intro">{locale.trash_hint()}</p>
            {content}
        }
    }
}

fn row(entry: TrashEntry) -> impl IntoView {
    let locale = locale();
    let names = entry.tags.iter().map(registry::Tag::as_str).collect::<Vec<_>>().join(", ");
    let name = if names.is_empty() { entry.digest.short().to_owned() } else { names };
    let kind = if entry.tags_only { locale.tag() } else { locale.manifest() };
    let job = Address::Job { id: entry.job.clone() }.path();
    let repository = Address::Tags { registry: entry.registry.clone(), repository: entry.repository.clone() };
    view! {
        <tr data-row>
            <td class="pick"><input type="checkbox" name="entry" value=entry.id.to_string() aria-label=name.clone() /></td>
            <td class="name">
                <b title=entry.digest.to_string()>{name.clone()}</b>
                " "
                <Chip tone=Tone::Plain text=kind />
            </td>
            <td class="wide"><a href=repository.path()>{format!("{}/{}", entry.registry, entry.repository)}</a></td>
            <td class="wide muted" data-label=locale.deleted_at()><a href=job><Ago at=entry.deleted_at /></a>" "{entry.actor}</td>
            <td class="wide muted" data-label=locale.kept_until()><At at=entry.kept_until /></td>
        </tr>
    }
}
