//! The path that Stowage is served under: taken away before a request is routed, so that no route knows of it.

use app::address::Address;
use app::base_path::{self, BasePath, OUTSIDE};
use axum::Router;
use axum::extract::{OriginalUri, Request};
use axum::http::uri::PathAndQuery;
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use tower::Layer;
use tower::util::MapRequestLayer;

use crate::problem::{of_server, refuse};

/// A request for something that is not below the path.
#[derive(Clone, Copy, Debug)]
struct Outside;

/// The same routes below the path of this process. `OriginalUri` is what was asked for; every other address in a request
/// is what is left of it.
pub(crate) fn below(router: Router) -> Router {
    let base = base_path::current();
    if base.is_root() {
        return router;
    }
    // A layer inside of a router runs when the route is found already.
    let enter = MapRequestLayer::new(|request: Request| enter(base, request));
    Router::new().fallback_service(enter.layer(router))
}

fn enter(base: &BasePath, mut request: Request) -> Request {
    match stripped(base, request.uri()) {
        Some(uri) => *request.uri_mut() = uri,
        None if OUTSIDE.contains(&request.uri().path()) => {}
        None => drop(request.extensions_mut().insert(Outside)),
    }
    request
}

/// The address as routes know it; nothing for one that is outside.
fn stripped(base: &BasePath, uri: &Uri) -> Option<Uri> {
    let path = base.strip(uri.path())?;
    let path_and_query = match uri.query() {
        Some(query) => PathAndQuery::try_from(format!("{path}?{query}")).ok()?,
        None => PathAndQuery::try_from(path).ok()?,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query);
    Uri::from_parts(parts).ok()
}

/// Answers what is outside, and says where Stowage is.
///
/// A proxy that takes the path away is told of and not made up for: what is below `/registry-ui` would be below `/` as
/// well, so that a registry called `registry-ui` could not be told from the path, and rules that a proxy has for the path
/// would not hold for everything.
pub(crate) async fn refuse_outside(
    OriginalUri(asked): OriginalUri,
    request: Request,
    next: Next,
) -> Response {
    if request.extensions().get::<Outside>().is_none() {
        return next.run(request).await;
    }
    let home = Address::Registries.path();
    let detail = format!("Stowage is served under {home}, and {} is outside of it.", asked.path());
    let title = "There is nothing at this address";
    let mut problem = of_server(StatusCode::NOT_FOUND, "outside-base-path", title, detail);
    problem.remedy = Some(format!(
        "Ask for {home} instead. If you did, the reverse proxy takes that path away, and must pass it on as it is: in \
         nginx, proxy_pass with nothing behind the host and the port."
    ));
    refuse(problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(uri: &str) -> Option<String> {
        stripped(&"/registry-ui".parse().unwrap(), &uri.parse().unwrap()).map(|it| it.to_string())
    }

    #[test]
    fn the_path_is_taken_away_and_all_else_stays() {
        for (uri, inside) in [
            ("/registry-ui", "/"),
            ("/registry-ui/", "/"),
            ("/registry-ui?url=x", "/?url=x"),
            ("/registry-ui/a%2Fb//c/?q=/registry-ui/&d", "/a%2Fb//c/?q=/registry-ui/&d"),
            ("http://stowage/registry-ui/healthz", "http://stowage/healthz"),
        ] {
            assert_eq!(asked(uri).as_deref(), Some(inside), "{uri}");
        }
    }

    #[test]
    fn what_is_outside_is_known_as_such() {
        for uri in ["/", "/search", "/registry-uis/a", "/registry%2Dui/a", "/a/registry-ui/"] {
            assert_eq!(asked(uri), None, "{uri}");
        }
    }
}
