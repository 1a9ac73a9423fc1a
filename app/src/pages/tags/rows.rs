//! The rows of the table of tags, which stream in.

use std::sync::Arc;

use engine::PendingRow;
use futures::FutureExt;
use futures::future::join_all;
use jiff::Timestamp;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use registry::summary::{Kind, TagRow};
use registry::{Reference, RepositoryName};

use crate::address::Address;
use crate::components::chip::{AliasChip, ArtifactChip, AttachedChips, PlatformChips, StateChip};
use crate::components::copy::{CopyButton, ShortDigest};
use crate::components::pull_commands::pull_command;
use crate::components::reader::locale;
use crate::components::size::Size;
use crate::components::time::{Ago, CreatedAt};

use super::drawn::{self, Drawn};
use super::head::Columns;

/// What the table has besides what every table of tags has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Shown {
    pub(super) columns: Columns,
    /// Whether tags can be selected, to be deleted.
    pub(super) deletes: bool,
    /// Whether there is a column of digests.
    pub(super) digest: bool,
}

/// When a row was pushed and pulled, where there are columns for that.
pub(super) type Times = (Option<Option<Timestamp>>, Option<Option<Timestamp>>);

/// The rows, each sent when it is complete; the lengths of the size bars follow the last one, because only then
/// the largest size is known.
pub(super) fn rows(
    rows: Vec<PendingRow>,
    shown: Shown,
    registry: &str,
    repository: &RepositoryName,
    pull_host: &str,
) -> impl IntoView + use<> {
    let columns = shown.columns;
    let times: Vec<Times> = rows
        .iter()
        .map(|row| (columns.pushed.then(|| row.pushed_at()), columns.pulled.then(|| row.pulled_at())))
        .collect();
    let nonce = use_nonce().map(|it| it.to_string());
    let place = Place {
        shown,
        registry: registry.to_owned(),
        repository: repository.clone(),
        name: format!("{pull_host}/{repository}"),
    };
    if rows.iter().all(PendingRow::is_ready) {
        // Nothing is waited for, and a row that might be costs twice as much.
        let rows = rows.into_iter().filter_map(|it| it.row().now_or_never()).zip(times).collect();
        let Drawn { rows, bars } = drawn::draw(rows, place);
        return view! {
            <tbody inner_html=rows></tbody>
            <style nonce=nonce>{bars}</style>
        }
        .into_any();
    }
    let pending: Vec<_> = rows.into_iter().map(|pending| pending.row().boxed().shared()).collect();
    let rows = pending
        .iter()
        .cloned()
        .zip(times)
        .map(|(row, times)| {
            let place = place.clone();
            Suspend::new(async move { place.row(&*row.await, times) })
        })
        .collect_view();
    let bars = Suspend::new(async move {
        view! { <style nonce=nonce>{bar_lengths(&join_all(pending).await)}</style> }
    });
    view! {
        <tbody>{rows}</tbody>
        {bars}
    }
    .into_any()
}

/// Where rows are, and what they show.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    shown: Shown,
    registry: String,
    repository: RepositoryName,
    /// What the repository is called where it is pulled from.
    name: String,
}

impl Place {
    pub(super) fn row(&self, row: &TagRow, (pushed, pulled): Times) -> impl IntoView + use<> {
        let locale = locale();
        let reference = Reference::Tag(row.name.clone());
        let pull = pull_command(&row.summary, &self.name, &reference);
        let (registry, repository) = (self.registry.clone(), self.repository.clone());
        let href = Address::Image { registry, repository, reference }.path();
        let TagRow { name: tag, summary, aliases, attached } = row.clone();
        let digest = self.shown.digest.then(|| {
            view! { <td class="hide">{summary.digest.clone().map(|digest| view! { <ShortDigest digest /> })}</td> }
        });
        let artifact =
            (summary.kind == Kind::Artifact).then(|| view! { <ArtifactChip summary=summary.clone() /> });
        let pick = self.shown.deletes.then(|| {
            let (value, label) = (tag.to_string(), tag.to_string());
            view! { <td class="pick"><input type="checkbox" name="tag" value=value aria-label=label /></td> }
        });
        view! {
            <tr data-row>
                {pick}
                <td class="name">
                    <a href=href><b>{tag.to_string()}</b></a>
                    <CopyButton text=pull label=locale.copy_pull_command() />
                    <AliasChip aliases />
                    {artifact}
                    <StateChip state=summary.state detail=summary.detail.clone() />
                    <AttachedChips attached />
                </td>
                <td class="wide"><PlatformChips platforms=summary.platforms /></td>
                <td class="num">
                    <Size bytes=summary.size />
                    {summary.size.map(|_| view! { <span class="bar" aria-hidden="true"><i></i></span> })}
                </td>
                <td class="muted wide when"><CreatedAt created=summary.created /></td>
                {pushed.map(|at| view! { <td class="muted hide">{at.map(|at| view! { <Ago at /> })}</td> })}
                {pulled.map(|at| view! { <td class="muted hide">{at.map(|at| view! { <Ago at /> })}</td> })}
                {digest}
            </tr>
        }
    }
}

/// A rule for the bar of each row, relative to the largest.
pub(super) fn bar_lengths(rows: &[Arc<TagRow>]) -> String {
    let sizes: Vec<u64> = rows.iter().map(|row| row.summary.size.unwrap_or_default()).collect();
    let largest = u128::from(sizes.iter().copied().max().unwrap_or_default().max(1));
    sizes
        .iter()
        .enumerate()
        .map(|(idx, size)| {
            let percent = (u128::from(*size) * 100 / largest).max(u128::from(*size > 0));
            format!(".rows tr:nth-child({}) .bar i{{width:{percent}%}}", idx + 1)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use registry::summary::{State, Summary};

    use super::*;

    #[test]
    fn bars_are_relative_to_the_largest_and_never_vanish() {
        let row = |size| {
            let summary = Summary { size: Some(size), ..Summary::broken(State::Ok, None) };
            Arc::new(TagRow {
                name: "1.0".parse().unwrap(),
                summary,
                aliases: Vec::new(),
                attached: Vec::new(),
            })
        };
        let style = bar_lengths(&[0, 1, 500, 1000].map(row));
        for (row, percent) in [(1, 0), (2, 1), (3, 50), (4, 100)] {
            assert!(style.contains(&format!("tr:nth-child({row}) .bar i{{width:{percent}%}}")), "{style}");
        }
        assert_eq!(bar_lengths(&[]), "");
    }
}
