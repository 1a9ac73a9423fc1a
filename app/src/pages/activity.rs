//! What goes on and what was done: scans, jobs, and the audit.

mod audit;
mod jobs;

use engine::{AuditEntry, AuditFilter, Engine, Job, Role, ScanProgress, ScanState};
use leptos::prelude::*;

use crate::address::{self, Address};
use crate::base_path::under;
use crate::components::chip::{Chip, Tone};
use crate::components::notice::Empty;
use crate::components::reader::locale;
use crate::components::time::Ago;
use crate::islands::live_rows::LiveRows;

/// How many scans of each registry are shown.
const MOST: usize = 10;
/// How many jobs.
const JOBS: usize = 20;
/// How many lines of the audit.
const DEEDS: usize = 100;

/// The last scans of every registry, the last jobs, and what was done.
pub(super) struct ActivityPage {
    scans: Vec<ScanProgress>,
    jobs: Vec<Job>,
    deeds: Vec<AuditEntry>,
    filter: AuditFilter,
    /// Whether the reader may delete anything anywhere.
    deletes: bool,
    /// Whether anything was ever written down.
    has_audit: bool,
    n_registries: usize,
    /// The registries that the reader may scan as a whole.
    scannable: Vec<String>,
    events: String,
}

pub(super) async fn load(engine: &Engine, query: &str) -> Result<ActivityPage, engine::Error> {
    let events = address::events(None, None, engine.last_event());
    let registries: Vec<String> = engine.registries().map(|it| it.id.clone()).collect();
    let mut scans = Vec::new();
    for registry in &registries {
        scans.extend(engine.scans(registry, MOST).await?);
    }
    scans.sort_by_key(|it| (it.state != ScanState::Running, std::cmp::Reverse(it.started)));
    let filter = audit::filter(query);
    let n_registries = registries.len();
    let scannable: Vec<String> =
        registries.into_iter().filter(|it| engine.may(Role::Maintainer, it, None)).collect();
    Ok(ActivityPage {
        scans,
        jobs: engine.jobs(JOBS).await?,
        deeds: engine.audit(&filter, None, DEEDS).await?,
        filter,
        deletes: engine.deletion_policy().enabled && super::maintains_something(engine),
        has_audit: engine.audit_length().await? > 0,
        n_registries,
        scannable,
        events,
    })
}

impl ActivityPage {
    pub(super) fn view(self) -> impl IntoView {
        let locale = locale();
        let buttons = self
            .scannable
            .iter()
            .map(|registry| {
                let text = match self.n_registries {
                    1 => locale.scan_now().to_owned(),
                    _ => locale.scan_registry(registry),
                };
                view! {
                    <form action=under("/scans") method="post">
                        <input type="hidden" name="registry" value=registry.clone() />
                        <input type="hidden" name="here" value=Address::Activity.path() />
                        <button class="btn">{text}</button>
                    </form>
                }
            })
            .collect_view();
        let content = if self.scans.is_empty() {
            view! { <Empty title=locale.no_scans()><p>{locale.no_scans_hint()}</p></Empty> }.into_any()
        } else {
            let rows = self.scans.into_iter().map(|scan| view! { <ScanRow scan /> }).collect_view();
            view! {
                <div class="card">
                    <table class="rows">
                        <thead>
                            <tr>
                                <th scope="col">{locale.what()}</th>
                                <th scope="col">{locale.state_label()}</th>
                                <th scope="col" class="num">{locale.done()}</th>
                                <th scope="col">{locale.started()}</th>
                                <th scope="col"><span class="visually-hidden">{locale.stop()}</span></th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
            .into_any()
        };
        let links = self.deletes.then(|| {
            view! {
                <a class="btn" href=Address::Trash.path()>{locale.trash()}</a>
                <a class="btn" href=Address::Cleanup.path()>{locale.cleanup()}</a>
            }
        });
        let jobs = jobs::table(self.jobs);
        let deeds = self.has_audit.then(|| audit::table(self.deeds, &self.filter));
        view! {
            <h1>{locale.activity()}</h1>
            <p class="muted intro">{locale.activity_hint()}</p>
            <div class="bar">{buttons}{links}</div>
            <div id="results">
                {jobs}
                <h2>{locale.scans_title()}</h2>
                {content}
                {deeds}
            </div>
            <LiveRows events=self.events checked=String::new() progress=String::new() />
        }
    }
}

#[component]
fn ScanRow(scan: ScanProgress) -> impl IntoView {
    let locale = locale();
    let registry = scan.registry.clone();
    let address = match scan.repository.clone() {
        Some(repository) => Address::Tags { registry, repository },
        None => Address::Catalog { registry },
    };
    let name = match &scan.repository {
        Some(repository) => format!("{}/{repository}", scan.registry),
        None => scan.registry.clone(),
    };
    let kind = if scan.repository.is_some() { locale.a_repository() } else { locale.whole_registry() };
    let (tone, state) = match scan.state {
        ScanState::Running => (Tone::Plain, locale.scan_running()),
        ScanState::Done => (Tone::Good, locale.scan_done()),
        ScanState::Stopped => (Tone::Plain, locale.scan_stopped()),
        ScanState::Failed => (Tone::Bad, locale.scan_failed()),
    };
    let is_running = scan.state == ScanState::Running;
    let bar = is_running.then(|| {
        let (value, max) = (scan.n_done.to_string(), scan.n_total.max(1).to_string());
        view! { <progress value=value max=max aria-label=name.clone()></progress> }
    });
    let left = scan.seconds_left.filter(|_| is_running).map(|seconds| locale.time_left(seconds));
    // A scan of a repository is stopped by whoever may begin it, and that is who may see it.
    let may_stop =
        scan.repository.is_some() || expect_context::<Engine>().may(Role::Maintainer, &scan.registry, None);
    let stop = (is_running && may_stop).then(|| {
        view! {
            <form action=under("/scans/stop") method="post">
                <input type="hidden" name="registry" value=scan.registry.clone() />
                <input type="hidden" name="id" value=scan.id.to_string() />
                <input type="hidden" name="here" value=Address::Activity.path() />
                <button class="btn">{locale.stop()}</button>
            </form>
        }
    });
    view! {
        <tr data-row>
            <td class="name">
                <a href=address.path()><b>{name}</b></a>
                <span class="muted">" "{kind}</span>
            </td>
            <td class="wide">
                <Chip tone text=state />
                {bar}
                {left.map(|left| view! { <span class="muted">" "{left}</span> })}
                {scan.error.map(|error| view! { <p class="muted">{error}</p> })}
            </td>
            <td class="num">{locale.n_of(scan.n_done, scan.n_total)}</td>
            <td class="muted wide when"><Ago at=scan.started /></td>
            <td class="num">{stop}</td>
        </tr>
    }
}
