//! `/api/v1/image/files`

use app::base_path::under;
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use engine::{FilesLayer, ImageFiles, LayerState, PlatformImage};
use layers::image::{At, Change, Filter, Order, Row, View};
use layers::{FilePath, ImageTree};
use registry::{Digest, Reference, RepositoryName};
use serde::{Deserialize, Serialize};
use url::form_urlencoded::Serializer;
use utoipa::{IntoParams, ToSchema};

use super::error::{ApiError, Problems};
use super::parameters::{self, Parameters, USUAL_ITEMS};
use crate::asking::Asking;

/// Which files are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FilesParameters {
    /// The id of the registry; may be left out where there is only one.
    registry: Option<String>,
    /// The repository.
    #[param(value_type = String, example = "library/nginx")]
    repository: RepositoryName,
    /// A tag or a digest.
    #[param(value_type = String, example = "latest")]
    reference: Reference,
    /// The platform, or the digest of its manifest, where the image has several; without it the first that can be read.
    #[serde(default)]
    #[param(example = "linux/arm64")]
    platform: String,
    /// The number of the layer after which the image is told, from 1; without it the last.
    #[param(minimum = 1)]
    layer: Option<usize>,
    /// `image` for the image as it is after the layer, `layer` for what the layer does, with what it removes.
    #[serde(default)]
    #[param(inline)]
    of: Of,
    /// What the paths contain, a slash in front of them included; without it all paths are told.
    #[serde(default)]
    q: String,
    /// In what order: by `path`, or the `largest` or the `smallest` first.
    #[serde(default)]
    #[param(value_type = String, example = "largest")]
    sort: Order,
    /// The page, from 1.
    #[serde(default = "first_page", deserialize_with = "parameters::page")]
    #[param(value_type = usize, minimum = 1, maximum = 1_000_000, default = 1)]
    page: usize,
    /// How many files a page has.
    #[serde(default = "usual_items", deserialize_with = "parameters::n_items")]
    #[param(value_type = usize, minimum = 1, maximum = 1000, default = 100)]
    n: usize,
}

/// What of a layer is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Of {
    /// The image as it is after it.
    #[default]
    Image,
    /// What it does.
    Layer,
}

/// Files of an image.
#[derive(Debug, Serialize, ToSchema)]
struct FilesAnswer {
    /// The manifest of the platform.
    #[schema(value_type = Option<String>)]
    digest: Option<Digest>,
    /// The platform, where the image names one.
    platform: Option<String>,
    /// The part of all stored bytes that the image still needs, as dive computes it: 1 where nothing is stored in vain.
    efficiency: f64,
    /// Unpacked bytes that are stored and not seen in the image.
    wasted: u64,
    /// The layers, the base first.
    layers: Vec<LayerAnswer>,
    /// The files of this page.
    entries: Vec<FileEntry>,
    /// How many files there are in all.
    total: usize,
    /// The address of the next page; null on the last one.
    next: Option<String>,
}

/// A layer of an image.
#[derive(Debug, Serialize, ToSchema)]
struct LayerAnswer {
    /// Its digest.
    #[schema(value_type = Option<String>)]
    digest: Option<Digest>,
    /// Compressed bytes, where that is known.
    size: Option<u64>,
    /// `unread`, `waiting`, `reading`, `read`, `damaged`, `failed`, or `elsewhere` for layers that no registry holds.
    state: &'static str,
    /// How many compressed bytes of it were read, while it is being read.
    read: Option<u64>,
    /// Why it cannot be read, in a sentence. The files are those of the other layers.
    why: Option<String>,
}

/// Something at a path of an image.
#[derive(Debug, Serialize, ToSchema)]
struct FileEntry {
    /// The path from the root. Bytes that are no text are escaped as `\xff`.
    #[schema(value_type = String)]
    path: FilePath,
    /// `file`, `directory`, `symlink`, `hard-link`, `char-device`, `block-device` or `fifo`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: layers::Kind,
    /// Unpacked bytes; of a directory those of all files below.
    size: u64,
    /// The permissions, as a number.
    mode: u32,
    /// The owner.
    uid: u32,
    /// The group.
    gid: u32,
    /// When it was modified: seconds since 1970.
    modified: i64,
    /// Where a link leads.
    #[schema(value_type = Option<String>)]
    link: Option<layers::LinkTarget>,
    /// `added`, `changed` or `removed` by the layer; null where it did nothing to it.
    #[schema(value_type = Option<String>)]
    change: Option<Change>,
    /// The number of the layer that it comes from, from 1.
    layer: usize,
}

/// The job that reads the layers of an image.
#[derive(Debug, Serialize, ToSchema)]
struct ReadingAnswer {
    /// The manifest of the platform.
    #[schema(value_type = Option<String>)]
    id: Option<Digest>,
    /// `running`; what is asked for is answered once it is done. `failed` where a layer could not be fetched; asking again
    /// begins anew.
    state: &'static str,
    /// The layers, the base first.
    items: Vec<LayerAnswer>,
}

fn first_page() -> usize {
    1
}

fn usual_items() -> usize {
    USUAL_ITEMS
}

/// Tells the files of an image.
///
/// Layers that nobody has looked into yet are read first: that is begun, and answered with how far it is until it is done.
#[utoipa::path(get, path = "/api/v1/image/files", tag = "images", params(FilesParameters), responses((status = 200, body = FilesAnswer), (status = 202, body = ReadingAnswer, description = "The layers are being read.", headers(("retry-after" = String, description = "In how many seconds to ask again."))), Problems))]
pub(super) async fn list(
    Asking(engine): Asking,
    Parameters(asked): Parameters<FilesParameters>,
) -> Result<Response, ApiError> {
    let registry = parameters::registry(&engine, asked.registry.clone())?;
    let image = PlatformImage {
        registry,
        repository: asked.repository.clone(),
        reference: asked.reference.clone(),
        platform: asked.platform.clone(),
    };
    let files = engine.read_image_files(&image, false).await?;
    let Some(tree) = files.tree.clone() else {
        let is_failed = files.layers.iter().any(|it| matches!(it.state, LayerState::Failed(_)));
        let state = if is_failed && !files.is_under_way() { "failed" } else { "running" };
        let items = files.layers.into_iter().map(LayerAnswer::from).collect();
        let answer = Json(ReadingAnswer { id: files.digest, state, items });
        return Ok((StatusCode::ACCEPTED, [(RETRY_AFTER, "1")], answer).into_response());
    };
    Ok(Json(answer(files, &tree, &asked)?).into_response())
}

fn answer(files: ImageFiles, tree: &ImageTree, asked: &FilesParameters) -> Result<FilesAnswer, ApiError> {
    let n_layers = files.layers.len();
    let layer = asked.layer.unwrap_or(n_layers).max(1);
    if layer > n_layers.max(1) {
        let why = format!("layer: expected a whole number from 1 to {n_layers}, not {layer}");
        return Err(ApiError::BadParameters(why));
    }
    let view = if asked.of == Of::Layer { View::Layer } else { View::Image };
    let at = At { layer: layer - 1, view };
    let filter = Filter { contains: asked.q.clone(), ..Filter::default() };
    let found = tree.search(at, &filter, asked.sort);
    let first = (asked.page - 1) * asked.n;
    let entries = found.rows(first..first + asked.n).into_iter().map(FileEntry::from).collect();
    let next = (first + asked.n < found.len()).then(|| next_page(asked));
    Ok(FilesAnswer {
        digest: files.digest,
        platform: files.platform,
        efficiency: tree.efficiency().score(),
        wasted: tree.wasted().bytes(),
        layers: files.layers.into_iter().map(LayerAnswer::from).collect(),
        entries,
        total: found.len(),
        next,
    })
}

fn next_page(asked: &FilesParameters) -> String {
    let mut query = Serializer::new(under("/api/v1/image/files?"));
    if let Some(registry) = &asked.registry {
        query.append_pair("registry", registry);
    }
    query.append_pair("repository", asked.repository.as_str());
    query.append_pair("reference", &asked.reference.to_string());
    let of = if asked.of == Of::Layer { "layer" } else { "" };
    let sort = match asked.sort {
        Order::Path => "",
        Order::Largest => "largest",
        Order::Smallest => "smallest",
    };
    for (name, value) in [("platform", asked.platform.as_str()), ("of", of), ("q", &asked.q), ("sort", sort)]
    {
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    if let Some(layer) = asked.layer {
        query.append_pair("layer", &layer.to_string());
    }
    query.append_pair("page", &(asked.page + 1).to_string());
    query.append_pair("n", &asked.n.to_string());
    query.finish()
}

impl From<FilesLayer> for LayerAnswer {
    fn from(layer: FilesLayer) -> Self {
        let (state, read, why) = match layer.state {
            LayerState::Unread => ("unread", None, None),
            LayerState::Waiting => ("waiting", None, None),
            LayerState::Reading(read) => ("reading", Some(read), None),
            LayerState::Read => ("read", None, None),
            LayerState::Damaged(why) => ("damaged", None, Some(why)),
            LayerState::Failed(why) => ("failed", None, Some(why)),
            LayerState::Elsewhere => ("elsewhere", None, None),
        };
        Self { digest: layer.row.digest, size: layer.row.size, state, read, why }
    }
}

impl From<Row> for FileEntry {
    fn from(row: Row) -> Self {
        Self {
            path: row.path,
            kind: row.kind,
            size: row.size,
            mode: row.mode,
            uid: row.uid,
            gid: row.gid,
            modified: row.modified,
            link: row.link,
            change: (row.change != Change::Unchanged).then_some(row.change),
            layer: row.layer + 1,
        }
    }
}
