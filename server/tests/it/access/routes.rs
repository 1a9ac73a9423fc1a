//! Every route, asked by everybody. A route that is not in the table fails the test.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testbed::Distribution;
use testbed::samples::{self, Clock};

use super::people::{People, ROLES, Sent};
use crate::support::{Answer, registry_with};

const REPOSITORY: &str = samples::CLI;

/// What an answer says of who asks: `S` they have to sign in, `H` there is no such thing, `R` they need a larger role,
/// `O` nothing against them.
fn verdict(answer: &Answer) -> char {
    match answer.status.as_u16() {
        401 => 'S',
        303 if answer.header("location").starts_with("/login?next=") => 'S',
        403 => 'R',
        404 => 'H',
        200..=299 | 303 => 'O',
        _ => '?',
    }
}

/// A request, and what each of [`ROLES`] is answered.
struct Case(&'static str, &'static str, String, Sent, &'static str);

fn get(route: &'static str, path: impl Into<String>, verdicts: &'static str) -> Case {
    Case("GET", route, path.into(), Sent::Nothing, verdicts)
}

fn form(route: &'static str, form: impl Into<String>, verdicts: &'static str) -> Case {
    Case("POST", route, route.to_owned(), Sent::Form(form.into()), verdicts)
}

fn post(route: &'static str, path: impl Into<String>, body: Value, verdicts: &'static str) -> Case {
    Case("POST", route, path.into(), Sent::Json(body), verdicts)
}

/// What the requests are about.
struct Things {
    registry: String,
    plan: String,
    job: String,
    entry: i64,
    scan: i64,
    /// The image of the first platform.
    platform: String,
    /// A layer of it.
    layer: String,
}

impl Things {
    async fn make(people: &People, registry: String) -> Self {
        let repository = json!({ "repository": REPOSITORY });
        let scan = people.as_administrator("POST", "/api/v1/scans", &Sent::Json(repository)).await;
        let scan = scan["id"].as_i64().unwrap();
        let plan = async |tag: &str| {
            let asked = Sent::Json(json!({ "repository": REPOSITORY, "tags": [tag] }));
            let made = people.as_administrator("POST", "/api/v1/plans", &asked).await;
            made["id"].as_str().unwrap().to_owned()
        };
        let first = plan("0.9.0").await;
        let begun =
            people.as_administrator("POST", "/api/v1/jobs", &Sent::Json(json!({ "plan": first }))).await;
        let job = begun["id"].as_str().unwrap().to_owned();
        while people.as_administrator("GET", &format!("/api/v1/jobs/{job}"), &Sent::Nothing).await["finished"]
            .is_null()
        {
            tokio::task::yield_now().await;
        }
        let trash = people.as_administrator("GET", "/api/v1/trash", &Sent::Nothing).await;
        let entry = trash["items"][0]["id"].as_i64().unwrap();
        let image = format!("/api/v1/image?repository={REPOSITORY}&reference=latest");
        let image = people.as_administrator("GET", &image, &Sent::Nothing).await;
        let platform = image["platforms"][0]["digest"].as_str().unwrap().to_owned();
        let mut layers = image["platforms"][0]["layers"].as_array().unwrap().iter();
        let layer = layers.find_map(|it| it["digest"].as_str()).unwrap().to_owned();
        Self { registry, plan: plan("1.0.0").await, job, entry, scan, platform, layer }
    }

    fn api(&self) -> Vec<Case> {
        let Self { registry, plan, job, entry, scan, platform, layer } = self;
        let of = format!("repository={REPOSITORY}");
        let image = format!("{of}&reference=latest");
        let compared = format!("a={registry}/{REPOSITORY}:latest&b={registry}/{REPOSITORY}:latest");
        vec![
            get("/api/v1/registries", "/api/v1/registries", "SOOOO"),
            get("/api/v1/repositories", "/api/v1/repositories", "SOOOO"),
            get("/api/v1/tags", format!("/api/v1/tags?{of}"), "SHOOO"),
            get("/api/v1/untagged", format!("/api/v1/untagged?{of}"), "SHOOO"),
            get("/api/v1/search", "/api/v1/search?q=cli", "SOOOO"),
            get("/api/v1/image", format!("/api/v1/image?{image}"), "SHOOO"),
            get("/api/v1/image/manifest", format!("/api/v1/image/manifest?{image}"), "SHOOO"),
            get("/api/v1/image/config", format!("/api/v1/image/config?{of}&reference={platform}"), "SHOOO"),
            get("/api/v1/image/base", format!("/api/v1/image/base?{image}"), "SHOOO"),
            get("/api/v1/image/files", format!("/api/v1/image/files?{image}"), "SHOOO"),
            // Nobody has read its layers to the end yet, and the file is not in them.
            get("/api/v1/image/file", format!("/api/v1/image/file?{image}&path=no/such"), "SHHHH"),
            get("/api/v1/referrers", format!("/api/v1/referrers?{image}"), "SHOOO"),
            get("/api/v1/artifact", format!("/api/v1/artifact?{of}&reference={platform}"), "SHOOO"),
            get("/api/v1/blob", format!("/api/v1/blob?{of}&digest={layer}"), "SHOOO"),
            get("/api/v1/compare", format!("/api/v1/compare?{compared}"), "SHOOO"),
            get("/api/v1/scans", "/api/v1/scans", "SOOOO"),
            post("/api/v1/scans", "/api/v1/scans", json!({ "repository": REPOSITORY }), "SHOOO"),
            post("/api/v1/scans", "/api/v1/scans", json!({ "registry": registry }), "SRRRO"),
            get("/api/v1/scans/{id}", format!("/api/v1/scans/{scan}"), "SHOOO"),
            Case("DELETE", "/api/v1/scans/{id}", format!("/api/v1/scans/{scan}"), Sent::Nothing, "SHOOO"),
            post(
                "/api/v1/plans",
                "/api/v1/plans",
                json!({ "repository": REPOSITORY, "tags": ["1.1.0"] }),
                "SHROO",
            ),
            get("/api/v1/plans/{id}", format!("/api/v1/plans/{plan}"), "SHOOO"),
            post("/api/v1/jobs", "/api/v1/jobs", json!({ "plan": plan }), "SHROO"),
            get("/api/v1/jobs/{id}", format!("/api/v1/jobs/{job}"), "SHOOO"),
            post("/api/v1/jobs/{id}/stop", format!("/api/v1/jobs/{job}/stop"), json!({}), "SHROO"),
            get("/api/v1/trash", "/api/v1/trash", "SOOOO"),
            post("/api/v1/trash/{id}/restore", format!("/api/v1/trash/{entry}/restore"), json!({}), "SHRO"),
            get("/api/v1/audit", "/api/v1/audit", "SOOOO"),
        ]
    }

    fn forms(&self) -> Vec<Case> {
        let Self { registry, plan, job, entry, scan, .. } = self;
        let of = format!("registry={registry}&repository={REPOSITORY}");
        vec![
            form("/preferences", "theme=dark", "OOOOO"),
            form("/repositories", format!("registry={registry}&name={REPOSITORY}"), "SOOOO"),
            form("/refresh", format!("here=/{registry}/{REPOSITORY}"), "SOOOO"),
            form("/scans", of.clone(), "SHOOO"),
            form("/files", format!("{of}&reference=latest"), "SHOOO"),
            form("/scans", format!("registry={registry}"), "SRRRO"),
            form("/scans/stop", format!("registry={registry}&id={scan}"), "SOOOO"),
            form("/plans", format!("{of}&tag=1.1.0"), "SHROO"),
            form("/jobs", format!("plan={plan}"), "SHROO"),
            form("/jobs/stop", format!("job={job}"), "SHROO"),
            form("/trash/restore", format!("entry={entry}"), "SHR"),
            form("/settings/tokens", "name=t&role=viewer&scope=**&days=1", "SOOOO"),
            form("/settings/tokens/revoke", "id=999999", "SOOOO"),
            form("/settings/grants", "role=viewer&who=local:x&scope=**", "SRRRO"),
            form("/settings/grants/revoke", "id=999999", "SRRRO"),
            form("/settings/sessions/end", "key=none", "SOOOO"),
        ]
    }

    /// A browser's cookie says nothing there; `v2::access` asks as everybody in the way that counts.
    fn v2(&self) -> Vec<Case> {
        vec![
            get("/v2/", "/v2/", "SSSSS"),
            get("/v2/_catalog", "/v2/_catalog", "SSSSS"),
            get("/v2/{name}/tags/list", format!("/v2/{REPOSITORY}/tags/list"), "SSSSS"),
            get("/v2/{name}/manifests/{reference}", format!("/v2/{REPOSITORY}/manifests/latest"), "SSSSS"),
        ]
    }

    fn pages(&self) -> Vec<Case> {
        let Self { registry, plan, job, .. } = self;
        vec![
            get("/", "/", "SOOOO"),
            get("/{registry}", format!("/{registry}"), "SOOOO"),
            get("/{registry}/{repository}", format!("/{registry}/{REPOSITORY}"), "SHOOO"),
            get("/{registry}/{repository}:{tag}", format!("/{registry}/{REPOSITORY}:latest"), "SHOOO"),
            get("/search", "/search?q=cli", "SOOOO"),
            get("/compare", "/compare", "SOOOO"),
            get(
                "/compare",
                format!("/compare?a={registry}/{REPOSITORY}:latest&b={registry}/{REPOSITORY}:latest"),
                "SHOOO",
            ),
            get("/activity", "/activity", "SOOOO"),
            get("/plans/{id}", format!("/plans/{plan}"), "SHOOO"),
            get("/jobs/{id}", format!("/jobs/{job}"), "SHOOO"),
            get("/trash", "/trash", "SRROO"),
            get("/cleanup", "/cleanup", "SRROO"),
            get("/settings", "/settings", "SOOOO"),
            get("/login", "/login", "OOOOO"),
        ]
    }
}

/// These have tests of their own: they do not end, or they change who asks.
const ELSEWHERE: [&str; 5] =
    ["GET /api/v1/events", "POST /hooks/registry", "/login/oidc", "/login/oidc/callback", "/logout"];

#[tokio::test]
async fn every_route_asks_who_it_is_and_what_they_may() {
    let registry = Distribution::builder().delete(true).start().await.unwrap();
    samples::fill(&registry, [samples::one(REPOSITORY, Clock::FIXED).unwrap()]).await.unwrap();
    let people = People::new(&registry.url(), REPOSITORY).await;
    let things = Things::make(&people, registry.host()).await;
    let cases = things.forms().into_iter().chain(things.api()).chain(things.v2()).chain(things.pages());
    let cases: Vec<Case> = cases.collect();
    let mut wrong = Vec::new();
    for Case(method, route, path, sent, verdicts) in &cases {
        for (who, expected) in verdicts.chars().enumerate() {
            let answer = people.ask(who, method, path, sent).await;
            let found = verdict(&answer);
            if found != expected {
                wrong.push(format!("{method} {route} as {}: {found} instead of {expected}", ROLES[who]));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");

    let document = people.server.get("/api/openapi.json").await.json();
    let mut routes: BTreeSet<String> = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        routes.extend(methods.as_object().unwrap().keys().map(|it| format!("{} {path}", it.to_uppercase())));
    }
    routes.extend(server::router::form_paths().map(str::to_owned));
    for Case(method, route, ..) in &cases {
        routes.remove(&format!("{method} {route}"));
        routes.remove(*route);
    }
    ELSEWHERE.iter().for_each(|it| assert!(routes.remove(*it), "{it} is no route any more"));
    assert!(routes.is_empty(), "who may do this? {routes:?}");
}

#[tokio::test]
async fn what_an_outsider_is_answered_is_what_is_answered_for_what_does_not_exist() {
    let registry = registry_with(&[REPOSITORY]).await;
    let people = People::new(&registry.url(), REPOSITORY).await;
    people.as_administrator("POST", "/api/v1/scans", &Sent::Json(json!({ "repository": REPOSITORY }))).await;
    let missing = "team/tools/nil";
    for path in [
        "/api/v1/tags?repository=",
        "/api/v1/untagged?repository=",
        "/api/v1/image?reference=latest&repository=",
    ] {
        let hidden = people.ask(1, "GET", &format!("{path}{REPOSITORY}"), &Sent::Nothing).await;
        let absent = people.ask(1, "GET", &format!("{path}{missing}"), &Sent::Nothing).await;
        assert_eq!(hidden.status, absent.status, "{path}");
        assert_eq!(hidden.text().replace(REPOSITORY, missing), absent.text(), "{path}");
    }
    let total = |list: Value| list["total"].as_u64().unwrap();
    for path in
        ["/api/v1/repositories", "/api/v1/search?q=cli", "/api/v1/trash", "/api/v1/audit", "/api/v1/scans"]
    {
        let list = people.ask(1, "GET", path, &Sent::Nothing).await.json();
        assert_eq!(total(list), 0, "{path}");
    }
}
