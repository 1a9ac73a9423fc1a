//! A deletion plan: what goes, what stays, what is freed, and the last step.

use engine::{DeletionPlan, Engine, PlanState, Role, Support};
use leptos::prelude::*;
use registry::deletion::{Keep, Kept, ManifestRemoval, TagRemoval};

use crate::address::Address;
use crate::base_path::under;
use crate::components::chip::{Chip, Tone};
use crate::components::notice::{Command, Empty, Notice};
use crate::components::reader::locale;
use crate::components::size::Size;
use crate::components::time::Ago;

/// How many lines of each list are shown; the job has them all.
const SHOWN: usize = 100;
/// With more tags than this, the repository's name has to be typed.
pub const MANY_TAGS: usize = 10;

/// What a plan tells.
pub(super) struct PlanPage {
    plan: DeletionPlan,
    support: Option<Support>,
    command: Option<String>,
    /// Whether the reader may carry it out.
    is_maintainer: bool,
    /// Whether another name than the repository's was typed.
    wrong_name: bool,
}

pub(super) async fn load(engine: &Engine, id: &str, query: &str) -> Result<PlanPage, engine::Error> {
    let plan = engine.deletion_plan(id).await?;
    let advice = engine.collection_advice(&plan.registry, &plan.repository).await?;
    let (support, advice) = advice.unzip();
    let command = advice.and_then(|it| it.command);
    let is_maintainer = engine.may(Role::Maintainer, &plan.registry, Some(&plan.repository));
    Ok(PlanPage { plan, support, command, is_maintainer, wrong_name: query == "confirm=wrong" })
}

impl PlanPage {
    pub(super) fn view(self) -> impl IntoView {
        let locale = locale();
        let tags = self.tags_address();
        let content = &self.plan.content;
        let support = self.support.as_ref();
        let support = support.map(|it| locale.deletion_support(&it.by_digest, it.by_tag));
        let body = match content.plan.is_empty() {
            true => self.nothing().into_any(),
            false => self.columns().into_any(),
        };
        view! {
            <nav class="crumb" aria-label=locale.breadcrumb()>
                <ol>
                    <li><a href=Address::Catalog { registry: self.plan.registry.clone() }.path()>{self.plan.registry.clone()}</a></li>
                    <li>
                        <span class="sep" aria-hidden="true">"/"</span>
                        <a href=tags.clone()>{self.plan.repository.to_string()}</a>
                    </li>
                    <li>
                        <span class="sep" aria-hidden="true">"·"</span>
                        <b aria-current="page">{locale.plan_title()}</b>
                    </li>
                </ol>
            </nav>
            <h1 class="visually-hidden">{locale.plan_title()}</h1>
            <p class="sub">
                <span>{locale.n_selected(content.n_selected)}</span>
                <span><Ago at=self.plan.made />", "{locale.made_from(content.n_tags, content.n_manifests)}</span>
                {support.map(|text| view! { <span>{text}</span> })}
            </p>
            {body}
            {self.refused()}
            {self.state()}
        }
    }

    fn tags_address(&self) -> String {
        let (registry, repository) = (self.plan.registry.clone(), self.plan.repository.clone());
        Address::Tags { registry, repository }.path()
    }

    fn nothing(&self) -> impl IntoView + use<> {
        let locale = locale();
        let href = self.tags_address();
        view! {
            <Empty title=locale.nothing_goes()>
                <p>{locale.nothing_goes_hint()}</p>
                <a class="btn" href=href>{locale.back_to_tags()}</a>
            </Empty>
        }
    }

    fn columns(&self) -> impl IntoView + use<> {
        let locale = locale();
        let content = &self.plan.content;
        let plan = &content.plan;
        let counts = [
            (plan.tags.len(), locale.n_tags(plan.tags.len())),
            (plan.manifests.len(), locale.n_manifests(plan.manifests.len())),
            (plan.referrers.len(), locale.n_referrers(plan.referrers.len())),
        ];
        let counts: Vec<String> = counts.into_iter().filter(|(n, _)| *n > 0).map(|(_, text)| text).collect();
        let goes = capped(plan.tags.iter().map(tag_line))
            .chain(capped(plan.manifests.iter().map(manifest_line)))
            .chain(capped(plan.referrers.iter().map(manifest_line)))
            .collect_view();
        let stays = if plan.keeps.is_empty() {
            view! { <p class="pad muted">{locale.nothing_stays()}</p> }.into_any()
        } else {
            view! { <ul class="lines">{capped(plan.keeps.iter().map(keep_line)).collect_view()}</ul> }
                .into_any()
        };
        let unscanned =
            (content.n_unscanned > 0).then(|| view! { <p>{locale.n_unscanned(content.n_unscanned)}</p> });
        let command = self.command.clone().map(|text| view! { <Command text /> });
        view! {
            <div class="plan">
                <section class="card" aria-labelledby="goes">
                    <div class="head"><h2 id="goes">{locale.goes()}</h2> <span class="muted">{counts.join(" · ")}</span></div>
                    <ul class="lines">{goes}</ul>
                </section>
                <section class="card" aria-labelledby="stays">
                    <div class="head">
                        <h2 id="stays">{locale.stays()}</h2>
                        <span class="muted">{locale.number(plan.keeps.len())}</span>
                    </div>
                    {stays}
                </section>
                <section class="card" aria-labelledby="freed">
                    <div class="head"><h2 id="freed">{locale.freed()}</h2></div>
                    <p class="big"><Size bytes=Some(content.freed_bytes) /></p>
                    <div class="pad muted">
                        <p>{locale.freed_by(content.freed_blobs)}" "{locale.no_undo_note()}</p>
                        {unscanned}
                        {command}
                    </div>
                </section>
            </div>
        }
    }

    fn refused(&self) -> impl IntoView + use<> {
        let locale = locale();
        let refused = &self.plan.content.plan.refused;
        (!refused.is_empty()).then(|| {
            let lines = capped(refused.iter().map(|it| {
                let why = locale.refusal(&it.why);
                line(it.what.clone(), why, ().into_any())
            }));
            view! {
                <section class="card refused" aria-labelledby="refused">
                    <div class="head">
                        <h2 id="refused">{locale.refused_title()}</h2>
                        <span class="muted">{locale.number(refused.len())}</span>
                    </div>
                    <ul class="lines">{lines.collect_view()}</ul>
                </section>
            }
        })
    }

    /// The last step, or why it cannot be taken.
    fn state(&self) -> impl IntoView + use<> {
        let locale = locale();
        let back = view! { <a class="btn" href=self.tags_address()>{locale.back_to_tags()}</a> };
        match &self.plan.state {
            PlanState::Current if self.plan.content.plan.is_empty() => ().into_any(),
            PlanState::Current if !self.is_maintainer => view! { <div class="bar">{back}</div> }.into_any(),
            PlanState::Current => self.last_step().into_any(),
            PlanState::Expired => {
                view! { <Notice><p>{locale.plan_expired()}</p></Notice> <div class="bar">{back}</div> }
                    .into_any()
            }
            PlanState::Changed { what } => {
                let changed = locale.plan_changed(what);
                view! {
                    <Notice>
                        <p>{changed}</p>
                        <p>{locale.plan_changed_remedy()}</p>
                    </Notice>
                    <div class="bar">{back}</div>
                }
                .into_any()
            }
            PlanState::Used { job } => {
                let href = Address::Job { id: job.clone() }.path();
                view! {
                    <Notice><p>{locale.plan_used()}</p></Notice>
                    <div class="bar"><a class="btn" href=href>{locale.show_job()}</a> {back}</div>
                }
                .into_any()
            }
        }
    }

    fn last_step(&self) -> impl IntoView + use<> {
        let locale = locale();
        let plan = &self.plan.content.plan;
        let n_manifests = plan.manifests.len() + plan.referrers.len();
        let confirm = (plan.tags.len() > MANY_TAGS).then(|| {
            view! {
                <label class="confirm">
                    <span>{locale.type_the_name()}" "<code>{self.plan.repository.to_string()}</code></span>
                    <input class="field" name="confirm" autocomplete="off" required />
                </label>
            }
        });
        let wrong = self.wrong_name.then(|| view! { <Notice><p>{locale.wrong_name()}</p></Notice> });
        view! {
            {wrong}
            <form class="bar last-step" action=under("/jobs") method="post">
                <input type="hidden" name="plan" value=self.plan.id.clone() />
                {confirm}
                <button class="btn danger">{locale.delete_n(plan.tags.len(), n_manifests)}</button>
                <a class="btn" href=self.tags_address()>{locale.back_to_tags()}</a>
                <span class="muted">{locale.each_step_is_read_back()}</span>
            </form>
        }
    }
}

/// The first lines of a list, and how many more there are.
fn capped(lines: impl ExactSizeIterator<Item = AnyView>) -> impl Iterator<Item = AnyView> {
    let more = lines.len().saturating_sub(SHOWN);
    let text = locale().and_more(more);
    let rest = (more > 0).then(|| view! { <li class="muted">{text}</li> }.into_any());
    lines.take(SHOWN).chain(rest)
}

fn line(name: String, why: String, end: AnyView) -> AnyView {
    view! {
        <li>
            <span><b>{name}</b><small>{why}</small></span>
            {end}
        </li>
    }
    .into_any()
}

fn tag_line(removal: &TagRemoval) -> AnyView {
    let locale = locale();
    let why = match (&removal.digest, removal.alone) {
        (None, _) => locale.leads_nowhere(),
        (Some(_), true) => locale.only_the_tag(),
        (Some(_), false) => locale.with_its_image(),
    };
    let chip = view! { <Chip tone=Tone::Plain text=locale.tag() /> }.into_any();
    line(removal.tag.to_string(), why.to_owned(), chip)
}

fn manifest_line(removal: &ManifestRemoval) -> AnyView {
    let locale = locale();
    let mut what = vec![locale.kind(removal.kind).to_owned()];
    what.extend(removal.platforms.iter().take(6).cloned());
    if removal.n_missing > 0 {
        what.push(locale.n_missing_children(removal.n_missing));
    }
    let why = format!("{}: {}", what.join(", "), locale.role(removal.role));
    let size = view! { <span class="muted num"><Size bytes=Some(removal.size) /></span> };
    view! {
        <li>
            <span><code title=removal.digest.to_string()>{removal.digest.short().to_owned()}</code><small>{why}</small></span>
            {size}
        </li>
    }
    .into_any()
}

fn keep_line(keep: &Keep) -> AnyView {
    let locale = locale();
    let why = locale.keep_reason(&keep.why);
    match &keep.what {
        Kept::Tags(tags) => {
            let names = tags.iter().take(8).map(registry::Tag::as_str).collect::<Vec<_>>().join(", ");
            let more = tags.len().saturating_sub(8);
            let names = if more > 0 { format!("{names} {}", locale.and_more(more)) } else { names };
            line(names, why, view! { <Chip tone=Tone::Good text=locale.stays_chip() /> }.into_any())
        }
        Kept::Manifest(digest) => view! {
            <li><span><code title=digest.to_string()>{digest.short().to_owned()}</code><small>{why}</small></span></li>
        }
        .into_any(),
        Kept::Blob(digest, size) => view! {
            <li>
                <span><code title=digest.to_string()>{digest.short().to_owned()}</code><small>{why}</small></span>
                <span class="muted num"><Size bytes=Some(*size) /></span>
            </li>
        }
        .into_any(),
    }
}
