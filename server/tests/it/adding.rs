//! `/repositories`: adding a repository by name.

use axum::body::Body;
use axum::http::Request;

use crate::support::Server;

fn server() -> Server {
    Server::with(&[("REGISTRY_URL", "http://127.0.0.1:9"), ("REGISTRY_ID", "main")])
}

#[tokio::test]
async fn a_repository_is_remembered_in_the_session() {
    let server = server();
    let answer = server.post("/repositories", "registry=main&name=team/api", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/main/team/api"));
    let cookie = answer.header("set-cookie");
    for part in ["stowage_session=", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap();
    let answer = server.post("/repositories", "registry=main&name=team/web:1.0", &[("cookie", cookie)]).await;
    assert_eq!(answer.header("location"), "/main/team/web:1.0");
}

#[tokio::test]
async fn a_session_begins_only_when_something_is_kept() {
    let server = server();
    for path in ["/", "/healthz", "/api/v1/registries"] {
        assert_eq!(server.get(path).await.header("set-cookie"), "", "{path}");
    }
    // A cookie that names no session is not taken over, so nobody can be given one.
    let request =
        Request::get("/").header("cookie", "stowage_session=AAAAAAAAAAAAAAAAAAAAAA").body(Body::empty());
    let answer = server.send(request.unwrap()).await;
    assert!(!answer.header("set-cookie").contains("AAAAAAAAAAAAAAAAAAAAAA"));
}

#[tokio::test]
async fn what_names_no_repository_is_refused() {
    let server = server();
    for form in
        ["registry=main&name=", "registry=main&name=Team", "registry=main&name=..%2Fapi", "registry=main"]
    {
        let answer = server.post("/repositories", form, &[]).await;
        assert!(answer.status.is_client_error(), "{form}: {}", answer.status);
        assert_eq!(answer.header("set-cookie"), "");
    }
    assert_eq!(server.post("/repositories", "registry=other&name=a", &[]).await.status, 404);
}
