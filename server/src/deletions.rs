//! `/plans`, `/jobs` and `/trash`: planning, deleting and undoing, for people, with scripts or without.

use app::address::{Address, TagsQuery};
use axum::response::{IntoResponse, Redirect, Response};
use engine::{CleanupRule, DeletionTarget, TagSelection};
use jiff::Timestamp;
use registry::deletion::Mode;

use crate::asking::Asking;
use crate::form::{Fields, Refusal};

/// With more tags than this, the repository's name has to be typed.
const MANY_TAGS: usize = app::MANY_TAGS;

/// Makes a plan and leads to it.
pub(crate) async fn plan(Asking(engine): Asking, form: Fields) -> Result<Response, Refusal> {
    let registry = form.registry(&engine)?;
    let repository = form.repository()?.ok_or_else(|| Refusal::unreadable("It names no repository."))?;
    let target = target(&form)?;
    let planned = engine.plan_deletion(&registry, &repository, &target).await;
    let plan = planned.map_err(|error| form.refusal(&error))?;
    Ok(to(&Address::Plan { id: plan.id }.path()))
}

/// Carries a plan out and leads to its job.
pub(crate) async fn begin(Asking(engine): Asking, form: Fields) -> Result<Response, Refusal> {
    let id = form.one("plan").unwrap_or_default().to_owned();
    let plan = engine.deletion_plan(&id).await.map_err(|error| form.refusal(&error))?;
    let is_confirmed = form.one("confirm").map(str::trim) == Some(plan.repository.as_str());
    if plan.content.plan.tags.len() > MANY_TAGS && !is_confirmed {
        return Ok(to(&format!("{}?confirm=wrong", Address::Plan { id }.path())));
    }
    let job = engine.begin_deletion(&id).await.map_err(|error| form.refusal(&error))?;
    Ok(to(&Address::Job { id: job.id }.path()))
}

/// Asks a job to stop and leads back to it.
pub(crate) async fn stop(Asking(engine): Asking, form: Fields) -> Result<Response, Refusal> {
    let id = form.one("job").unwrap_or_default();
    let job = engine.stop_job(id).await.map_err(|error| form.refusal(&error))?;
    Ok(to(&Address::Job { id: job.id }.path()))
}

/// Puts back what is selected, or what a job deleted, and leads to the job that does it.
pub(crate) async fn restore(Asking(engine): Asking, form: Fields) -> Result<Response, Refusal> {
    let overwrite = form.one("overwrite") == Some("true");
    let restored = match form.one("job") {
        Some(job) => engine.restore_job(job, overwrite).await,
        None => {
            let entries: Vec<i64> = form.all("entry").filter_map(|it| it.parse().ok()).collect();
            engine.restore(&entries, overwrite).await
        }
    };
    let jobs = restored.map_err(|error| form.refusal(&error))?;
    Ok(match jobs.as_slice() {
        [job] => to(&Address::Job { id: job.id.clone() }.path()),
        [] => to(&Address::Trash.path()),
        _ => to(&Address::Activity.path()),
    })
}

fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// What the form selects: tags and digests by name, all that a list shows, or all that a rule takes.
fn target(form: &Fields) -> Result<DeletionTarget, Refusal> {
    let unreadable = |what: &str| Refusal::unreadable(&format!("The field {what} cannot be read."));
    let mut target = DeletionTarget {
        mode: if form.one("mode") == Some("manifest") { Mode::Manifest } else { Mode::Tag },
        ..DeletionTarget::default()
    };
    let tags =
        |filter: TagSelection, keep_newest| CleanupRule::Tags { filter: Box::new(filter), keep_newest };
    // The button that was pressed, and not what is ticked beside it.
    if let Some(all) = form.sent("all") {
        let query = TagsQuery::parse(all.trim_start_matches('?'));
        target.rule = Some(tags(query.to_engine(Timestamp::now()), 0));
        return Ok(target);
    }
    let number = |name: &str| form.one(name).and_then(|it| it.parse::<u32>().ok()).filter(|it| *it > 0);
    target.rule = match form.one("rule") {
        None => None,
        Some("untagged") => Some(CleanupRule::Untagged),
        Some("everything") => Some(CleanupRule::Everything),
        Some("broken") => Some(tags(TagSelection { broken: true, ..TagSelection::default() }, 0)),
        Some("older") => {
            let older = number("older").ok_or_else(|| unreadable("older"))?;
            let query = TagsQuery { older: Some(older), ..TagsQuery::default() };
            Some(tags(query.to_engine(Timestamp::now()), 0))
        }
        Some("matching") => {
            let q = form.one("q").ok_or_else(|| unreadable("q"))?.to_owned();
            Some(tags(TagSelection { q, ..TagSelection::default() }, 0))
        }
        Some("newest") => {
            let keep = number("keep").ok_or_else(|| unreadable("keep"))?;
            let keep = usize::try_from(keep).unwrap_or(usize::MAX);
            Some(tags(TagSelection::default(), keep))
        }
        Some(_) => return Err(unreadable("rule")),
    };
    for tag in form.all("tag") {
        target.tags.push(tag.parse().map_err(|_| unreadable("tag"))?);
    }
    for digest in form.all("digest") {
        target.digests.push(digest.parse().map_err(|_| unreadable("digest"))?);
    }
    Ok(target)
}
