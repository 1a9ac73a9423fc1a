//! Sessions: their ids, their ends, and who can end them.

use axum::body::Body;
use axum::http::Request;

use super::{PASSWORD, cookie, post_login, server_with, signed_in};
use crate::support::{Answer, Server};

const NOWHERE: &str = "http://127.0.0.1:9";

async fn get(server: &Server, path: &str, cookie: &str) -> Answer {
    server.send(Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap()).await
}

async fn is_in(server: &Server, cookie: &str) -> bool {
    get(server, "/api/v1/registries", cookie).await.status == 200
}

#[tokio::test]
async fn an_id_from_before_signing_in_is_of_no_use_after_it() {
    let (server, _folder) = server_with(
        NOWHERE,
        &["ann", "bob"],
        &[("STOWAGE_GRANTS", "viewer anonymous **; viewer everyone **")],
    );
    // Whoever adds a repository has a session without having signed in.
    let added = server.post("/repositories", "registry=127.0.0.1%3A9&name=team%2Fapi", &[]).await;
    let before = cookie(&added);
    assert!(!before.is_empty(), "{}", added.text());
    let answer = post_login(&server, "ann", PASSWORD, &[("cookie", &before)]).await;
    let after = cookie(&answer);
    assert_ne!(before, after);
    assert!(get(&server, "/settings", &after).await.status == 200);
    assert_eq!(get(&server, "/settings", &before).await.status, 303, "the old id is nobody's");
    // One that an attacker made up, or that is of somebody else, is not taken over either.
    let forged = "stowage_session=AAAAAAAAAAAAAAAAAAAAAA";
    assert_ne!(cookie(&post_login(&server, "ann", PASSWORD, &[("cookie", forged)]).await), forged);
    let bob = post_login(&server, "bob", PASSWORD, &[("cookie", &after)]).await;
    assert_ne!(cookie(&bob), after);
    assert_eq!(get(&server, "/settings", &after).await.status, 303, "signing in as another ends the session");
}

#[tokio::test]
async fn signing_out_ends_the_session_and_not_only_the_cookie() {
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[]);
    let session = signed_in(&server, "ann").await;
    let answer = server.post("/logout", "", &[("cookie", &session)]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/login"));
    assert!(answer.header("set-cookie").contains("Max-Age=0"), "{}", answer.header("set-cookie"));
    assert!(!is_in(&server, &session).await);
}

#[tokio::test]
async fn all_sessions_of_somebody_end_together_and_those_of_others_do_not() {
    let (server, _folder) = server_with(NOWHERE, &["ann", "bob"], &[]);
    let (one, two, bob) =
        (signed_in(&server, "ann").await, signed_in(&server, "ann").await, signed_in(&server, "bob").await);
    let answer = server.post("/settings/sessions/end", "all=true", &[("cookie", &one)]).await;
    assert_eq!(answer.header("location"), "/login");
    assert!(!is_in(&server, &one).await && !is_in(&server, &two).await);
    assert!(is_in(&server, &bob).await);
}

#[tokio::test]
async fn one_of_several_sessions_is_ended_by_its_key_and_not_by_somebody_else() {
    let (server, _folder) = server_with(NOWHERE, &["ann", "bob"], &[]);
    let (one, two, bob) =
        (signed_in(&server, "ann").await, signed_in(&server, "ann").await, signed_in(&server, "bob").await);
    let page = get(&server, "/settings", &one).await.text().to_owned();
    let keys: Vec<&str> =
        page.split("name=\"key\" value=\"").skip(1).map(|it| it.split('"').next().unwrap()).collect();
    assert!(!keys.is_empty() && !page.contains(two.split('=').nth(1).unwrap()), "no id is shown");
    for key in &keys {
        server.post("/settings/sessions/end", &format!("key={key}"), &[("cookie", &bob)]).await;
    }
    assert!(is_in(&server, &one).await && is_in(&server, &two).await);
    for key in &keys {
        server.post("/settings/sessions/end", &format!("key={key}"), &[("cookie", &one)]).await;
    }
    assert!(!is_in(&server, &two).await);
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let more = [("STOWAGE_SESSION_IDLE", "1m"), ("STOWAGE_SESSION_LONGEST", "1m")];
    let (server, folder) = server_with(NOWHERE, &["ann"], &more);
    let answer = post_login(&server, "ann", PASSWORD, &[]).await;
    assert!(answer.header("set-cookie").contains("Max-Age=60"), "{}", answer.header("set-cookie"));
    assert!(is_in(&server, &cookie(&answer)).await);
    let file = folder.path().join("htpasswd").to_str().unwrap().to_owned();
    let variables = [("REGISTRY_URL", NOWHERE), ("STOWAGE_AUTH_HTPASSWD", file.as_str())];
    for is_idle in [true, false] {
        let server = Server::configured(&variables, |config| {
            let short = std::time::Duration::from_secs(2);
            if is_idle { config.access.idle = short } else { config.access.longest = short }
        });
        let session = signed_in(&server, "ann").await;
        assert!(is_in(&server, &session).await);
        tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
        assert!(!is_in(&server, &session).await, "idle: {is_idle}");
    }
}

#[tokio::test]
async fn what_was_shown_to_somebody_is_kept_by_no_browser() {
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[]);
    let session = signed_in(&server, "ann").await;
    for path in ["/settings", "/api/v1/registries", "/activity"] {
        let answer = get(&server, path, &session).await;
        assert!(
            answer.header("cache-control").contains("no-store"),
            "{path}: {}",
            answer.header("cache-control")
        );
    }
}
