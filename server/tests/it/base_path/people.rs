//! Signing in and out below the path: cookies, and where one is led.

use registry::fake::{Answer, Fake};
use serde_json::json;
use url::Url;

use super::pages::{outside, walk};
use super::{BASE, NOWHERE, program_at};
use crate::support::wire::Program;
use crate::support::{Folders, program};

fn users(folders: &Folders) -> String {
    // The smallest cost there is, for tests only.
    folders.write("htpasswd", format!("ann:{}\n", bcrypt::hash("correct horse", 4).unwrap()).as_bytes())
}

const LOGIN: &str = "way=local&username=ann&password=correct+horse";

#[tokio::test]
async fn whoever_signs_in_comes_back_and_has_a_cookie_for_the_path_alone() {
    let folders = Folders::new();
    let server = program_at(&folders, NOWHERE, &[("STOWAGE_AUTH_HTPASSWD", &users(&folders))]).await;
    let page = server.get("/registry-ui/settings?x").await;
    assert_eq!(page.status, 303);
    assert_eq!(page.header("location"), "/registry-ui/login?next=%2Fregistry-ui%2Fsettings%3Fx");
    let without_slash = server.get(BASE).await;
    assert_eq!(without_slash.header("location"), "/registry-ui/login?next=%2Fregistry-ui%2F");

    let next = "&next=%2Fregistry-ui%2Fsettings%3Fx";
    let answer = server.post("/registry-ui/login", &format!("{LOGIN}{next}"), &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/registry-ui/settings?x"));
    let set = answer.header("set-cookie");
    assert!(set.starts_with("stowage_path_session=") && set.contains("Path=/registry-ui;"), "{set}");
    let session = set.split(';').next().unwrap();
    for elsewhere in ["%2F", "%2Fother", "%2Fregistry-ui%2F..%2Fother", "https%3A%2F%2Fevil.example", ""] {
        let answer = server.post("/registry-ui/login", &format!("{LOGIN}&next={elsewhere}"), &[]).await;
        assert_eq!(answer.header("location"), "/registry-ui/", "{elsewhere}");
    }

    let wrong = server.post("/registry-ui/login", "way=local&username=ann&password=x", &[]).await;
    assert_eq!(wrong.status, 401);
    assert_eq!(outside(wrong.text()), Vec::<String>::new());
    let from = vec![format!("{BASE}/settings"), format!("{BASE}/login?next=%2Fother")];
    let (_, forms) = walk(&server, from, session).await;
    for path in ["/logout", "/settings/tokens", "/settings/grants", "/settings/sessions/end"] {
        assert!(forms.contains(&format!("{BASE}{path}")), "{path} in {forms:?}");
    }
    let form = "name=ci&role=viewer&scope=**&days=1";
    let made = server.post("/registry-ui/settings/tokens", form, &[("cookie", session)]).await;
    assert!(made.status == 200 && made.text().contains("stw_"), "{}", made.text());
    assert_eq!(outside(made.text()), Vec::<String>::new());

    let out = server.post("/registry-ui/logout", "", &[("cookie", session)]).await;
    assert_eq!((out.status.as_u16(), out.header("location")), (303, "/registry-ui/login"));
    let set = out.header("set-cookie");
    assert!(set.contains("Max-Age=0") && set.contains("Path=/registry-ui"), "{set}");
    let preference = server.post("/registry-ui/preferences", "theme=dark", &[]).await;
    assert!(preference.header("set-cookie").contains("Path=/registry-ui;"), "{preference:?}");
}

#[tokio::test]
async fn the_provider_is_told_the_whole_way_back() {
    let provider = Fake::start().await;
    let issuer = provider.url().as_str().trim_end_matches('/').to_owned();
    let description = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    provider.on("GET", "/.well-known/openid-configuration", Answer::json(&description));
    provider.on("GET", "/keys", Answer::json(&json!({ "keys": [] })));
    let folders = Folders::new();
    // The path is that of the public address.
    let mut command = program(&folders, NOWHERE, "127.0.0.1:0");
    command
        .env("STOWAGE_PUBLIC_URL", "https://example.com/registry-ui")
        .env("STOWAGE_OIDC_ISSUER", &issuer)
        .env("STOWAGE_OIDC_CLIENT_ID", "stowage");
    let server = Program::start(command).await;
    let begun = server.get("/registry-ui/login/oidc?next=%2Fregistry-ui%2Fsettings").await;
    assert_eq!(begun.status, 303, "{}", begun.text());
    let url: Url = begun.header("location").parse().unwrap();
    let parameter = |name: &str| url.query_pairs().find(|(it, _)| it == name).unwrap().1.into_owned();
    assert_eq!(parameter("redirect_uri"), "https://example.com/registry-ui/login/oidc/callback");
    let set = begun.header("set-cookie");
    assert!(set.starts_with("__Secure-stowage_path_session=") && set.contains("Secure"), "{set}");
    assert!(set.contains("Path=/registry-ui;"), "{set}");

    // What is brought back is looked at below the path, and nowhere else.
    let (state, session) = (parameter("state"), set.split(';').next().unwrap());
    let callback = format!("/login/oidc/callback?state={state}&error=access_denied");
    let back = server.send("GET", &format!("{BASE}{callback}"), &[("cookie", session)], "").await;
    assert!(back.status == 502 && back.text().contains("access_denied"), "{}", back.text());
    assert_eq!(outside(back.text()), Vec::<String>::new());
    assert_eq!(server.get(&callback).await.status, 404);
}
