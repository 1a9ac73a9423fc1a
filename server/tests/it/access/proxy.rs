//! Whoever a proxy names: tests without a socket come from no address, which is configured as the proxy's here.

use axum::body::Body;
use axum::http::Request;

use crate::support::Server;

fn server(from: &str) -> Server {
    Server::with(&[
        ("REGISTRY_URL", "http://127.0.0.1:9"),
        ("STOWAGE_PROXY_USER_HEADER", "Remote-User"),
        ("STOWAGE_PROXY_GROUPS_HEADER", "Remote-Groups"),
        ("STOWAGE_PROXY_FROM", from),
        ("STOWAGE_GRANTS", "viewer group:dev **"),
    ])
}

async fn asked(server: &Server, headers: &[(&str, &str)]) -> u16 {
    let request =
        headers.iter().fold(Request::get("/api/v1/registries"), |it, (name, value)| it.header(*name, *value));
    server.send(request.body(Body::empty()).unwrap()).await.status.as_u16()
}

#[tokio::test]
async fn the_proxy_names_somebody_with_each_request() {
    let server = server("0.0.0.0");
    assert_eq!(asked(&server, &[("remote-user", "ann"), ("remote-groups", "dev")]).await, 200);
    assert_eq!(asked(&server, &[]).await, 401);
    assert_eq!(asked(&server, &[("remote-groups", "dev")]).await, 401, "a group is nobody");
}

#[tokio::test]
async fn from_elsewhere_the_headers_count_for_nothing() {
    let server = server("192.0.2.1");
    assert_eq!(asked(&server, &[("remote-user", "ann"), ("remote-groups", "dev")]).await, 401);
}
