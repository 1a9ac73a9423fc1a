//! Two images side by side.

mod changes;
mod files;
mod layers;

use engine::{Engine, ImageFiles, PlatformImage};
use http::StatusCode;
use leptos::prelude::*;
use registry::compare::{Change, Compared, Side};

use crate::address::{Address, CompareQuery, ImageQuery};
use crate::components::copy::ShortDigest;
use crate::components::notice::{Notice, ProblemCard};
use crate::components::reader::locale;
use crate::components::size::Size;
use crate::components::time::CreatedAt;
use crate::error::{self, Problem};
use crate::visitor::Locale;

/// What is asked and what came of it.
pub(super) struct ComparePage {
    query: CompareQuery,
    outcome: Outcome,
}

enum Outcome {
    /// One of the images has not been named yet.
    Incomplete,
    Compared(Box<(Compared, [ImageFiles; 2])>),
    Problem(Box<Problem>),
}

pub(super) async fn load(
    engine: &Engine,
    locale: Locale,
    query: CompareQuery,
) -> Result<ComparePage, engine::Error> {
    let outcome = match compare(engine, &query, locale).await? {
        Ok(outcome) => outcome,
        Err(problem) => Outcome::Problem(Box::new(problem)),
    };
    Ok(ComparePage { query, outcome })
}

/// What is wrong with one of the images belongs on the page, where another can be named.
async fn compare(
    engine: &Engine,
    query: &CompareQuery,
    locale: Locale,
) -> Result<Result<Outcome, Problem>, engine::Error> {
    if query.a.is_empty() || query.b.is_empty() {
        return Ok(Ok(Outcome::Incomplete));
    }
    let sides = image(&query.a, &query.platform_a, locale)
        .and_then(|a| Ok((a, image(&query.b, &query.platform_b, locale)?)));
    let (a, b) = match sides {
        Ok(sides) => sides,
        Err(problem) => return Ok(Err(problem)),
    };
    match engine.compare(&a, &b).await {
        Ok(compared) => Ok(Ok(Outcome::Compared(Box::new(compared)))),
        Err(error @ engine::Error::SignInNeeded) => Err(error),
        Err(error) => Ok(Err(error::problem_of(&error, locale))),
    }
}

fn image(text: &str, platform: &str, locale: Locale) -> Result<PlatformImage, Problem> {
    match Address::parse_reference(text) {
        Ok(Address::Image { registry, repository, reference }) => {
            Ok(PlatformImage { registry, repository, reference, platform: platform.to_owned() })
        }
        Ok(_) => Err(error::not_an_image(text, locale)),
        Err(error) => Err(error::invalid_reference(&error, locale)),
    }
}

impl ComparePage {
    pub(super) fn status(&self) -> StatusCode {
        match &self.outcome {
            Outcome::Problem(problem) => {
                StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
            _ => StatusCode::OK,
        }
    }

    pub(super) fn view(self) -> impl IntoView {
        let locale = locale();
        let form = form(&self.query, &self.outcome);
        let content = match self.outcome {
            Outcome::Incomplete => view! { <p class="muted">{locale.compare_hint()}</p> }.into_any(),
            Outcome::Problem(problem) => view! { <ProblemCard problem=*problem /> }.into_any(),
            Outcome::Compared(compared) => content(*compared).into_any(),
        };
        view! {
            <h1>{locale.compare()}</h1>
            {form}
            {content}
        }
    }
}

fn form(query: &CompareQuery, outcome: &Outcome) -> impl IntoView + use<> {
    let locale = locale();
    let (platforms_a, platforms_b) = match outcome {
        Outcome::Compared(it) => (it.0.a.platforms.clone(), it.0.b.platforms.clone()),
        _ => (Vec::new(), Vec::new()),
    };
    let swap = (!query.a.is_empty() && !query.b.is_empty()).then(|| {
        let href = format!("{}{}", Address::Compare.path(), query.clone().swapped().to_text());
        view! { <a class="btn" href=href>{locale.swap()}</a> }
    });
    view! {
        <form class="compare" action=Address::Compare.path() method="get">
            <Choice
                label=locale.first_image()
                name="a"
                value=query.a.clone()
                platforms=platforms_a
                platform=query.platform_a.clone()
            />
            <Choice
                label=locale.second_image()
                name="b"
                value=query.b.clone()
                platforms=platforms_b
                platform=query.platform_b.clone()
            />
            <div class="bar">
                <button class="btn primary">{locale.compare()}</button>
                {swap}
            </div>
        </form>
    }
}

/// An image and, where it has several, its platform.
#[component]
fn Choice(
    label: &'static str,
    name: &'static str,
    value: String,
    platforms: Vec<String>,
    platform: String,
) -> impl IntoView {
    let locale = locale();
    let platforms = (platforms.len() > 1).then(|| {
        let options = platforms
            .into_iter()
            .map(|it| view! { <option selected=it == platform value=it.clone()>{it.clone()}</option> })
            .collect_view();
        view! {
            <select class="field" name=format!("platform_{name}") aria-label=locale.platform()>
                <option value="">{locale.usual_platform()}</option>
                {options}
            </select>
        }
    });
    view! {
        <div class="choice">
            <label>
                <span>{label}</span>
                <input class="field" name=name value=value required autocomplete="off" spellcheck="false" />
            </label>
            {platforms}
        </div>
    }
}

fn content((compared, known): (Compared, [ImageFiles; 2])) -> impl IntoView {
    let locale = locale();
    let Compared { a, b, comparison } = compared;
    let same = comparison.is_same().then(|| view! { <Notice>{locale.no_difference()}</Notice> });
    let difference = a.size.zip(b.size).map(|(a, b)| locale.difference(a, b));
    let titles = [title(&a), title(&b)];
    let files = files::view(&known, [&a, &b], &titles);
    let run = comparison
        .run
        .iter()
        .map(|it| Change { name: locale.part_of_config(&it.name).to_owned(), ..it.clone() });
    view! {
        <div class="sides">
            {summary(a, None)}
            {summary(b, difference)}
        </div>
        {same}
        {layers::view(&comparison, titles.clone())}
        {changes::view(locale.how_it_runs(), run.collect(), &titles)}
        {changes::view(locale.environment(), comparison.env, &titles)}
        {changes::view(locale.labels(), comparison.labels, &titles)}
        {changes::view(locale.annotations(), comparison.annotations, &titles)}
        {files}
    }
}

/// What a side is called above a column: its tag or digest, and its platform.
fn title(side: &Side) -> String {
    let reference = match side.reference.split_once(':') {
        Some((algorithm, hex)) => format!("{algorithm}:{}", hex.chars().take(12).collect::<String>()),
        None => side.reference.clone(),
    };
    side.platform.iter().fold(reference, |reference, platform| format!("{reference} · {platform}"))
}

/// A side as one writes its reference.
fn name(side: &Side) -> String {
    let separator = if side.reference.contains(':') { '@' } else { ':' };
    format!("{}/{}{separator}{}", side.registry, side.repository, side.reference)
}

fn summary(side: Side, difference: Option<String>) -> impl IntoView {
    let locale = locale();
    let name = name(&side);
    let query = ImageQuery { platform: side.platform.clone().unwrap_or_default(), ..ImageQuery::default() };
    let href = Address::parse_reference(&name).map(|it| format!("{}{}", it.path(), query.to_text())).ok();
    view! {
        <section class="card">
            <div class="head"><a class="name" href=href>{name}</a></div>
            <dl class="facts">
                <div><dt>{locale.platform()}</dt><dd>{side.platform}</dd></div>
                <div>
                    <dt>{locale.size()}</dt>
                    <dd><Size bytes=side.size /> <span class="muted">{difference}</span></dd>
                </div>
                <div><dt>{locale.created()}</dt><dd><CreatedAt created=side.created /></dd></div>
                <div><dt>{locale.digest()}</dt><dd>{side.digest.map(|digest| view! { <ShortDigest digest /> })}</dd></div>
            </dl>
        </section>
    }
}
