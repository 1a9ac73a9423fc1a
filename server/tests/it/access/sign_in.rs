//! Signing in with a name and a password, and failing to.

use super::{PASSWORD, cookie, post_login, server_with, signed_in, write_users};
use crate::support::Server;

const NOWHERE: &str = "http://127.0.0.1:9";

async fn registries(server: &Server, cookie: &str) -> u16 {
    let request = axum::http::Request::get("/api/v1/registries").header("cookie", cookie);
    server.send(request.body(axum::body::Body::empty()).unwrap()).await.status.as_u16()
}

#[tokio::test]
async fn whoever_has_not_signed_in_is_led_there_and_back() {
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[]);
    let page = server.get("/127.0.0.1:9/team/api?q=x").await;
    assert_eq!(page.status, 303);
    assert_eq!(page.header("location"), "/login?next=%2F127.0.0.1%3A9%2Fteam%2Fapi%3Fq%3Dx");
    server.get("/api/v1/registries").await.problem().is(401, "sign-in-needed");
    assert_eq!(server.get("/api/v1/registries").await.header("www-authenticate"), "Bearer");
    server.get("/api/v1/events").await.problem().is(401, "sign-in-needed");
    assert!(!server.get("/readyz").await.text().contains("127.0.0.1"), "not even which registries there are");
    let session = signed_in(&server, "ann").await;
    assert_eq!(registries(&server, &session).await, 200);
}

#[tokio::test]
async fn the_cookie_is_for_the_server_alone_and_of_no_use_to_scripts() {
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[]);
    let answer = post_login(&server, "ann", PASSWORD, &[]).await;
    let set = answer.header("set-cookie").to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
    assert!(!set.contains("Secure") && !set.contains("Domain"), "{set}");
    let (server, _folder) =
        server_with(NOWHERE, &["ann"], &[("STOWAGE_PUBLIC_URL", "https://stowage.example")]);
    let answer = post_login(&server, "ann", PASSWORD, &[]).await;
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Host-stowage_session=") && set.contains("Secure"), "{set}");
}

#[tokio::test]
async fn wrong_names_and_wrong_passwords_are_told_apart_by_nobody() {
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[]);
    let wrong = post_login(&server, "ann", "wrong", &[]).await;
    let unknown = post_login(&server, "eve", PASSWORD, &[]).await;
    assert_eq!((wrong.status.as_u16(), unknown.status.as_u16()), (401, 401));
    let words =
        |text: &str| text.split("role=\"alert\"").nth(1).unwrap().split("</").next().unwrap().to_owned();
    assert_eq!(words(wrong.text()), words(unknown.text()));
    assert_eq!((cookie(&wrong), cookie(&unknown)), (String::new(), String::new()));
    let long = "x".repeat(100_000);
    assert!(post_login(&server, "ann", &long, &[]).await.status.is_client_error());
    assert_eq!(post_login(&server, "ann", "", &[]).await.status, 401);
    assert_eq!(post_login(&server, "", "", &[]).await.status, 401);
}

#[tokio::test]
async fn guessing_has_to_wait_longer_and_longer() {
    let (server, _folder) = server_with(NOWHERE, &["ann", "bob"], &[]);
    let mut refused = 0;
    for _ in 0..30 {
        let answer = post_login(&server, "ann", "wrong", &[]).await;
        if answer.status == 429 {
            refused += 1;
            assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
        }
    }
    assert!(refused >= 20, "{refused}");
    assert_eq!(post_login(&server, "ann", PASSWORD, &[]).await.status, 429, "not even with the right one");
}

#[tokio::test]
async fn nobody_is_led_to_another_site_after_signing_in() {
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[]);
    for next in
        ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "\t//evil"]
    {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("way", "local"), ("username", "ann"), ("password", PASSWORD), ("next", next)])
            .finish();
        let answer = server.post("/login", &form, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/"), "{next:?}");
    }
}

#[tokio::test]
async fn another_site_cannot_sign_anybody_in_or_out() {
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[]);
    let session = signed_in(&server, "ann").await;
    for header in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let answer = post_login(&server, "ann", PASSWORD, &[header]).await;
        assert_eq!((answer.status.as_u16(), cookie(&answer)), (403, String::new()), "{header:?}");
        for path in
            ["/logout", "/settings/tokens", "/settings/grants", "/settings/sessions/end", "/plans", "/jobs"]
        {
            let headers = [header, ("cookie", session.as_str())];
            assert_eq!(server.post(path, "all=true", &headers).await.status, 403, "{path} {header:?}");
        }
    }
    assert_eq!(registries(&server, &session).await, 200);
}

#[tokio::test]
async fn the_file_of_users_is_read_again_when_it_changes() {
    let (server, folder) = server_with(NOWHERE, &["ann", "bob"], &[]);
    let (ann, bob) = (signed_in(&server, "ann").await, signed_in(&server, "bob").await);
    write_users(&folder.path().join("htpasswd"), &["ann", "carol"], "another password");
    // It is looked at once a second at most.
    for attempt in 0.. {
        if registries(&server, &bob).await == 401 {
            break;
        }
        assert!(attempt < 200);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(registries(&server, &ann).await, 401, "a new password ends the sessions of the old one");
    assert_eq!(post_login(&server, "carol", "another password", &[]).await.status, 303);
    assert_eq!(post_login(&server, "bob", PASSWORD, &[]).await.status, 401);
}

#[tokio::test]
async fn what_happens_is_written_down_without_passwords() {
    let (server, _folder) = server_with(NOWHERE, &["ann"], &[]);
    post_login(&server, "ann", "hunter2", &[]).await;
    post_login(&server, "eve\r\nx: y", "hunter2", &[]).await;
    let session = signed_in(&server, "ann").await;
    server.post("/logout", "", &[("cookie", &session)]).await;
    let session = signed_in(&server, "ann").await;
    let request = axum::http::Request::get("/api/v1/audit").header("cookie", &session);
    let list = server.send(request.body(axum::body::Body::empty()).unwrap()).await;
    let deeds: Vec<_> = list.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            format!(
                "{} {} {}",
                it["action"].as_str().unwrap(),
                it["outcome"].as_str().unwrap(),
                it["subject"].as_str().unwrap()
            )
        })
        .collect();
    assert_eq!(
        deeds,
        [
            "sign_in done local:ann",
            "sign_out done local:ann",
            "sign_in done local:ann",
            "sign_in refused evex: y",
            "sign_in refused ann",
        ]
    );
    assert!(!list.text().contains("hunter2") && !list.text().contains(PASSWORD));
}

#[tokio::test]
async fn a_server_that_anybody_can_make_delete_says_so_on_every_page() {
    let exposed = [("REGISTRY_URL", NOWHERE), ("STOWAGE_LISTEN", "0.0.0.0:8080")];
    let warns = async |more: &[(&'static str, &str)]| {
        let server = Server::with(&exposed.iter().chain(more).copied().collect::<Vec<_>>());
        server.get("/activity").await.text().contains("STOWAGE_AUTH=open")
    };
    assert!(warns(&[("DELETE_IMAGES", "true")]).await);
    assert!(!warns(&[]).await, "nothing can be deleted");
    assert!(!warns(&[("DELETE_IMAGES", "true"), ("STOWAGE_AUTH", "open")]).await, "it is meant");
    assert!(
        !warns(&[("DELETE_IMAGES", "true"), ("STOWAGE_LISTEN", "127.0.0.1:8080")]).await,
        "nobody reaches it"
    );
}
