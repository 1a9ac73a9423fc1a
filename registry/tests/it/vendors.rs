//! Lists of repositories from vendors' own APIs, with answers written from their documentation.

use registry::Error;
use registry::client::{CatalogMode, Client, ClientConfig, Credentials, Vendor, VendorList};
use registry::fake::{Answer, Fake};
use serde_json::json;

use crate::support::{SOMEONE, catalog, config, credentials};

macro_rules! fixture {
    ($name:literal) => {
        Answer::ok(
            "application/json",
            include_str!(concat!("../../src/client/vendor/fixtures/", $name, ".json")),
        )
    };
}

const HUB: &str = "/v2/namespaces/acme/repositories";
const TOKEN: &str = "/v2/auth/token";

/// A client of a registry that lists what a vendor's API tells of a namespace; without a namespace, of all of them.
fn listing(registry: &Fake, api: Option<&Fake>, vendor: Vendor, namespaces: &[&str]) -> ClientConfig {
    let namespaces = namespaces.iter().map(|&it| it.to_owned()).collect();
    let list = VendorList { api: api.map(Fake::url), ..VendorList::new(vendor, namespaces) };
    ClientConfig {
        credentials: credentials("someone", "s3cret"),
        catalog: CatalogMode::Vendor(list),
        ..config(registry.url())
    }
}

async fn names(config: ClientConfig) -> Result<Vec<String>, Error> {
    catalog(&Client::new(config).unwrap()).await.map(|pages| pages.concat())
}

fn queries(fake: &Fake, path: &str) -> Vec<String> {
    fake.seen_at("GET", path).into_iter().map(|it| it.query).collect()
}

#[tokio::test]
async fn docker_hub_lists_a_namespace_for_a_token_that_is_fetched_once() {
    let (registry, api) = (Fake::start().await, Fake::start().await);
    api.on("POST", TOKEN, fixture!("docker_hub_token"));
    api.script("GET", HUB, |seen| match seen.query.contains("page=2") {
        true => fixture!("docker_hub_last"),
        false => fixture!("docker_hub"),
    });
    let client = Client::new(listing(&registry, Some(&api), Vendor::DockerHub, &["Acme"])).unwrap();
    for _ in 0..2 {
        assert_eq!(catalog(&client).await.unwrap().concat(), ["acme/api", "acme/web", "acme/worker"]);
    }
    assert_eq!(queries(&api, HUB)[..2], ["page_size=100", "page=2&page_size=100"]);
    assert!(api.seen_at("GET", HUB).iter().all(|it| it.header("authorization") == "Bearer a.jwt.token"));
    let logins = api.seen_at("POST", TOKEN);
    assert_eq!(logins.len(), 1);
    assert_eq!(logins[0].body, r#"{"identifier":"someone","secret":"s3cret"}"#);
    assert!(registry.seen().is_empty(), "the registry is not asked");
}

#[tokio::test]
async fn docker_hub_is_logged_in_to_again_when_its_token_has_expired() {
    let (registry, api) = (Fake::start().await, Fake::start().await);
    let token = |token: &str| Answer::json(&json!({ "access_token": token }));
    api.in_turn("POST", TOKEN, [token("old"), token("new")]);
    api.script("GET", HUB, |seen| match seen.header("authorization") {
        "Bearer new" => fixture!("docker_hub_last"),
        _ => Answer::json(&json!({ "detail": "token expired" })).with_status(401),
    });
    let names = names(listing(&registry, Some(&api), Vendor::DockerHub, &["acme"])).await;
    assert_eq!(names.unwrap(), ["acme/worker"]);
    assert_eq!(api.count("POST", TOKEN), 2);
}

#[tokio::test]
async fn docker_hub_shows_nobody_in_particular_what_is_public() {
    let (registry, api) = (Fake::start().await, Fake::start().await);
    api.on("GET", HUB, fixture!("docker_hub_last"));
    let config = listing(&registry, Some(&api), Vendor::DockerHub, &["acme"]);
    let config = ClientConfig { credentials: Credentials::Anonymous, ..config };
    assert_eq!(names(config).await.unwrap(), ["acme/worker"]);
    assert_eq!(api.seen()[0].header("authorization"), "");
}

#[tokio::test]
async fn github_is_asked_for_an_organisation_and_then_for_a_user() {
    let (registry, api) = (Fake::start().await, Fake::start().await);
    let page = "package_type=container&per_page=100";
    let link = "<https://api.github.com/organizations/1/packages?page=2>; rel=\"next\"";
    api.script("GET", "/orgs/Acme/packages", move |seen| match seen.query.as_str() {
        "page=2" => fixture!("ghcr_last"),
        _ => fixture!("ghcr").header("link", link),
    });
    api.on("GET", "/users/me/packages", fixture!("ghcr_last"));
    let listed = names(listing(&registry, Some(&api), Vendor::Ghcr, &["Acme", "me"])).await.unwrap();
    assert_eq!(listed, ["acme/api", "acme/charts/web", "acme/worker", "me/worker"]);
    assert_eq!(queries(&api, "/orgs/Acme/packages"), [page, "page=2"]);
    assert_eq!(queries(&api, "/orgs/me/packages"), [page]);
    for seen in api.seen() {
        assert_eq!(seen.header("authorization"), "Bearer s3cret");
        assert_eq!(seen.header("x-github-api-version"), "2022-11-28");
    }
}

#[tokio::test]
async fn gitlab_is_beside_the_token_server_that_its_registry_names() {
    let (registry, api) = (Fake::start().await, Fake::start().await);
    let challenge = format!(r#"Bearer realm="{}sub/jwt/auth",service="container_registry""#, api.url());
    registry.on("GET", "/v2/", Answer::unauthorized(&challenge));
    let projects = "/sub/api/v4/projects/acme%2Fproject/registry/repositories";
    api.on("GET", projects, fixture!("gitlab"));
    let listed = names(listing(&registry, None, Vendor::GitLab, &["acme/project"])).await.unwrap();
    assert_eq!(listed, ["acme/project", "acme/tools/project/releases"]);
    let asked = api.seen();
    assert_eq!(asked[0].path, "/sub/api/v4/groups/acme%2Fproject/registry/repositories");
    assert!(asked.iter().all(|it| it.header("authorization") == "Bearer s3cret"));
    assert!(registry.seen().iter().all(|it| it.header("authorization").is_empty()));
}

#[tokio::test]
async fn gitlab_is_not_guessed_where_the_token_server_is_another_one() {
    let (registry, api) = (Fake::start().await, Fake::start().await);
    for challenge in [format!(r#"Bearer realm="{}token""#, api.url()), "Basic realm=x".to_owned()] {
        registry.on("GET", "/v2/", Answer::unauthorized(&challenge));
        let error = names(listing(&registry, None, Vendor::GitLab, &["acme"])).await.unwrap_err();
        assert!(matches!(error, Error::InvalidConfig { .. }), "{error:?}");
    }
    assert!(api.seen().is_empty());
}

#[tokio::test]
async fn harbor_lists_everything_or_some_projects() {
    let fake = Fake::start().await;
    let all = "/api/v2.0/repositories";
    fake.script("GET", all, |seen| match seen.query.as_str() {
        "page=2&page_size=100" => fixture!("harbor_last"),
        _ => fixture!("harbor")
            .header("link", r#"</api/v2.0/repositories?page=2&page_size=100>; rel="next""#)
            .header("x-total-count", "3"),
    });
    fake.on("GET", "/api/v2.0/projects/team/repositories", fixture!("harbor_last"));
    let listed = names(listing(&fake, None, Vendor::Harbor, &[])).await.unwrap();
    assert_eq!(listed, ["library/nginx", "team/group/api", "team/web"]);
    assert_eq!(queries(&fake, all), ["page=1&page_size=100", "page=2&page_size=100"]);
    assert_eq!(names(listing(&fake, None, Vendor::Harbor, &["team"])).await.unwrap(), ["team/web"]);
    assert!(fake.seen().iter().all(|it| it.header("authorization") == SOMEONE));
}

#[tokio::test]
async fn quay_takes_an_oauth_token_and_no_robot() {
    let fake = Fake::start().await;
    let path = "/api/v1/repository";
    fake.script("GET", path, |seen| match seen.query.contains("next_page") {
        true => fixture!("quay_last"),
        false => fixture!("quay"),
    });
    let config = listing(&fake, None, Vendor::Quay, &["acme"]);
    assert_eq!(names(config.clone()).await.unwrap(), ["acme/api", "acme/web"]);
    let first = "namespace=acme&public=true";
    assert_eq!(queries(&fake, path), [first, &format!("{first}&next_page=gAAAAABm%2Bx%2Fw%3D%3D")]);
    assert!(fake.seen().iter().all(|it| it.header("authorization").is_empty()));
    names(ClientConfig { credentials: credentials("$oauthtoken", "token"), ..config }).await.unwrap();
    assert_eq!(fake.seen().last().unwrap().header("authorization"), "Bearer token");
}

#[tokio::test]
async fn amazon_gives_its_catalog_to_whom_it_lets_in() {
    let fake = Fake::start().await;
    fake.script("GET", "/v2/_catalog", |seen| match seen.header("authorization") {
        SOMEONE => fixture!("ecr"),
        _ => Answer::unauthorized(r#"Basic realm="https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/""#),
    });
    assert_eq!(names(listing(&fake, None, Vendor::Ecr, &[])).await.unwrap(), ["team/api", "team/web"]);
    assert_eq!(queries(&fake, "/v2/_catalog"), ["n=1000", "n=1000"]);
}

#[tokio::test]
async fn a_namespace_that_is_not_there_is_no_empty_one() {
    let (registry, api) = (Fake::start().await, Fake::start().await);
    let not_found = Answer::json(&json!({ "message": "Not Found" })).with_status(404);
    for path in ["/orgs/acme/packages", "/users/acme/packages"] {
        api.on("GET", path, not_found.clone());
    }
    let error = names(listing(&registry, Some(&api), Vendor::Ghcr, &["acme"])).await.unwrap_err();
    let message = "acme: Not Found".to_owned();
    assert_eq!(error, Error::CatalogRefused { host: api.host(), status: 404, message });
}

#[tokio::test]
async fn refusals_and_limits_are_told_apart() {
    let (registry, api) = (Fake::start().await, Fake::start().await);
    let path = "/orgs/acme/packages";
    let ask = async || names(listing(&registry, Some(&api), Vendor::Ghcr, &["acme"])).await.unwrap_err();
    let forbidden = Answer::json(&json!({ "message": "API rate limit exceeded" })).with_status(403);
    api.on("GET", path, forbidden.clone());
    assert!(matches!(ask().await, Error::CatalogRefused { status: 403, .. }));
    api.on("GET", path, forbidden.header("x-ratelimit-remaining", "0"));
    assert!(matches!(ask().await, Error::RateLimited { .. }));
    api.on("GET", path, Answer::status(503));
    assert!(matches!(ask().await, Error::Upstream { status: 503, .. }));
    let wrong = Answer::json(&json!({ "detail": "Incorrect authentication credentials" })).with_status(401);
    api.on("POST", TOKEN, wrong);
    let error = names(listing(&registry, Some(&api), Vendor::DockerHub, &["acme"])).await.unwrap_err();
    assert!(matches!(error, Error::CatalogRefused { status: 401, .. }), "{error:?}");
    assert_eq!(api.count("GET", HUB), 0, "without a token nothing is asked");
}

#[tokio::test]
async fn absurd_answers_are_no_lists() {
    let (registry, api) = (Fake::start().await, Fake::start().await);
    for absurd in [
        Answer::ok("text/html", "<html>Sign in</html>"),
        Answer::json(&json!({ "results": "none" })),
        Answer::json(&json!([])),
        Answer::json(&json!({ "count": 2, "results": [{ "name": "../../etc" }, { "name": "A B" }] })),
        Answer::ok("application/json", ""),
    ] {
        api.on("GET", HUB, absurd);
        let config = listing(&registry, Some(&api), Vendor::DockerHub, &["acme"]);
        let config = ClientConfig { credentials: Credentials::Anonymous, ..config };
        let error = names(config).await.unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{error:?}");
    }
    api.on(
        "GET",
        HUB,
        Answer::json(&json!({ "results": [{ "name": "a" }, { "name": "UP" }], "next": null })),
    );
    let config = listing(&registry, Some(&api), Vendor::DockerHub, &["acme"]);
    let config = ClientConfig { credentials: Credentials::Anonymous, ..config };
    assert_eq!(names(config).await.unwrap(), ["acme/a"], "what is of use is kept");
}

#[tokio::test]
async fn pages_that_never_end_are_given_up_and_circles_are_left() {
    let fake = Fake::start().await;
    let path = "/api/v2.0/repositories";
    let circle = r#"</api/v2.0/repositories?page=1&page_size=100>; rel="next""#;
    fake.on("GET", path, fixture!("harbor").header("link", circle));
    let config = listing(&fake, None, Vendor::Harbor, &[]);
    names(config.clone()).await.unwrap();
    assert_eq!(fake.count("GET", path), 2);
    fake.script("GET", path, |seen| {
        fixture!("harbor").header("link", &format!("</api/v2.0/repositories?{}x>; rel=\"next\"", seen.query))
    });
    let mut config = config;
    config.limits.pages = 5;
    let error = names(config).await.unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 5, .. }), "{error:?}");
}

#[tokio::test]
async fn the_password_follows_no_vendor_to_another_host() {
    let (registry, api, other) = (Fake::start().await, Fake::start().await, Fake::start().await);
    let path = "/orgs/acme/packages";
    api.on("GET", path, Answer::redirect(&format!("{}elsewhere", other.url())));
    other.on("GET", "/elsewhere", fixture!("ghcr"));
    let error = names(listing(&registry, Some(&api), Vendor::Ghcr, &["acme"])).await.unwrap_err();
    assert!(matches!(error, Error::Unreadable { .. }), "{error:?}");
    assert!(other.seen().iter().all(|it| it.header("authorization").is_empty()));
    api.on("POST", TOKEN, Answer::redirect(&format!("{}token", other.url())));
    let error = names(listing(&registry, Some(&api), Vendor::DockerHub, &["acme"])).await.unwrap_err();
    assert!(matches!(error, Error::Blocked { .. }), "{error:?}");
    assert!(other.seen_at("POST", "/token").is_empty());
    // Neither does it stand in any error, nor in what is printed of a client.
    let client = Client::new(listing(&registry, Some(&api), Vendor::DockerHub, &["acme"])).unwrap();
    assert!(!format!("{error:?} {error} {client:?}").contains("s3cret"));
}
