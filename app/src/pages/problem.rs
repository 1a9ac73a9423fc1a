//! The page of an error, at the address where it happened.

use engine::Engine;
use http::StatusCode;
use leptos::prelude::*;

use crate::address::Address;
use crate::components::breadcrumb::Breadcrumb;
use crate::components::notice::ProblemCard;
use crate::error::Problem;

/// What failed, and where.
pub(super) struct ProblemPage {
    place: Option<(Address, String)>,
    problem: Problem,
}

impl ProblemPage {
    /// `place` is where it happened, if the address at least names a registry of ours.
    pub(super) fn new(place: Option<(&Engine, &Address)>, problem: Problem) -> Self {
        let place = place.and_then(|(engine, address)| {
            let registry = engine.registry(address.registry()?).ok()?;
            Some((address.clone(), registry.pull_host.clone()))
        });
        Self { place, problem }
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    pub(super) fn view(self) -> impl IntoView {
        view! {
            {self.place.map(|(address, pull_host)| view! { <Breadcrumb address pull_host /> })}
            <ProblemCard problem=self.problem />
        }
    }
}
