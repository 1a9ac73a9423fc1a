//! A job: how far it is, and what has become of each part.

use engine::{Advice, Engine, Job, JobItem, JobState, Outcome, Role, Task, Why};
use form_urlencoded::parse;
use leptos::prelude::*;
use registry::deletion::Step;

use crate::address::{self, Address};
use crate::base_path::under;
use crate::components::chip::{Chip, Tone};
use crate::components::notice::{Command, Notice};
use crate::components::pager::Pager;
use crate::components::reader::locale;
use crate::components::time::Ago;
use crate::islands::live_rows::LiveRows;

/// Rows of a page.
const PER_PAGE: usize = 200;

/// What a job tells.
pub(super) struct JobPage {
    job: Job,
    items: Vec<JobItem>,
    page: usize,
    /// Whether the reader may stop it or undo it.
    is_maintainer: bool,
    /// How much of it can be put back.
    n_in_trash: usize,
    advice: Option<Advice>,
    events: String,
}

pub(super) async fn load(engine: &Engine, id: &str, query: &str) -> Result<JobPage, engine::Error> {
    let last_event = engine.last_event();
    let job = engine.job(id).await?;
    let events = address::events(Some(&job.registry), Some(&job.repository), last_event);
    let page =
        parse(query.as_bytes()).find(|(key, _)| key == "page").and_then(|(_, value)| value.parse().ok());
    let page = page.unwrap_or(1).clamp(1, job.n_items.div_ceil(PER_PAGE).max(1));
    let items = engine.job_items(id, (page - 1) * PER_PAGE, PER_PAGE).await?;
    let has_ended = job.finished.is_some() && job.plan.is_some();
    let n_in_trash = if has_ended { engine.trash(Some(id), job.n_items).await?.len() } else { 0 };
    let advice = match has_ended {
        true => engine.collection_advice(&job.registry, &job.repository).await?.map(|(_, advice)| advice),
        false => None,
    };
    let is_maintainer = engine.may(Role::Maintainer, &job.registry, Some(&job.repository));
    Ok(JobPage { job, items, page, is_maintainer, n_in_trash, advice, events })
}

impl JobPage {
    pub(super) fn view(self) -> impl IntoView {
        let locale = locale();
        let title = if self.job.plan.is_some() { locale.job_title() } else { locale.restore_title() };
        let tags =
            Address::Tags { registry: self.job.registry.clone(), repository: self.job.repository.clone() };
        let path = Address::Job { id: self.job.id.clone() }.path();
        let href = move |page: usize| format!("{path}?page={page}");
        let rows = self.items.iter().map(item_row).collect_view();
        let (page, total) = (self.page, self.job.n_items);
        view! {
            <nav class="crumb" aria-label=locale.breadcrumb()>
                <ol>
                    <li><a href=Address::Catalog { registry: self.job.registry.clone() }.path()>{self.job.registry.clone()}</a></li>
                    <li>
                        <span class="sep" aria-hidden="true">"/"</span>
                        <a href=tags.path()>{self.job.repository.to_string()}</a>
                    </li>
                    <li>
                        <span class="sep" aria-hidden="true">"·"</span>
                        <b aria-current="page">{title}</b>
                    </li>
                </ol>
            </nav>
            <h1 class="visually-hidden">{title}</h1>
            <div id="results">
                {self.progress()}
                {self.trouble()}
                {self.undo()}
                {self.collecting()}
                <div class="card">
                    <table class="rows items">
                        <thead>
                            <tr>
                                <th scope="col">{locale.what()}</th>
                                <th scope="col">{locale.outcome()}</th>
                                <th scope="col">{locale.why()}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                <Pager page per_page=PER_PAGE total href />
            </div>
            <LiveRows events=self.events checked=String::new() progress=String::new() />
        }
    }

    fn progress(&self) -> impl IntoView + use<> {
        let locale = locale();
        let job = &self.job;
        let tone = match job.state {
            JobState::Done => Tone::Good,
            JobState::Failed => Tone::Bad,
            JobState::Stopped => Tone::Warning,
            JobState::Queued | JobState::Running => Tone::Plain,
        };
        let left = job.seconds_left.map(|seconds| view! { <span>{locale.time_left(seconds)}</span> });
        let counts = job
            .outcomes
            .iter()
            .map(|(outcome, n)| view! { <span>{locale.number(*n)}" "{locale.outcome_of(*outcome)}</span> })
            .collect_view();
        let stop = (self.is_maintainer && job.finished.is_none()).then(|| {
            view! {
                <form action=under("/jobs/stop") method="post">
                    <input type="hidden" name="job" value=job.id.clone() />
                    <button class="btn">{locale.stop()}</button>
                </form>
            }
        });
        let who = if job.actor.name.is_empty() { locale.nobody_by_name() } else { job.actor.name.as_str() };
        let from = Some(&job.actor.address).filter(|it| !it.is_empty()).map(|it| format!(", {it}"));
        view! {
            <div class="sub" role="status">
                <Chip tone text=locale.job_state(job.state) />
                <span>
                    {locale.n_of(job.n_done, job.n_items)}
                    <progress max=job.n_items.to_string() value=job.n_done.to_string() aria-label=locale.done()></progress>
                </span>
                {counts}
                {left}
                <span><Ago at=job.queued />", "{who.to_owned()}{from}</span>
            </div>
            <div class="bar">{stop}</div>
        }
    }

    fn trouble(&self) -> impl IntoView + use<> {
        let locale = locale();
        let command = matches!(self.job.error, Some(Why::DeletionOff { .. }))
            .then(|| view! { <Command text="REGISTRY_STORAGE_DELETE_ENABLED=true" /> });
        let why = self.job.error.as_ref().map(|it| locale.why_not(it));
        why.map(|why| view! { <Notice><p>{why}</p>{command}</Notice> })
    }

    fn undo(&self) -> impl IntoView + use<> {
        let locale = locale();
        let is_elsewhere = self.items.iter().any(|it| matches!(it.why, Some(Why::TagElsewhere { .. })));
        let entries: Vec<i64> = self
            .items
            .iter()
            .filter(|it| it.outcome == Some(Outcome::NotRestored))
            .filter_map(|it| match it.task {
                Task::Restore { entry, .. } => Some(entry),
                Task::Delete(_) => None,
            })
            .collect();
        let anyway = (self.is_maintainer && self.job.finished.is_some() && is_elsewhere).then(|| {
            let entries =
                entries.iter().map(|it| view! { <input type="hidden" name="entry" value=it.to_string() /> });
            view! {
                <form class="bar" action=under("/trash/restore") method="post">
                    {entries.collect_view()}
                    <input type="hidden" name="overwrite" value="true" />
                    <button class="btn">{locale.restore_anyway()}</button>
                </form>
            }
        });
        let undo = (self.is_maintainer && self.n_in_trash > 0).then(|| {
            view! {
                <form class="bar" action=under("/trash/restore") method="post">
                    <input type="hidden" name="job" value=self.job.id.clone() />
                    <button class="btn">{locale.undo()}": "{locale.undo_job()}</button>
                </form>
            }
        });
        view! {
            {anyway}
            {undo}
        }
    }

    fn collecting(&self) -> impl IntoView + use<> {
        let locale = locale();
        let any_deleted = self.job.outcomes.iter().any(|(it, _)| *it == Outcome::Deleted);
        self.advice.clone().filter(|_| any_deleted).map(|advice| {
            let cautions =
                advice.cautions.into_iter().map(|it| view! { <li>{locale.caution(it)}</li> }).collect_view();
            let command = advice.command.map(|text| {
                view! {
                    <p>{locale.collect_garbage_hint()}</p>
                    <Command text />
                }
            });
            view! {
                <details class="panel">
                    <summary>{locale.collect_garbage()}</summary>
                    {command}
                    <ul class="cautions">{cautions}</ul>
                </details>
            }
        })
    }
}

fn item_row(item: &JobItem) -> AnyView {
    let locale = locale();
    let (name, kind) = match &item.task {
        Task::Delete(Step::RemoveTag { tag, .. }) => (tag.to_string(), locale.tag()),
        Task::Delete(Step::TrimReferrers { tag, .. }) => (tag.to_string(), locale.has_referrers()),
        Task::Delete(Step::RemoveManifest { digest, tags }) => match tags.as_slice() {
            [] => (digest.short().to_owned(), locale.manifest()),
            tags => {
                (tags.iter().map(registry::Tag::as_str).collect::<Vec<_>>().join(", "), locale.manifest())
            }
        },
        Task::Restore { digest, tags, .. } => match tags.as_slice() {
            [] => (digest.short().to_owned(), locale.manifest()),
            tags => (tags.iter().map(registry::Tag::as_str).collect::<Vec<_>>().join(", "), locale.tag()),
        },
    };
    let outcome = match item.outcome {
        None => view! { <span class="faint">{locale.unread_now()}</span> }.into_any(),
        Some(outcome) => {
            let tone = match outcome {
                Outcome::Deleted | Outcome::AlreadyGone | Outcome::Restored | Outcome::AlreadyThere => {
                    Tone::Good
                }
                Outcome::Skipped => Tone::Warning,
                Outcome::StillThere | Outcome::NotRestored => Tone::Bad,
            };
            view! { <Chip tone text=locale.outcome_of(outcome) /> }.into_any()
        }
    };
    let why = item.why.as_ref().map(|it| locale.why_not(it));
    view! {
        <tr data-row>
            <td class="name"><b title=item.task.subject()>{name}</b>" "<Chip tone=Tone::Plain text=kind /></td>
            <td class="wide">{outcome}</td>
            <td class="wide muted reason">{why}</td>
        </tr>
    }
    .into_any()
}
