//! Deletions and restorations: those that run, and how the last ones ended.

use engine::{Job, JobState};
use leptos::prelude::*;

use crate::address::Address;
use crate::components::chip::{Chip, Tone};
use crate::components::reader::locale;
use crate::components::time::Ago;

pub(super) fn table(jobs: Vec<Job>) -> impl IntoView {
    let locale = locale();
    (!jobs.is_empty()).then(|| {
        view! {
            <h2>{locale.jobs_title()}</h2>
            <div class="card">
                <table class="rows">
                    <thead>
                        <tr>
                            <th scope="col">{locale.what()}</th>
                            <th scope="col">{locale.state_label()}</th>
                            <th scope="col" class="num">{locale.done()}</th>
                            <th scope="col">{locale.started()}</th>
                        </tr>
                    </thead>
                    <tbody>{jobs.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
    })
}

fn row(job: Job) -> impl IntoView {
    let locale = locale();
    let kind = if job.plan.is_some() { locale.job_title() } else { locale.restore_title() };
    let tone = match job.state {
        JobState::Done => Tone::Good,
        JobState::Failed => Tone::Bad,
        JobState::Stopped | JobState::Queued | JobState::Running => Tone::Plain,
    };
    let why = job.error.as_ref().map(|it| view! { <p class="muted">{locale.why_not(it)}</p> });
    view! {
        <tr data-row>
            <td class="name">
                <a href=Address::Job { id: job.id }.path()><b>{format!("{}/{}", job.registry, job.repository)}</b></a>
                <span class="muted">" "{kind}</span>
            </td>
            <td class="wide"><Chip tone text=locale.job_state(job.state) />{why}</td>
            <td class="num">{locale.n_of(job.n_done, job.n_items)}</td>
            <td class="muted wide when"><Ago at=job.queued />" "{job.actor.name}</td>
        </tr>
    }
}
