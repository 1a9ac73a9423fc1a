//! The files of the pages.

use axum::body::Body;
use axum::http::Request;

use crate::support::Server;

#[tokio::test]
async fn files_of_the_build_are_served_and_nothing_else_is() {
    let server = Server::of("http://127.0.0.1:9");
    let script = server.get("/pkg/stowage.js").await;
    assert_eq!((script.status.as_u16(), script.text()), (200, "export default 1;"));
    assert!(script.header("content-type").contains("javascript"));
    assert_eq!(server.get("/favicon.svg").await.header("content-type"), "image/svg+xml");
    for path in
        ["/pkg/none.js", "/pkg/../favicon.svg", "/pkg/%2e%2e/favicon.svg", "/pkg/..%2f..%2fdata", "/pkg/"]
    {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.header("cache-control").contains("immutable"));
    }
}

#[tokio::test]
async fn pages_and_json_are_compressed_for_those_who_can_read_it() {
    let server = Server::of("http://127.0.0.1:9");
    for (accepted, encoding) in
        [("br, gzip, zstd", "zstd"), ("br, gzip", "gzip"), ("gzip", "gzip"), ("identity", "")]
    {
        for path in ["/", "/api/openapi.json"] {
            let request = Request::get(path).header("accept-encoding", accepted).body(Body::empty()).unwrap();
            let answer = server.send(request).await;
            assert_eq!(answer.header("content-encoding"), encoding, "{path}");
            assert!(
                answer.header("vary").contains("accept-encoding") || encoding.is_empty(),
                "{:?}",
                answer.headers
            );
        }
    }
}

#[tokio::test]
async fn files_are_sent_as_the_build_compressed_them() {
    let server = Server::of("http://127.0.0.1:9");
    for (accepted, encoding) in [("gzip, br", "br"), ("gzip", "gzip"), ("identity", "")] {
        let request = Request::get("/pkg/stowage.js").header("accept-encoding", accepted);
        let answer = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("content-encoding"), encoding);
        let expected = if encoding.is_empty() { "export default 1;" } else { encoding };
        assert_eq!(answer.text(), expected, "the neighbours are not compressed again");
        assert!(answer.header("content-type").contains("javascript"), "{accepted}");
    }
}

#[tokio::test]
async fn only_files_whose_names_carry_a_hash_are_kept_for_ever() {
    let plain = Server::of("http://127.0.0.1:9").get("/pkg/stowage.js").await;
    assert!(!plain.header("cache-control").contains("immutable"));
    let hashed = Server::with_hashed_files().get("/pkg/stowage.js").await;
    assert_eq!(hashed.header("cache-control"), "public, max-age=31536000, immutable");
    let missing = Server::with_hashed_files().get("/pkg/none.js").await;
    assert_eq!(
        (missing.status.as_u16(), missing.header("cache-control").contains("immutable")),
        (404, false)
    );
}
