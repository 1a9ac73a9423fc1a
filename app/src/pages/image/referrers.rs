//! What refers to an image.

use leptos::prelude::*;
use registry::Reference;
use registry::artifact::{ReferrerRow, Referrers, SourceProblem};

use super::ImagePage;
use super::verification::VerificationChip;
use crate::address::Address;
use crate::components::chip::{Chip, StateChip, Tone};
use crate::components::copy::ShortDigest;
use crate::components::notice::{Command, Empty, Notice, ProblemCard};
use crate::components::reader::locale;
use crate::components::size::Size;
use crate::components::time::CreatedAt;
use crate::error;

impl ImagePage {
    pub(super) fn referrers(&self) -> impl IntoView + use<> {
        match &self.referrers {
            Some(Ok(referrers)) => self.referrer_list(referrers).into_any(),
            Some(Err(error)) => {
                let problem = error::problem_of(error, locale());
                view! { <ProblemCard problem /> }.into_any()
            }
            None => ().into_any(),
        }
    }

    fn referrer_list(&self, referrers: &Referrers) -> impl IntoView + use<> {
        let locale = locale();
        let Referrers { items, total, problems, .. } = referrers;
        let problems = problems.iter().map(problem).collect_view();
        if items.is_empty() {
            let command = format!(
                "cosign sign --key cosign.key {}/{}@{}",
                self.pull_host, self.repository, referrers.digest
            );
            return view! {
                {problems}
                <Empty title=locale.no_referrers()>
                    <p>{locale.no_referrers_hint()}</p>
                    <Command text=command />
                </Empty>
            }
            .into_any();
        }
        let cut = (items.len() < *total)
            .then(|| view! { <p class="muted">{locale.first_of(items.len(), *total)}</p> });
        let rows = items.iter().cloned().map(|row| self.referrer(row)).collect_view();
        view! {
            {problems}
            <div class="card">
                <table class="rows">
                    <thead>
                        <tr>
                            <th scope="col">{locale.kind_of_artifact()}</th>
                            <th scope="col" class="num">{locale.size()}</th>
                            <th scope="col">{locale.signature()}</th>
                            <th scope="col">{locale.created()}</th>
                            <th scope="col">{locale.found_in()}</th>
                            <th scope="col">{locale.digest()}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {cut}
        }
        .into_any()
    }

    fn referrer(&self, row: ReferrerRow) -> impl IntoView + use<> {
        let locale = locale();
        let address = Address::Image {
            registry: self.image.registry.clone(),
            repository: self.repository.clone(),
            reference: Reference::Digest(row.digest.clone()),
        };
        let names: Vec<&str> = row.kinds.iter().map(|it| locale.artifact_kind(*it)).collect();
        let kind = row.artifact_type.clone().unwrap_or_else(|| row.media_type.clone());
        // An attestation of an index is about one of its platforms.
        let about = self.image.summary.platforms.iter().find(|it| it.digest == row.subject);
        let about = about.filter(|_| Some(&row.subject) != self.image.summary.digest.as_ref());
        let about = about
            .map(|it| view! { <Chip tone=Tone::Plain text=it.platform.to_string() title=locale.about() /> });
        let found: Vec<&str> = row.found.iter().map(|it| locale.source_of_referrer(*it)).collect();
        view! {
            <tr data-row>
                <td class="name">
                    <a href=address.path() title=kind><b>{names.join(", ")}</b></a>
                    " "
                    {about}
                    <StateChip state=row.state detail=row.detail />
                </td>
                <td class="num"><Size bytes=row.size /></td>
                <td class="wide">{row.verification.map(|verification| view! { <VerificationChip verification /> })}</td>
                <td class="muted wide when"><CreatedAt created=row.created /></td>
                <td class="muted wide">{found.join(", ")}</td>
                <td class="hide"><ShortDigest digest=row.digest /></td>
            </tr>
        }
    }
}

fn problem(problem: &SourceProblem) -> impl IntoView + use<> {
    let SourceProblem { source, why } = problem.clone();
    view! {
        <Notice>
            <p>{locale().source_failed(source)}</p>
            <p><code>{why}</code></p>
        </Notice>
    }
}
