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
use crate::components::reader::reader;
use crate::components::size::Size;
use crate::components::time::{Ago, CreatedAt};

use super::head::Columns;

/// What the table has besides what every table of tags has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    pub(super) columns: Columns,
    /// Whether tags can be selected, to be deleted.
    pub(super) deletes: bool,
    /// Whether there is a column of digests.
    pub(super) digest: bool,
}

/// The rows, each sent when it is complete; the lengths of the size bars follow the last one, because only then
/// the largest size is known.
pub(super) fn rows(
    rows: Vec<PendingRow>,
    shown: Shown,
    registry: &str,
    repository: &RepositoryName,
    pull_host: &str,
) -> impl IntoView + use<> {
    let name = format!("{pull_host}/{repository}");
    let Shown { columns, deletes, digest } = shown;
    let (registry, repository) = (registry.to_owned(), repository.clone());
    let table_row = move |row: TagRow, (pushed, pulled): Times| {
        let (registry, repository, name) = (registry.clone(), repository.clone(), name.clone());
        view! { <TagTableRow row registry repository name pushed pulled deletes digest /> }
    };
    let times: Vec<Times> = rows
        .iter()
        .map(|row| (columns.pushed.then(|| row.pushed_at()), columns.pulled.then(|| row.pulled_at())))
        .collect();
    let nonce = use_nonce().map(|it| it.to_string());
    if rows.iter().all(PendingRow::is_ready) {
        // Nothing is waited for, and a row that might be costs twice as much.
        let rows: Vec<TagRow> = rows.into_iter().filter_map(|it| it.row().now_or_never()).collect();
        let sizes: Vec<u64> = rows.iter().map(|row| row.summary.size.unwrap_or_default()).collect();
        let rows = rows.into_iter().zip(times).map(|(row, times)| table_row(row, times)).collect_view();
        return view! {
            <tbody>{rows}</tbody>
            <style nonce=nonce>{bar_lengths(&sizes)}</style>
        }
        .into_any();
    }
    let pending: Vec<_> =
        rows.into_iter().map(|pending| async { Arc::new(pending.row().await) }.boxed().shared()).collect();
    let rows = pending
        .iter()
        .cloned()
        .zip(times)
        .map(|(row, times)| {
            let table_row = table_row.clone();
            Suspend::new(async move { table_row(TagRow::clone(&*row.await), times) })
        })
        .collect_view();
    let bars = Suspend::new(async move {
        let sizes: Vec<u64> =
            join_all(pending).await.iter().map(|row| row.summary.size.unwrap_or_default()).collect();
        view! { <style nonce=nonce>{bar_lengths(&sizes)}</style> }
    });
    view! {
        <tbody>{rows}</tbody>
        {bars}
    }
    .into_any()
}

/// When a row was pushed and pulled, where there are columns for that.
type Times = (Option<Option<Timestamp>>, Option<Option<Timestamp>>);

/// A rule for the bar of each row, relative to the largest.
fn bar_lengths(sizes: &[u64]) -> String {
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

#[component]
fn TagTableRow(
    row: TagRow,
    registry: String,
    repository: RepositoryName,
    name: String,
    /// When it was pushed, where there is a column for that.
    pushed: Option<Option<Timestamp>>,
    /// When it was pulled, where there is a column for that.
    pulled: Option<Option<Timestamp>>,
    /// Whether it can be selected, to be deleted.
    deletes: bool,
    /// Whether there is a column of digests.
    digest: bool,
) -> impl IntoView {
    let reader = reader();
    let locale = reader.locale;
    let reference = Reference::Tag(row.name.clone());
    let pull = pull_command(&row.summary, &name, &reference);
    let href = Address::Image { registry, repository, reference }.path();
    let TagRow { name: tag, summary, aliases, attached } = row;
    let digest = digest.then(|| {
        view! { <td class="hide">{summary.digest.clone().map(|digest| view! { <ShortDigest digest /> })}</td> }
    });
    let artifact =
        (summary.kind == Kind::Artifact).then(|| view! { <ArtifactChip summary=summary.clone() /> });
    let pick = deletes.then(|| {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_relative_to_the_largest_and_never_vanish() {
        let style = bar_lengths(&[0, 1, 500, 1000]);
        for (row, percent) in [(1, 0), (2, 1), (3, 50), (4, 100)] {
            assert!(style.contains(&format!("tr:nth-child({row}) .bar i{{width:{percent}%}}")), "{style}");
        }
        assert_eq!(bar_lengths(&[]), "");
    }
}
