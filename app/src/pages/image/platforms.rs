//! The platforms of an image side by side, and in what they differ.

use leptos::prelude::*;
use registry::Reference;
use registry::platform_differences::{PlatformDifference, PlatformValue, platform_differences};
use registry::summary::{AttestationRow, PlatformRow};

use super::ImagePage;
use crate::address::{Address, CompareQuery};
use crate::components::chip::{Chip, StateChip, Tone};
use crate::components::copy::ShortDigest;
use crate::components::reader::locale;
use crate::components::size::{ShareBar, Size};
use crate::components::time::CreatedAt;

impl ImagePage {
    pub(super) fn platforms(&self) -> impl IntoView + use<> {
        let locale = locale();
        let platforms = &self.image.summary.platforms;
        let largest = platforms.iter().filter_map(|it| it.size).max().unwrap_or_default();
        let several = platforms.len() > 1;
        let rows = platforms
            .iter()
            .enumerate()
            .map(|(idx, row)| {
                let chosen = idx == self.chosen;
                let n_layers =
                    row.contents.as_ref().map(|it| it.layers.iter().filter(|layer| !layer.empty).count());
                let name = row.platform.to_string();
                let title = match chosen {
                    true => view! { <b>{name}</b> }.into_any(),
                    false => view! { <a href=self.href(self.platform_key(row), self.query.view)>{name}</a> }
                        .into_any(),
                };
                view! {
                    <tr class:sel=chosen aria-current=chosen.then_some("true") data-row>
                        <td class="name">
                            {title}
                            " "
                            <StateChip state=row.state detail=row.detail.clone() />
                            {self.attested(row)}
                        </td>
                        <td class="num">
                            <Size bytes=row.size />
                            <ShareBar part=row.size.unwrap_or_default() whole=largest />
                        </td>
                        <td class="num wide">{n_layers.map(|n| locale.n_layers(n))}</td>
                        <td class="muted wide when"><CreatedAt created=row.created /></td>
                        <td class="hide"><ShortDigest digest=row.digest.clone() /></td>
                        {several.then(|| view! { <td class="hide">{self.comparison(row, chosen)}</td> })}
                    </tr>
                }
            })
            .collect_view();
        (!platforms.is_empty()).then(|| {
            view! {
                <div class="card">
                    <table class="rows">
                        <thead>
                            <tr>
                                <th scope="col">{locale.platform()}</th>
                                <th scope="col" class="num">{locale.size()}</th>
                                <th scope="col" class="num">{locale.layers()}</th>
                                <th scope="col">{locale.created()}</th>
                                <th scope="col">{locale.digest()}</th>
                                {several.then(|| view! { <th scope="col"><span class="visually-hidden">{locale.compare()}</span></th> })}
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            }
        })
    }

    /// The platform's name, or its digest where two platforms have the same name.
    fn platform_key(&self, row: &PlatformRow) -> String {
        let name = row.platform.to_string();
        let n_same = self.image.summary.platforms.iter().filter(|it| it.platform == row.platform).count();
        if n_same > 1 { row.digest.to_string() } else { name }
    }

    /// What attests a platform, each with a link to it.
    fn attested(&self, row: &PlatformRow) -> impl IntoView + use<> {
        let attestations = self.image.summary.attestations.iter();
        attestations
            .filter(|it| it.subject.as_ref() == Some(&row.digest))
            .map(|it| {
                let href = self.attestation_address(it).path();
                view! { " " <a class="chip" href=href>{locale().has_attestation()}</a> }
            })
            .collect_view()
    }

    /// Attestations that are about none of the platforms.
    pub(super) fn attestations(&self) -> impl IntoView + use<> {
        let summary = &self.image.summary;
        let is_of_a_platform = |it: &AttestationRow| {
            summary.platforms.iter().any(|row| it.subject.as_ref() == Some(&row.digest))
        };
        let attestations: Vec<AttestationRow> =
            summary.attestations.iter().filter(|it| !is_of_a_platform(it)).cloned().collect();
        (!attestations.is_empty()).then(|| {
            view! {
                <details class="panel">
                    <summary>{locale().n_attestations(attestations.len())}</summary>
                    <ul class="list">
                        {attestations.into_iter().map(|it| self.attestation(it)).collect_view()}
                    </ul>
                </details>
            }
        })
    }

    /// What is said differently for some platforms than for others.
    pub(super) fn differences(&self) -> impl IntoView + use<> {
        let locale = locale();
        let differences = platform_differences(&self.image.summary.platforms);
        (!differences.is_empty()).then(|| {
            let n = differences.len();
            let rows = differences.into_iter().map(difference).collect_view();
            view! {
                <details class="panel">
                    <summary>{locale.platforms_differ()}" ("{n}")"</summary>
                    <div class="card">
                        <table class="changes">
                            <thead>
                                <tr>
                                    <th scope="col">{locale.name_label()}</th>
                                    <th scope="col">{locale.platforms()}</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                </details>
            }
        })
    }

    /// Leads to a platform beside the one that is shown.
    fn comparison(&self, row: &PlatformRow, is_chosen: bool) -> impl IntoView + use<> {
        let chosen = self.image.summary.platforms.get(self.chosen).filter(|_| !is_chosen)?;
        let reference = self.address.reference()?;
        let query = CompareQuery {
            a: reference.clone(),
            b: reference,
            platform_a: self.platform_key(chosen),
            platform_b: self.platform_key(row),
        };
        let href = format!("{}{}", Address::Compare.path(), query.to_text());
        let label = locale().compare_with(&chosen.platform.to_string());
        Some(
            view! { <a class="muted" href=href title=label.clone() aria-label=label>{locale().compare()}</a> },
        )
    }

    fn attestation_address(&self, attestation: &AttestationRow) -> Address {
        Address::Image {
            registry: self.image.registry.clone(),
            repository: self.repository.clone(),
            reference: Reference::Digest(attestation.digest.clone()),
        }
    }

    fn attestation(&self, attestation: AttestationRow) -> impl IntoView + use<> {
        let href = self.attestation_address(&attestation).path();
        let subject = attestation.subject.map(|it| it.short().to_owned());
        view! {
            <li>
                <a href=href><code>{attestation.digest.short().to_owned()}</code></a>
                <span class="muted">{locale().about()}" "{subject}</span>
            </li>
        }
    }
}

fn difference(difference: PlatformDifference) -> impl IntoView {
    let locale = locale();
    let values = difference.values.into_iter().map(|PlatformValue { value, platforms }| {
        let chips =
            platforms.into_iter().map(|text| view! { <Chip tone=Tone::Plain text /> " " }).collect_view();
        let value = match value {
            Some(text) => view! { <code>{text}</code> }.into_any(),
            None => view! { <span class="faint">{locale.not_set()}</span> }.into_any(),
        };
        view! { <li>{chips}{value}</li> }
    });
    view! {
        <tr>
            <th scope="row">{locale.part_of_config(&difference.name).to_owned()}</th>
            <td><ul class="values">{values.collect_view()}</ul></td>
        </tr>
    }
}
