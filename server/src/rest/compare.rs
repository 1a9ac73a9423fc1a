//! `/api/v1/compare`

use app::address::Address;
use axum::Json;
use engine::ToCompare;
use registry::compare::Compared;
use serde::Deserialize;
use utoipa::IntoParams;

use super::error::{ApiError, Problems};
use super::parameters::Parameters;
use crate::asking::Asking;

/// Which images are compared.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CompareParameters {
    /// The first image, by tag or digest.
    #[param(example = "localhost:5000/team/webapp:2.13.1")]
    a: String,
    /// The second image.
    #[param(example = "localhost:5000/team/webapp:2.14.0")]
    b: String,
    /// The platform of the first image, where it has several; without it the first that both have.
    #[serde(default)]
    platform_a: String,
    /// The platform of the second image.
    #[serde(default)]
    platform_b: String,
}

/// Tells what two images, or two platforms of one, have in common and in what they differ.
#[utoipa::path(get, path = "/api/v1/compare", tag = "images", params(CompareParameters), responses((status = 200, body = Compared), Problems))]
pub(super) async fn show(
    Asking(engine): Asking,
    Parameters(asked): Parameters<CompareParameters>,
) -> Result<Json<Compared>, ApiError> {
    let a = image("a", &asked.a, asked.platform_a)?;
    let b = image("b", &asked.b, asked.platform_b)?;
    Ok(Json(engine.compare(&a, &b).await?))
}

fn image(parameter: &str, text: &str, platform: String) -> Result<ToCompare, ApiError> {
    match Address::parse_reference(text) {
        Ok(Address::Image { registry, repository, reference }) => {
            Ok(ToCompare { registry, repository, reference, platform })
        }
        Ok(_) => {
            let why = format!("{parameter} is no image; for example localhost:5000/team/webapp:2.14.0");
            Err(ApiError::BadParameters(why))
        }
        Err(error) => Err(ApiError::BadParameters(format!("{parameter}: {error}"))),
    }
}
