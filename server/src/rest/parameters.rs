//! Reading queries strictly: a parameter that is misspelt or out of range is an error, never a silent default.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use engine::Engine;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};

use super::error::ApiError;

/// How many items a list has unless the query says otherwise.
pub(super) const USUAL_ITEMS: usize = 100;
/// How many items a list has at most.
const MOST_ITEMS: usize = 1000;

/// The query of a request, as a type.
#[derive(Debug)]
pub(super) struct Parameters<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        match Query::try_from_uri(&parts.uri) {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(error) => {
                let text = error.body_text();
                let why = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
                Err(ApiError::BadParameters(why.to_owned()))
            }
        }
    }
}

/// The JSON body of a request, as a type.
#[derive(Debug)]
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let body = Json::from_request(request, state).await;
        body.map(|Json(body)| Self(body)).map_err(|error| ApiError::BadBody(error.body_text()))
    }
}

/// Reads how many items are wanted.
pub(super) fn n_items<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    number_up_to(MOST_ITEMS, deserializer)
}

/// Reads the number of a page.
pub(super) fn page<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    // No repository has so many tags, and the product with the items of a page still fits.
    number_up_to(1_000_000, deserializer)
}

fn number_up_to<'de, D: Deserializer<'de>>(most: usize, deserializer: D) -> Result<usize, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.parse() {
        Ok(number) if (1..=most).contains(&number) => Ok(number),
        _ => Err(D::Error::custom(format!("expected a whole number from 1 to {most}, not {text:?}"))),
    }
}

/// The registry that is asked for: the one that is named, or the only one.
pub(super) fn registry(engine: &Engine, named: Option<String>) -> Result<String, ApiError> {
    if let Some(id) = named {
        return Ok(engine.registry(&id)?.id.clone());
    }
    let mut ids: Vec<String> = engine.registries().map(|it| it.id.clone()).collect();
    if ids.len() == 1 { Ok(ids.remove(0)) } else { Err(ApiError::RegistryNeeded { ids }) }
}
