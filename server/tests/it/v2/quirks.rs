//! What no real registry here does, and what clients should not.

use registry::fake::{Answer, Fake};
use serde_json::json;

use super::{ask, blob, code, get, server};

#[tokio::test]
async fn what_is_not_of_the_protocol_is_not_passed_on() {
    let fake = Fake::start().await;
    let server = server(fake.url().as_str(), &[]);
    for path in
        ["/v2/a", "/v2//", "/v2/a/../b/tags/list", "/v2/a%2Fb/tags/list", "/v2/A/tags/list", "/v2/_catalog/x"]
    {
        assert_eq!(get(&server, path, &[]).await.status, 404, "{path}");
    }
    for (method, path, allowed) in [
        ("POST", "/v2/", "GET, HEAD"),
        ("PUT", "/v2/a/tags/list", "GET, HEAD"),
        ("GET", "/v2/a/blobs/uploads/", "POST"),
        ("OPTIONS", "/v2/a/manifests/1", "GET, HEAD, PUT"),
    ] {
        let refused = ask(&server, method, path, &[], Vec::new()).await;
        assert_eq!((refused.status.as_u16(), refused.header("allow")), (405, allowed), "{path}");
    }
    assert_eq!(fake.n_seen(), 0);
}

#[tokio::test]
async fn another_site_cannot_use_the_password_that_a_browser_keeps() {
    let fake = Fake::start().await;
    let server = server(fake.url().as_str(), &[]);
    let path = "/v2/a/blobs/uploads/";
    for header in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let refused = ask(&server, "POST", path, &[header], Vec::new()).await;
        assert_eq!((refused.status.as_u16(), code(&refused).as_str()), (403, "DENIED"));
    }
    assert_eq!(fake.n_seen(), 0);
}

#[tokio::test]
async fn neither_side_learns_the_others_secrets() {
    let fake = Fake::start().await;
    let answer = Answer::json(&json!({ "tags": [] }))
        .header("set-cookie", "a=b")
        .header("www-authenticate", "Basic realm=\"x\"")
        .header("x-internal", "10.0.0.1")
        .header("warning", "299 - \"old\"");
    fake.on("GET", "/v2/a/tags/list", answer);
    let server = server(fake.url().as_str(), &[]);
    let headers =
        [("authorization", "Bearer x"), ("cookie", "a=b"), ("x-forwarded-for", "1.2.3.4"), ("accept", "x/y")];
    let answer = get(&server, "/v2/a/tags/list?n=1", &headers).await;
    assert_eq!((answer.status.as_u16(), answer.header("warning")), (200, "299 - \"old\""));
    for name in ["set-cookie", "www-authenticate", "x-internal"] {
        assert_eq!(answer.header(name), "", "{name}");
    }
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.header("content-security-policy").contains("default-src 'none'"));
    let seen = fake.seen_at("GET", "/v2/a/tags/list").remove(0);
    assert_eq!((seen.query.as_str(), seen.header("accept")), ("n=1", "x/y"));
    assert_eq!(seen.header("accept-encoding"), "identity");
    for name in ["authorization", "cookie", "x-forwarded-for"] {
        assert_eq!(seen.header(name), "", "{name}");
    }
}

#[tokio::test]
async fn a_layer_in_another_store_is_fetched_for_the_client() {
    let (fake, store) = (Fake::start().await, Fake::start().await);
    let (digest, bytes) = blob(1000, 5);
    store.on("GET", "/signed", Answer::ok("binary/octet-stream", bytes.clone()));
    let path = format!("/v2/a/blobs/{digest}");
    fake.on("GET", &path, Answer::redirect(&format!("{}signed?signature=%2B", store.url())));
    let server = server(fake.url().as_str(), &[]);
    let answer = get(&server, &path, &[("range", "bytes=0-9")]).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 1000));
    assert!(answer.body == bytes && answer.header("location").is_empty());
    let seen = store.seen_at("GET", "/signed").remove(0);
    assert_eq!((seen.query.as_str(), seen.header("range")), ("signature=%2B", "bytes=0-9"));
    // What the store says when it refuses is nothing that a client of registries could read.
    store.on("GET", "/signed", Answer::ok("application/xml", "<Error/>").with_status(403));
    let refused = get(&server, &path, &[]).await;
    assert_eq!((refused.status.as_u16(), code(&refused).as_str()), (502, "UNAVAILABLE"));
}

#[tokio::test]
async fn an_upload_that_goes_on_at_an_address_of_its_own_goes_on_there() {
    let fake = Fake::start().await;
    fake.on("POST", "/v2/a/blobs/uploads/", Answer::status(202).header("location", "/sessions/1?state=%2F"));
    fake.on("PUT", "/sessions/1", Answer::status(201).header("location", "/store/x"));
    let server = server(fake.url().as_str(), &[]);
    let begun = ask(&server, "POST", "/v2/a/blobs/uploads/", &[], Vec::new()).await;
    let location = begun.header("location").to_owned();
    assert!(
        location.starts_with("/v2/a/blobs/uploads/~sealed~") && !location.contains("sessions"),
        "{location}"
    );
    let put = ask(&server, "PUT", &format!("{location}?digest=sha256:00"), &[], b"whole".to_vec()).await;
    assert_eq!((put.status.as_u16(), put.header("location")), (201, ""));
    let seen = fake.seen_at("PUT", "/sessions/1").remove(0);
    assert_eq!((seen.query.as_str(), &seen.body[..]), ("state=%2F&digest=sha256:00", &b"whole"[..]));
    assert_eq!(seen.header("content-length"), "5");
    // It is good for this repository only.
    let other = location.replace("/v2/a/", "/v2/b/");
    assert_eq!(ask(&server, "PUT", &other, &[], Vec::new()).await.status, 404);
    assert_eq!(fake.count("PUT", "/sessions/1"), 1);

    let elsewhere = Answer::status(202).header("location", "https://store.example/upload");
    fake.on("POST", "/v2/a/blobs/uploads/", elsewhere);
    let blocked = ask(&server, "POST", "/v2/a/blobs/uploads/", &[], Vec::new()).await;
    assert_eq!((blocked.status.as_u16(), code(&blocked).as_str()), (502, "UNAVAILABLE"));
}

#[tokio::test]
async fn what_goes_wrong_behind_it_is_told_as_registries_tell_it() {
    let fake = Fake::start().await;
    let server = server(fake.url().as_str(), &[]);
    let path = "/v2/a/manifests/1";
    for (answer, status, expected) in [
        (Answer::error(404, "MANIFEST_UNKNOWN", "manifest unknown"), 404, "MANIFEST_UNKNOWN"),
        (Answer::error(429, "TOOMANYREQUESTS", "slowly").header("retry-after", "7"), 429, "TOOMANYREQUESTS"),
        (Answer::error(403, "DENIED", "quota"), 403, "DENIED"),
        (Answer::ok("text/html", "<html>login"), 502, "UNAVAILABLE"),
        (Answer::ok("text/html", "<html>502").with_status(502), 502, "UNAVAILABLE"),
        (Answer::ok("text/plain", "read-only").with_status(405), 405, "UNSUPPORTED"),
        (Answer::unauthorized("Basic realm=\"x\""), 502, "UNAVAILABLE"),
    ] {
        fake.on("GET", path, answer.clone());
        let told = get(&server, path, &[]).await;
        assert_eq!((told.status.as_u16(), code(&told).as_str()), (status, expected), "{answer:?}");
        assert!(!told.text().contains("<html") && told.header("www-authenticate").is_empty());
        if status == 429 {
            assert_eq!(told.header("retry-after"), "7");
        }
    }
    let nowhere = super::server("http://127.0.0.1:9", &[]);
    let told = get(&nowhere, path, &[]).await;
    assert_eq!((told.status.as_u16(), code(&told).as_str()), (502, "UNAVAILABLE"));
}
