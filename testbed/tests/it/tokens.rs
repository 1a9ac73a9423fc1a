use crate::client;
use serde_json::Value;
use testbed::token_server::{ADMIN, Credentials, TEAM};
use testbed::{Distribution, TokenServer};

async fn token(server: &TokenServer, who: Option<Credentials>, scope: &str) -> Option<String> {
    let mut request = client().get(format!("{}?service={}&scope={scope}", server.realm(), server.service()));
    if let Some(who) = who {
        request = request.basic_auth(who.user, Some(who.password));
    }
    let answer = request.send().await.unwrap();
    if answer.status() != 200 {
        return None;
    }
    let answer: Value = answer.json().await.unwrap();
    answer["token"].as_str().map(str::to_owned)
}

async fn status(registry: &Distribution, path: &str, token: &str) -> u16 {
    let request = client().get(format!("{}/v2/{path}", registry.url())).bearer_auth(token);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn distribution_verifies_the_tokens() {
    let server = TokenServer::start().unwrap();
    let registry = Distribution::builder().token_auth(&server).start().await.unwrap();
    let challenge = client().get(format!("{}/v2/_catalog", registry.url())).send().await.unwrap();
    assert_eq!(challenge.status(), 401);
    let text = challenge.headers()["www-authenticate"].to_str().unwrap().to_owned();
    assert!(text.starts_with(&format!("Bearer realm=\"{}\"", server.realm())), "{text}");

    let catalog = "registry:catalog:*";
    let admin = token(&server, Some(ADMIN), catalog).await.unwrap();
    assert_eq!(status(&registry, "_catalog", &admin).await, 200, "{}", registry.log());
    assert_eq!(status(&registry, "_catalog", "not.a.token").await, 401);
    let team = token(&server, Some(TEAM), catalog).await.unwrap();
    assert_eq!(status(&registry, "_catalog", &team).await, 401);
}

#[tokio::test]
async fn users_get_no_more_than_they_may() {
    let server = TokenServer::start().unwrap();
    let registry = Distribution::builder().token_auth(&server).start().await.unwrap();
    let may_pull = |scope: &'static str, who| {
        let (server, registry) = (&server, &registry);
        async move {
            let token = token(server, who, scope).await.unwrap();
            let repository = scope.split(':').nth(1).unwrap();
            // Authorised requests find that there is no such repository.
            status(registry, &format!("{repository}/tags/list"), &token).await == 404
        }
    };
    assert!(may_pull("repository:team/webapp:pull", Some(TEAM)).await);
    assert!(!may_pull("repository:library/alpine-like:pull", Some(TEAM)).await);
    assert!(may_pull("repository:library/alpine-like:pull", None).await);
}

#[tokio::test]
async fn requests_are_recorded() {
    let server = TokenServer::start().unwrap();
    let wrong = Credentials { user: "admin", password: "wrong" };
    assert_eq!(token(&server, Some(wrong), "repository:a:pull").await, None);
    token(&server, Some(ADMIN), "repository:a:pull+repository:b:pull,push").await.unwrap();
    let seen = server.requests();
    assert_eq!(seen.len(), 2);
    assert!(!seen[0].granted);
    assert_eq!(seen[1].user.as_deref(), Some("admin"));
    assert_eq!(seen[1].scopes, ["repository:a:pull", "repository:b:pull,push"]);
}
