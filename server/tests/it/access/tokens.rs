//! API tokens, as programs show them.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use testbed::samples;

use super::{server_with, signed_in};
use crate::support::{Answer, Server, registry_with};

async fn get(server: &Server, path: &str, token: &str) -> Answer {
    let request = Request::get(path).header("authorization", format!("Bearer {token}"));
    server.send(request.body(Body::empty()).unwrap()).await
}

/// Makes a token by the form; returns what the page shows.
async fn make(server: &Server, session: &str, form: &str) -> String {
    let page = server.post("/settings/tokens", form, &[("cookie", session)]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.header("cache-control").contains("no-store"));
    let from = page.text().find("stw_").unwrap();
    page.text()[from..].chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '_').collect()
}

#[tokio::test]
async fn a_token_reaches_as_far_as_it_says_and_no_further_than_its_owner() {
    let registry = registry_with(&[samples::CLI, samples::NO_DATE]).await;
    let grants = "maintainer local:ann */team/**; administrator local:root **";
    let more = [("STOWAGE_GRANTS", grants), ("DELETE_IMAGES", "true")];
    let (server, _folder) = server_with(&registry.url(), &["ann", "root"], &more);
    let ann = signed_in(&server, "ann").await;
    let wide = make(&server, &ann, "name=wide&role=administrator&scope=**&days=30").await;
    let small = make(&server, &ann, "name=small&role=viewer&scope=*%2Fteam%2F**").await;
    let none = make(&server, &ann, "name=none&role=viewer&scope=*%2Felsewhere%2F**").await;
    let (cli, other) = (samples::CLI, samples::NO_DATE);
    let tags = |repository: &str| format!("/api/v1/tags?repository={repository}");
    for token in [&wide, &small] {
        assert_eq!(get(&server, &tags(cli), token).await.status, 200);
        assert_eq!(get(&server, &tags(other), token).await.status, 404);
    }
    assert_eq!(get(&server, &tags(cli), &none).await.status, 404);
    let plan = async |token: &str| {
        let body = json!({ "repository": cli, "tags": ["0.9.0"] });
        let authorization = format!("Bearer {token}");
        server.post_json("/api/v1/plans", &body, &[("authorization", &authorization)]).await.status.as_u16()
    };
    assert_eq!((plan(&small).await, plan(&wide).await), (403, 201));
    let audit = get(&server, "/api/v1/audit?action=plan", &wide).await.json();
    assert_eq!(audit["items"][0]["actor"], "local:ann (token wide)");
}

#[tokio::test]
async fn a_token_that_is_none_opens_nothing() {
    let (server, folder) = server_with("http://127.0.0.1:9", &["ann"], &[]);
    let ann = signed_in(&server, "ann").await;
    let token = make(&server, &ann, "name=ci&role=viewer").await;
    assert_eq!(get(&server, "/api/v1/registries", &token).await.status, 200);
    for wrong in ["", "stw_", "nonsense", &format!("{token}0"), &token[..20]] {
        get(&server, "/api/v1/registries", wrong).await.problem().is(401, "token-unknown");
    }
    // It is for the API only, and is shown once.
    assert_eq!(get(&server, "/settings", &token).await.status, 303);
    let request = Request::get("/settings").header("cookie", &ann).body(Body::empty()).unwrap();
    assert!(!server.send(request).await.text().contains(&token));
    // Whoever is taken out of the file of users loses their tokens.
    super::write_users(&folder.path().join("htpasswd"), &["bob"], super::PASSWORD);
    for attempt in 0.. {
        if get(&server, "/api/v1/registries", &token).await.status == 401 {
            break;
        }
        assert!(attempt < 200);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
