//! Something that people should know: a state, an error, an empty list.

use leptos::prelude::*;

use super::copy::CopyButton;
use super::icon::{Icon, IconName};
use super::reader::locale;
use crate::error::Problem;

/// A remark above or beside the content.
#[component]
pub(crate) fn Notice(children: Children) -> impl IntoView {
    view! {
        <div class="note" role="note">
            <Icon name=IconName::Alert />
            <div>{children()}</div>
        </div>
    }
}

/// A place where something would be, and how to put it there.
#[component]
pub(crate) fn Empty(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=IconName::Inbox />
            <h2>{title}</h2>
            {children()}
        </div>
    }
}

/// A command or setting to copy.
#[component]
pub(crate) fn Command(#[prop(into)] text: String) -> impl IntoView {
    view! {
        <div class="command">
            <code>{text.clone()}</code>
            <CopyButton text label=locale().copy() />
        </div>
    }
}

/// What failed, where, why, and what to do.
#[component]
pub(crate) fn ProblemCard(problem: Problem) -> impl IntoView {
    let locale = locale();
    view! {
        <section class="problem" aria-labelledby="problem">
            <h1 id="problem">
                <Icon name=IconName::Alert />
                {problem.title}
            </h1>
            <p>{problem.detail}</p>
            {problem
                .remedy
                .map(|remedy| {
                    view! {
                        <h2>{locale.what_to_do()}</h2>
                        <p>{remedy}</p>
                    }
                })}
            {problem.command.map(|text| view! { <Command text /> })}
            <a class="btn" href="">
                {locale.retry()}
            </a>
        </section>
    }
}
