//! `/api/v1/compare`

use app::address::Address;
use axum::Json;
use engine::PlatformImage;
use layers::image::Order;
use layers::{FilePath, ImageTree};
use registry::compare::Compared;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Problems};
use super::parameters::Parameters;
use crate::asking::Asking;

/// How many files that differ are told.
const MOST_FILES: usize = 1000;

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

/// Two images and what sets them apart.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CompareAnswer {
    #[serde(flatten)]
    compared: Compared,
    /// In what their files differ; null unless the layers of both were read, which asking for
    /// `/api/v1/image/files` begins.
    files: Option<FilesCompared>,
}

/// In what the files of two images differ.
#[derive(Debug, Serialize, ToSchema)]
struct FilesCompared {
    /// What only the second image has.
    added: FilesSum,
    /// What only the first image has.
    removed: FilesSum,
    /// What both have, and not the same.
    changed: FilesSum,
    /// The thousand paths that differ by most bytes.
    entries: Vec<FileCompared>,
}

/// How many paths, and how many bytes.
#[derive(Debug, Serialize, ToSchema)]
struct FilesSum {
    /// How many paths.
    n: u32,
    /// How many unpacked bytes of files the second image has more there.
    bytes: i64,
}

/// A path that two images differ in.
#[derive(Debug, Serialize, ToSchema)]
struct FileCompared {
    /// The path from the root.
    #[schema(value_type = String)]
    path: FilePath,
    /// `added`, `removed` or `changed`.
    #[schema(value_type = String)]
    change: layers::image::Change,
    /// How many unpacked bytes of files the second image has more there.
    bytes: i64,
}

impl FilesCompared {
    fn of(a: &ImageTree, b: &ImageTree) -> Self {
        let difference = layers::image::difference(a, b, Order::Largest);
        let sum = |it: layers::image::Sum| FilesSum { n: it.n, bytes: it.bytes };
        let rows = difference.rows(0..MOST_FILES).into_iter();
        Self {
            added: sum(difference.added),
            removed: sum(difference.removed),
            changed: sum(difference.changed),
            entries: rows
                .map(|it| FileCompared { path: it.path, change: it.change, bytes: it.bytes })
                .collect(),
        }
    }
}

/// Tells what two images, or two platforms of one, have in common and in what they differ.
#[utoipa::path(get, path = "/api/v1/compare", tag = "images", params(CompareParameters), responses((status = 200, body = CompareAnswer), Problems))]
pub(super) async fn show(
    Asking(engine): Asking,
    Parameters(asked): Parameters<CompareParameters>,
) -> Result<Json<CompareAnswer>, ApiError> {
    let a = image("a", &asked.a, asked.platform_a)?;
    let b = image("b", &asked.b, asked.platform_b)?;
    let (compared, [a, b]) = engine.compare(&a, &b).await?;
    let files = a.tree.as_deref().zip(b.tree.as_deref()).map(|(a, b)| FilesCompared::of(a, b));
    Ok(Json(CompareAnswer { compared, files }))
}

fn image(parameter: &str, text: &str, platform: String) -> Result<PlatformImage, ApiError> {
    match Address::parse_reference(text) {
        Ok(Address::Image { registry, repository, reference }) => {
            Ok(PlatformImage { registry, repository, reference, platform })
        }
        Ok(_) => {
            let why = format!("{parameter} is no image; for example localhost:5000/team/webapp:2.14.0");
            Err(ApiError::BadParameters(why))
        }
        Err(error) => Err(ApiError::BadParameters(format!("{parameter}: {error}"))),
    }
}
