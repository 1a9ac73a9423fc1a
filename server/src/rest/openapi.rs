//! The document that describes the API.

use app::base_path;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi, openapi};

use crate::problem::ProblemDocument;

/// Where it is, as routes know it.
pub(super) const DOCUMENT: &str = "/api/openapi.json";

#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Stowage",
        description = "What lies in the registries: repositories, tags, images and the size of their layers.\n\n\
            Lists are `{items, total, next}`; `next` is the address of the next page, or null on the last one. \
            Errors are problem documents (RFC 9457).",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "registries", description = "The registries that are configured."),
        (name = "repositories", description = "What a registry holds."),
        (name = "tags", description = "What a repository holds."),
        (name = "images", description = "Everything about one image."),
        (name = "scans", description = "Comparing everything with a registry."),
        (name = "deletion", description = "Planning, deleting, undoing, and what was done."),
        (name = "events", description = "What changes, as it changes."),
        (name = "hooks", description = "Where registries tell what has changed in them.")
    ),
    components(schemas(ProblemDocument)),
    modifiers(&Tokens),
    // Where nobody has to sign in, none is needed.
    security((), ("api_token" = []))
)]
struct Frame;

/// Describes the tokens that programs and registries show.
struct Tokens;

impl Modify for Tokens {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        for (name, description) in [
            ("api_token", "A token that was made in Stowage's settings."),
            ("hooks_token", "The value of STOWAGE_HOOKS_TOKEN."),
        ] {
            let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description));
            components.add_security_scheme(name, SecurityScheme::Http(token.build()));
        }
    }
}

/// The document without the routes, which are added where they are routed, as paths below the one it names.
pub(super) fn frame() -> openapi::OpenApi {
    let (mut frame, base) = (Frame::openapi(), base_path::current());
    if !base.is_root() {
        frame.servers = Some(vec![openapi::Server::new(base.as_str())]);
    }
    frame
}

/// The document as it is sent. It never changes, so it is written once.
#[derive(Clone, Debug)]
pub(super) struct Document(Bytes);

impl Document {
    pub(super) fn new(document: &openapi::OpenApi) -> Self {
        let json = serde_json::to_vec(document).expect("a document made of plain types can be written");
        Self(json.into())
    }
}

impl IntoResponse for Document {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}
