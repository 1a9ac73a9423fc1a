//! Where requests come from: what proxies tell of it, and what anybody might.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;

use super::{PASSWORD, cookie, server_with};
use crate::support::{Answer, Server};

const NOWHERE: &str = "http://127.0.0.1:9";
/// A proxy that is believed, and somebody who is not.
const PROXY: &str = "10.0.0.1:4711";
const STRANGER: &str = "192.0.2.7:4711";
const TRUSTED: (&str, &str) = ("STOWAGE_TRUSTED_PROXIES", "10.0.0.0/8");

/// Sends a request that comes from an address, with the headers of whoever is there.
async fn from(
    server: &Server,
    peer: &str,
    path: &str,
    form: Option<&str>,
    headers: &[(&str, &str)],
) -> Answer {
    let request = match form {
        Some(_) => Request::post(path).header("content-type", "application/x-www-form-urlencoded"),
        None => Request::get(path),
    };
    let request = request.extension(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
    let request = headers.iter().fold(request, |it, (name, value)| it.header(*name, *value));
    server.send(request.body(form.unwrap_or_default().to_owned().into()).unwrap()).await
}

async fn sign_in(
    server: &Server,
    peer: &str,
    name: &str,
    password: &str,
    headers: &[(&str, &str)],
) -> Answer {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("way", "local"), ("username", name), ("password", password), ("next", "/settings")])
        .finish();
    from(server, peer, "/login", Some(&form), headers).await
}

/// Guesses with another name each time, and counts the guesses that were let through.
async fn guesses(server: &Server, peer: &str, forwarded: impl Fn(usize) -> String) -> usize {
    let mut n_let_through = 0;
    for number in 0..30 {
        let (name, forwarded) = (format!("name{number}"), forwarded(number));
        let answer = sign_in(server, peer, &name, "wrong", &[("x-forwarded-for", &forwarded)]).await;
        match answer.status.as_u16() {
            401 => n_let_through += 1,
            status => assert_eq!(status, 429),
        }
    }
    n_let_through
}

/// From one address so many may fail; while the test runs, a second may have been waited for.
fn is_limited(n_let_through: usize) -> bool {
    (20..25).contains(&n_let_through)
}

#[tokio::test]
async fn an_address_that_somebody_made_up_is_no_way_around_the_limit_of_attempts() {
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[TRUSTED]);
    let n_let_through = guesses(&server, STRANGER, |number| format!("198.51.100.{number}")).await;
    assert!(is_limited(n_let_through), "{n_let_through}");
    // Nor is one that stands before the one that the proxy wrote, or that nobody can read.
    let made_up = |number: usize| format!("198.51.100.{number}, 10.0.0.{number}, x{number}, 203.0.113.1");
    let n_let_through = guesses(&server, PROXY, made_up).await;
    assert!(is_limited(n_let_through), "{n_let_through}");
}

#[tokio::test]
async fn people_behind_a_proxy_are_told_apart() {
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[TRUSTED]);
    assert!(is_limited(guesses(&server, PROXY, |_| "203.0.113.1".to_owned()).await));
    let other = [("x-forwarded-for", "203.0.113.2")];
    assert_eq!(sign_in(&server, PROXY, "ann", PASSWORD, &other).await.status, 303);
    // Where nobody is trusted, they are all the proxy.
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[]);
    assert!(is_limited(guesses(&server, PROXY, |number| format!("203.0.113.{number}")).await));
}

#[tokio::test]
async fn the_audit_and_the_sessions_show_where_somebody_is_and_not_where_the_proxy_is() {
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[TRUSTED]);
    let forwarded = [("x-forwarded-for", "198.51.100.9, 203.0.113.1, 10.0.0.2")];
    let session = cookie(&sign_in(&server, PROXY, "ann", PASSWORD, &forwarded).await);
    let made_up = [("x-forwarded-for", "198.51.100.9")];
    assert_eq!(sign_in(&server, STRANGER, "ann", "wrong", &made_up).await.status, 401);
    let audit = from(&server, PROXY, "/api/v1/audit", None, &[("cookie", &session)]).await.json();
    let addresses: Vec<_> = audit["items"].as_array().unwrap().iter().map(|it| &it["address"]).collect();
    assert_eq!(addresses, ["192.0.2.7", "203.0.113.1"]);
    let settings = from(&server, PROXY, "/settings", None, &[("cookie", &session)]).await;
    assert!(settings.text().contains("203.0.113.1") && !settings.text().contains("198.51.100.9"));
}

#[tokio::test]
async fn https_is_what_a_trusted_proxy_says() {
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[TRUSTED]);
    let https = [("x-forwarded-proto", "https")];
    let secure = sign_in(&server, PROXY, "ann", PASSWORD, &https).await;
    let set = secure.header("set-cookie").to_owned();
    assert!(set.starts_with("__Host-stowage_session=") && set.contains("Secure"), "{set}");
    assert_eq!(secure.header("strict-transport-security"), "max-age=31536000");
    let inside = [https[0], ("cookie", &cookie(&secure))];
    assert_eq!(from(&server, PROXY, "/settings", None, &inside).await.status, 200);
    for (peer, headers) in [(STRANGER, &https[..]), (PROXY, &[]), (PROXY, &[("x-forwarded-proto", "http")])] {
        let plain = sign_in(&server, peer, "ann", PASSWORD, headers).await;
        let set = plain.header("set-cookie");
        assert!(set.starts_with("stowage_session=") && !set.contains("Secure"), "{peer}: {set}");
        assert_eq!(plain.header("strict-transport-security"), "", "{peer}");
    }
}

#[tokio::test]
async fn the_public_address_counts_more_than_what_a_proxy_says() {
    for (url, header, is_https) in
        [("http://stowage.example", "https", false), ("https://stowage.example", "http", true)]
    {
        let (server, _folder) = server_with(NOWHERE, &["ann"], &[TRUSTED, ("STOWAGE_PUBLIC_URL", url)]);
        let answer = sign_in(&server, PROXY, "ann", PASSWORD, &[("x-forwarded-proto", header)]).await;
        assert_eq!(answer.header("set-cookie").contains("Secure"), is_https, "{url}");
        assert_eq!(!answer.header("strict-transport-security").is_empty(), is_https, "{url}");
    }
}

#[tokio::test]
async fn forms_come_from_the_host_that_the_browser_asked() {
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[TRUSTED]);
    let of = |origin: &'static str| {
        [("host", "stowage:8080"), ("origin", origin), ("x-forwarded-host", "ui.example:8443")]
    };
    let post = async |peer: &str, headers: &[(&str, &str)]| {
        from(&server, peer, "/preferences", Some("theme=dark"), headers).await.status.as_u16()
    };
    assert_eq!(post(PROXY, &of("https://ui.example:8443")).await, 303);
    assert_eq!(post(PROXY, &of("https://ui.example")).await, 403, "another port is another site");
    assert_eq!(post(PROXY, &of("http://stowage:8080")).await, 403);
    assert_eq!(post(STRANGER, &of("https://ui.example:8443")).await, 403, "anybody can send that header");
    assert_eq!(post(STRANGER, &of("http://stowage:8080")).await, 303, "and it makes nothing worse");
    let referer =
        [("x-forwarded-host", "ui.example"), ("host", "stowage"), ("referer", "https://ui.example/a?b")];
    let back = from(&server, PROXY, "/preferences", Some("theme=dark"), &referer).await;
    assert_eq!(back.header("location"), "/a?b");
}

#[tokio::test]
async fn whoever_names_people_must_be_the_proxy_itself() {
    let server = Server::with(&[
        ("REGISTRY_URL", NOWHERE),
        ("STOWAGE_PROXY_USER_HEADER", "Remote-User"),
        ("STOWAGE_PROXY_FROM", "10.0.0.1"),
        ("STOWAGE_TRUSTED_PROXIES", "10.0.0.0/8"),
    ]);
    let ann = ("remote-user", "ann");
    let asked = async |peer: &str, forwarded: &str| {
        let headers = [ann, ("x-forwarded-for", forwarded)];
        from(&server, peer, "/api/v1/registries", None, &headers).await.status.as_u16()
    };
    assert_eq!(asked(PROXY, "203.0.113.1").await, 200);
    assert_eq!(asked(STRANGER, "10.0.0.1").await, 401);
    assert_eq!(asked("10.0.0.2:1", "10.0.0.1").await, 401, "who is believed about addresses names nobody");
}

#[tokio::test]
async fn headers_that_nobody_can_read_are_as_good_as_none() {
    let server = Server::with(&[("REGISTRY_URL", NOWHERE), TRUSTED]);
    for (name, value) in [
        ("x-forwarded-for", "unknown"),
        ("x-forwarded-for", ",,,"),
        ("x-forwarded-proto", "gopher"),
        ("x-forwarded-host", "https://a/b"),
        ("x-forwarded-host", ""),
    ] {
        let headers = [("host", "stowage"), ("origin", "http://stowage"), (name, value)];
        let answer = from(&server, PROXY, "/preferences", Some("theme=dark"), &headers).await;
        assert_eq!(answer.status, 303, "{name}: {value}");
        assert_eq!(answer.header("strict-transport-security"), "");
    }
    let request = Request::get("/activity").header("x-forwarded-for", &b"\xff\xfe"[..]);
    let request = request.extension(ConnectInfo(PROXY.parse::<SocketAddr>().unwrap()));
    assert_eq!(server.send(request.body(Body::empty()).unwrap()).await.status, 200);
}
