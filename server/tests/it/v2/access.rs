//! Who may pull and push what, and how one says who one is.

use serde_json::{Value, json};
use testbed::samples::{self, Clock};
use testbed::{Distribution, Pusher};

use super::{MANIFEST, ask, basic, blob, code, get, json_of, upload};
use crate::access::{PASSWORD, server_with};
use crate::support::{Answer, Server, registry_with};

const SEEN: &str = samples::CLI;
const HIDDEN: &str = samples::WEBAPP;
const PUBLIC: &str = samples::NO_DATE;

/// Those who may do ever more with [`SEEN`]; the first one has not signed in.
const PEOPLE: [&str; 5] = ["", "outsider", "viewer", "maintainer", "administrator"];

fn of(url: &str) -> (Server, tempfile::TempDir) {
    let grants = format!(
        "viewer local:outsider */elsewhere/**; viewer local:viewer */{SEEN}; maintainer local:maintainer */{SEEN}; \
         administrator local:administrator **; viewer anonymous */{PUBLIC}"
    );
    let more = [("STOWAGE_GRANTS", grants.as_str()), ("STOWAGE_V2", "true"), ("STOWAGE_V2_PUSH", "true")];
    server_with(url, &PEOPLE[1..], &more)
}

async fn ask_as(server: &Server, who: &str, method: &str, path: &str) -> Answer {
    let authorization = basic(who, PASSWORD);
    // Without this, the registry says that it does not have an index.
    let headers = [("accept", "application/vnd.oci.image.index.v1+json"), ("authorization", &authorization)];
    ask(server, method, path, if who.is_empty() { &headers[..1] } else { &headers }, Vec::new()).await
}

/// `S` sign in, `H` there is no such thing, `R` a larger role is needed, `O` nothing against it.
fn verdict(answer: &Answer) -> char {
    match answer.status.as_u16() {
        401 => {
            assert!(answer.header("www-authenticate").starts_with("Basic realm=\"Stowage\""));
            assert_eq!(code(answer), "UNAUTHORIZED");
            'S'
        }
        403 if code(answer) == "DENIED" => 'R',
        404 if code(answer) == "NAME_UNKNOWN" => 'H',
        // What the registry says itself, which was asked then.
        200 | 202 | 400 | 404 => 'O',
        _ => '?',
    }
}

#[tokio::test]
async fn every_request_asks_who_it_is_and_what_they_may() {
    let registry = registry_with(&[SEEN, HIDDEN, PUBLIC]).await;
    let (server, _folder) = of(&registry.url());
    let digest = Pusher::to(&registry).resolve(SEEN, "latest").await.unwrap().unwrap();
    let mut wrong = Vec::new();
    for (method, path, verdicts) in [
        ("GET", String::new(), "SOOOO"),
        ("GET", "_catalog".to_owned(), "OOOOO"),
        ("GET", format!("{SEEN}/tags/list"), "SHOOO"),
        ("GET", format!("{SEEN}/manifests/latest"), "SHOOO"),
        ("HEAD", format!("{SEEN}/manifests/{digest}"), "SHOOO"),
        ("GET", format!("{SEEN}/blobs/{digest}"), "SHOOO"),
        ("GET", format!("{SEEN}/referrers/{digest}"), "SHOOO"),
        ("POST", format!("{SEEN}/blobs/uploads/"), "SHROO"),
        ("GET", format!("{SEEN}/blobs/uploads/none"), "SHROO"),
        ("PATCH", format!("{SEEN}/blobs/uploads/none"), "SHROO"),
        ("PUT", format!("{SEEN}/blobs/uploads/none"), "SHROO"),
        ("DELETE", format!("{SEEN}/blobs/uploads/none"), "SHROO"),
        ("PUT", format!("{SEEN}/manifests/new"), "SHROO"),
        ("GET", format!("{HIDDEN}/tags/list"), "SHHHO"),
        ("GET", "no/such/tags/list".to_owned(), "SHHHH"),
        ("POST", format!("{HIDDEN}/blobs/uploads/"), "SHHHO"),
        ("GET", format!("{PUBLIC}/tags/list"), "OOOOO"),
        ("POST", format!("{PUBLIC}/blobs/uploads/"), "SRRRO"),
    ] {
        for (who, expected) in PEOPLE.into_iter().zip(verdicts.chars()) {
            let answer = ask_as(&server, who, method, &format!("/v2/{path}")).await;
            let found = if method == "HEAD" { bare(&answer) } else { verdict(&answer) };
            if found != expected {
                wrong.push(format!(
                    "{method} {path} as {who:?}: {found} instead of {expected}: {}",
                    answer.text()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The verdict of an answer without a body.
fn bare(answer: &Answer) -> char {
    match answer.status.as_u16() {
        401 => 'S',
        404 => 'H',
        200 => 'O',
        _ => '?',
    }
}

#[tokio::test]
async fn what_may_not_be_seen_is_answered_as_what_does_not_exist() {
    let registry = registry_with(&[SEEN, HIDDEN]).await;
    let (server, _folder) = of(&registry.url());
    let digest = Pusher::to(&registry).resolve(HIDDEN, "latest").await.unwrap().unwrap();
    for path in ["tags/list", "manifests/latest", &format!("manifests/{digest}"), &format!("blobs/{digest}")]
    {
        for who in ["", "viewer"] {
            let hidden = ask_as(&server, who, "GET", &format!("/v2/{HIDDEN}/{path}")).await;
            let absent = ask_as(&server, who, "GET", &format!("/v2/no/such/{path}")).await;
            assert_eq!((hidden.status, hidden.text()), (absent.status, absent.text()), "{path}");
        }
    }
    let names = async |who: &str| -> Vec<String> {
        let list = json_of(&ask_as(&server, who, "GET", "/v2/_catalog?n=10").await);
        list["repositories"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("outsider").await, Vec::<String>::new());
    assert_eq!(names("viewer").await, [SEEN]);
    let mut all = [SEEN, HIDDEN];
    all.sort_unstable();
    assert_eq!(names("administrator").await, all);
}

#[tokio::test]
async fn a_blob_is_taken_over_only_from_where_it_may_be_seen() {
    let registry = Distribution::builder().start().await.unwrap();
    let url = registry.url();
    let root = Server::with(&[("REGISTRY_URL", &url), ("STOWAGE_V2", "true"), ("STOWAGE_V2_PUSH", "on")]);
    let (open, secret) = (blob(100, 1), blob(100, 2));
    assert_eq!(upload(&root, "public/base", &open).await.status, 201);
    assert_eq!(upload(&root, "secret/base", &secret).await.status, 201);
    let more = [
        ("STOWAGE_GRANTS", "maintainer local:ann */team/**; viewer local:ann */public/**"),
        ("STOWAGE_V2", "true"),
        ("STOWAGE_V2_PUSH", "true"),
    ];
    let (server, _folder) = server_with(&url, &["ann"], &more);
    let mount = async |digest: &str, from: &str| {
        let path = format!("/v2/team/app/blobs/uploads/?mount={digest}{from}");
        ask_as(&server, "ann", "POST", &path).await.status.as_u16()
    };
    assert_eq!(mount(&open.0, "&from=public/base").await, 201);
    // It is an upload as if the blob were not there.
    assert_eq!(mount(&secret.0, "&from=secret/base").await, 202);
    assert_eq!(mount(&secret.0, "").await, 202);
    assert_eq!(mount(&secret.0, "&from=public/base&from=secret/base").await, 202);
    let path = format!("/v2/team/app/blobs/{}", secret.0);
    assert_eq!(code(&ask_as(&server, "ann", "GET", &path).await), "BLOB_UNKNOWN");
}

#[tokio::test]
async fn a_wrong_password_is_refused_counted_and_written_down() {
    let (server, folder) = of("http://127.0.0.1:9");
    let login = async |user: &str, password: &str| {
        get(&server, "/v2/", &[("authorization", &basic(user, password))]).await
    };
    assert_eq!(login("viewer", PASSWORD).await.status, 200);
    assert_eq!(login("", "").await.status, 401);
    for _ in 0..5 {
        let refused = login("viewer", "wrong").await;
        assert_eq!((refused.status.as_u16(), code(&refused).as_str()), (401, "UNAUTHORIZED"));
    }
    let refused = login("viewer", "wrong").await;
    assert_eq!((refused.status.as_u16(), code(&refused).as_str()), (429, "TOOMANYREQUESTS"));
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    // What was right a moment ago still is.
    assert_eq!(login("viewer", PASSWORD).await.status, 200);
    let audit = "/api/v1/audit?action=sign_in&outcome=refused";
    let cookie = crate::access::signed_in(&server, "administrator").await;
    assert_eq!(
        get(&server, audit, &[("cookie", &cookie)]).await.json()["total"],
        6,
        "and the one without a name"
    );
    // Another password ends what was believed of the old one.
    crate::access::write_users(&folder.path().join("htpasswd"), &["viewer"], "another");
    for attempt in 0.. {
        if login("viewer", PASSWORD).await.status != 200 {
            break;
        }
        assert!(attempt < 200);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn many_requests_at_once_are_one_try() {
    let (server, _folder) = of("http://127.0.0.1:9");
    let all = (0..40).map(|_| ask_as(&server, "viewer", "GET", "/v2/"));
    let all = futures::future::join_all(all).await;
    assert!(all.iter().all(|it| it.status == 200));
}

#[tokio::test]
async fn an_api_token_is_a_password_for_any_name() {
    let registry = Distribution::builder().start().await.unwrap();
    samples::fill(&registry, [samples::one(SEEN, Clock::FIXED).unwrap()]).await.unwrap();
    let (server, _folder) = of(&registry.url());
    let session = crate::access::signed_in(&server, "maintainer").await;
    let make = async |form: &str| {
        let page = server.post("/settings/tokens", form, &[("cookie", &session)]).await;
        let from = page.text().find("stw_").unwrap();
        page.text()[from..]
            .chars()
            .take_while(|it| it.is_ascii_alphanumeric() || *it == '_')
            .collect::<String>()
    };
    let (reads, writes) =
        (make("name=reads&role=viewer&scope=**").await, make("name=writes&role=maintainer&scope=**").await);
    let path = format!("/v2/{SEEN}/blobs/uploads/");
    let post = async |authorization: String| {
        ask(&server, "POST", &path, &[("authorization", &authorization)], Vec::new()).await.status.as_u16()
    };
    assert_eq!(post(basic("anything", &reads)).await, 403);
    assert_eq!(post(basic("anything", &writes)).await, 202);
    assert_eq!(post(format!("Bearer {writes}")).await, 202);
    assert_eq!(post(basic("maintainer", &writes[..30])).await, 401);
    assert_eq!(post("Bearer nonsense".to_owned()).await, 401);
}

#[tokio::test]
async fn whoever_signs_in_at_the_registry_asks_it_with_their_own_credentials() {
    let registry = Distribution::builder()
        .htpasswd("stowage", "its own")
        .htpasswd("ann", "s3cret")
        .start()
        .await
        .unwrap();
    let url = registry.url();
    let server = Server::with(&[
        ("REGISTRY_URL", url.as_str()),
        ("REGISTRY_USERNAME", "stowage"),
        ("REGISTRY_PASSWORD", "its own"),
        ("STOWAGE_AUTH", "registry"),
        ("STOWAGE_V2", "true"),
        ("STOWAGE_V2_PUSH", "true"),
    ]);
    let ann = basic("ann", "s3cret");
    let sent = |method: &'static str, path: String, body: Vec<u8>| {
        let (server, ann) = (&server, ann.as_str());
        async move {
            let headers = [("authorization", ann), ("content-type", MANIFEST)];
            ask(server, method, &path, &headers, body).await
        }
    };
    assert_eq!(sent("GET", "/v2/".to_owned(), Vec::new()).await.status, 200);
    let (digest, bytes) = blob(50, 6);
    let begun = sent("POST", "/v2/team/app/blobs/uploads/".to_owned(), Vec::new()).await;
    assert_eq!(begun.status, 202, "{}", begun.text());
    let put = sent("PUT", format!("{}&digest={digest}", begun.header("location")), bytes).await;
    assert_eq!(put.status, 201, "{}", put.text());
    assert!(registry.log().contains("auth.user.name=ann") || registry.log().contains("\"ann\""));
    let refused = get(&server, "/v2/", &[("authorization", &basic("ann", "wrong"))]).await;
    assert_eq!(refused.status, 401);
    let body: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!(
        body,
        json!({ "errors": [{ "code": "UNAUTHORIZED", "message": "the name or the password is wrong" }] })
    );
}
