//! The files that two images differ in.

use engine::ImageFiles;
use layers::ImageTree;
use layers::image::{Change, Differing, Order, Sum, difference};
use leptos::prelude::*;
use registry::compare::Side;

use super::name;
use crate::address::{Address, FilesQuery};
use crate::components::chip::{Chip, Tone};
use crate::components::reader::locale;
use crate::components::size::Size;

/// How many paths are listed, those that differ by most bytes.
const MOST: usize = 200;

pub(super) fn view(
    known: &[ImageFiles; 2],
    sides: [&Side; 2],
    titles: &[String; 2],
) -> impl IntoView + use<> {
    let locale = locale();
    let content = match (&known[0].tree, &known[1].tree) {
        (Some(a), Some(b)) => differing(a, b, titles).into_any(),
        _ => {
            let all = known.iter().zip(sides).zip(titles);
            let unread = all.filter(|((known, _), _)| known.tree.is_none());
            let links = unread.map(|((_, side), title)| look_inside(side, title)).collect_view();
            view! {
                <p class="muted">{locale.files_differ_hint()}</p>
                <div class="bar">{links}</div>
            }
            .into_any()
        }
    };
    view! {
        <h2>{locale.files_differ()}</h2>
        {content}
    }
}

/// Leads to where the layers of an image are read.
fn look_inside(side: &Side, title: &str) -> impl IntoView + use<> {
    let query = FilesQuery { platform: side.platform.clone().unwrap_or_default(), ..FilesQuery::default() };
    let href =
        Address::parse_reference(&name(side)).map(|it| format!("{}{}", it.path(), query.to_text())).ok();
    view! { <a class="btn wraps" href=href>{locale().look_inside()}": "{title.to_owned()}</a> }
}

fn differing(a: &ImageTree, b: &ImageTree, titles: &[String; 2]) -> impl IntoView + use<> {
    let locale = locale();
    let difference = difference(a, b, Order::Largest);
    if difference.is_empty() {
        return view! { <p class="muted">{locale.no_files_differ()}</p> }.into_any();
    }
    let sum = |tone, text: &str, sum: Sum| {
        let bytes = match sum.bytes {
            0 => String::new(),
            more if more > 0 => format!(" (+{})", locale.bytes(more.unsigned_abs())),
            less => format!(" (−{})", locale.bytes(less.unsigned_abs())),
        };
        let text = format!("{} {text}{bytes}", locale.number(sum.n as usize));
        (sum.n > 0).then(|| view! { <Chip tone text /> " " })
    };
    let rows = difference.rows(0..MOST).into_iter().map(row).collect_view();
    let n_more = difference.len().saturating_sub(MOST);
    let more = (n_more > 0).then(|| view! { <p class="muted">{locale.n_more_paths(n_more)}</p> });
    let [title_a, title_b] = titles.clone();
    view! {
        <p>
            {sum(Tone::Good, locale.file_added(), difference.added)}
            {sum(Tone::Bad, locale.file_removed(), difference.removed)}
            {sum(Tone::Warning, locale.file_changed(), difference.changed)}
        </p>
        <div class="card">
            <table class="rows paths differing">
                <thead>
                    <tr>
                        <th scope="col">{locale.path_label()}</th>
                        <th scope="col">{locale.change_column()}</th>
                        <th scope="col" class="num">{title_a}</th>
                        <th scope="col" class="num">{title_b}</th>
                        <th scope="col" class="num">{locale.difference_column()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {more}
    }
    .into_any()
}

fn row(it: Differing) -> impl IntoView {
    let locale = locale();
    let (tone, text) = match it.change {
        Change::Added => (Tone::Good, locale.file_added()),
        Change::Removed => (Tone::Bad, locale.file_removed()),
        Change::Changed | Change::Unchanged => (Tone::Warning, locale.file_changed()),
    };
    let size = |row: Option<layers::image::Row>| row.map(|it| view! { <Size bytes=Some(it.size) /> });
    let path = it.path.display_safe();
    let (a, b) = (it.a.as_ref().map_or(0, |it| it.size), it.b.as_ref().map_or(0, |it| it.size));
    view! {
        <tr>
            <td class="name" title=path.clone()><span>{path.clone()}</span></td>
            <td><Chip tone text /></td>
            <td class="num wide">{size(it.a)}</td>
            <td class="num wide">{size(it.b)}</td>
            <td class="num">{locale.difference(a, b)}</td>
        </tr>
    }
}
