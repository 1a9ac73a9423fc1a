//! `/api/v1/image/file`

use axum::body::Body;
use axum::http::HeaderName;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::IntoResponse;
use engine::PlatformImage;
use layers::FilePath;
use registry::{Reference, RepositoryName};
use serde::Deserialize;
use utoipa::IntoParams;

use super::error::{ApiError, Problems};
use super::parameters::{self, Parameters};
use crate::asking::Asking;

/// Which file is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FileParameters {
    /// The id of the registry; may be left out where there is only one.
    registry: Option<String>,
    /// The repository.
    #[param(value_type = String, example = "library/nginx")]
    repository: RepositoryName,
    /// A tag or a digest.
    #[param(value_type = String, example = "latest")]
    reference: Reference,
    /// The platform, or the digest of its manifest, where the image has several.
    #[serde(default)]
    #[param(example = "linux/arm64")]
    platform: String,
    /// The number of the layer after which the file is wanted, from 1; without it the last.
    #[param(minimum = 1)]
    layer: Option<usize>,
    /// The path from the root, as `/api/v1/image/files` tells it.
    #[param(value_type = String, example = "etc/os-release")]
    path: FilePath,
}

/// The content of one file of an image, to be saved as a file. The layers have to be read before: see
/// `/api/v1/image/files`.
#[utoipa::path(get, path = "/api/v1/image/file", tag = "images", params(FileParameters), responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), Problems))]
pub(super) async fn save(
    Asking(engine): Asking,
    Parameters(asked): Parameters<FileParameters>,
) -> Result<impl IntoResponse, ApiError> {
    let registry = parameters::registry(&engine, asked.registry)?;
    let (repository, reference, platform) = (asked.repository, asked.reference, asked.platform);
    let image = PlatformImage { registry, repository, reference, platform };
    let layer = asked.layer.map(|it| it.saturating_sub(1));
    let file = engine.file_content(&image, layer, &asked.path, u64::MAX).await?;
    // Never with a type of its own: a browser must save what an image holds, not interpret it.
    let headers: [(HeaderName, String); 3] = [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (CONTENT_LENGTH, file.size.to_string()),
        (CONTENT_DISPOSITION, disposition(&file.path)),
    ];
    Ok((headers, Body::from_stream(file.chunks)))
}

/// Names the file that is saved, by RFC 6266: as far as it is plain ASCII, and in UTF-8 (RFC 8187).
fn disposition(path: &FilePath) -> String {
    let name = String::from_utf8_lossy(path.name()).into_owned();
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "._-+".contains(it);
    let plain: String = name.chars().map(|it| if is_plain(it) { it } else { '_' }).collect();
    let encoded: String =
        percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC).to_string();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}
