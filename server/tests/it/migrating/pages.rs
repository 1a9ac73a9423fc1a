//! Pages look as docker-registry-ui's variables say, and its addresses lead to them.

use axum::body::Body;
use axum::http::Request;
use testbed::samples;

use crate::support::{Server, registry_with};

#[tokio::test]
async fn pages_are_what_the_configuration_says() {
    let registry = registry_with(&[samples::CLI]).await;
    let url = registry.url();
    let server = Server::with(&[
        ("REGISTRY_URL", &url),
        ("REGISTRY_TITLE", "Ours & <more>"),
        ("THEME", "dark"),
        ("THEME_HEADER_BACKGROUND", "#25313b"),
        ("SHOW_CONTENT_DIGEST", "false"),
        ("TAGLIST_ORDER", "num-asc;alpha-asc"),
        ("TAGLIST_PAGE_SIZE", "2"),
        ("HISTORY_CUSTOM_LABELS", "org.opencontainers.image.version,no.such.label"),
    ]);
    server.scan().await;
    let page = server.get(&format!("/{}/{}", registry.host(), samples::CLI)).await;
    let text = page.text();
    for part in [
        "Ours &amp; &lt;more&gt;",
        "data-theme=\"dark\"",
        "href=\"/theme.css?v=",
        "aria-sort=\"ascending\"",
        "?dir=desc",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("sha256:"), "there is no column of digests");
    assert_eq!(text.matches("<tr data-row").count(), 2);
    let chosen = Request::get("/").header("cookie", "stowage_theme=auto").body(Body::empty()).unwrap();
    assert!(!server.send(chosen).await.text().contains("data-theme"));

    let sheet = server.get("/theme.css").await;
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(sheet.text(), ":root:root:root { --top: #25313b; }\n");

    let image = format!("/{}/{}:latest?view=config", registry.host(), samples::CLI);
    let image = server.get(&image).await;
    assert!(image.text().contains("<dt>no.such.label</dt>"), "{}", image.text());
    assert!(image.text().contains("<dt>org.opencontainers.image.version</dt>"));
}

#[tokio::test]
async fn without_colours_there_is_no_style_sheet_of_them() {
    let server = Server::of("http://127.0.0.1:9");
    assert!(!server.get("/activity").await.text().contains("theme.css"));
    assert_eq!(server.get("/theme.css").await.text(), "");
}

#[tokio::test]
async fn old_addresses_lead_to_the_right_page() {
    let server = Server::with(&[
        ("REGISTRY_URL", "http://registry:5000"),
        ("DEFAULT_REGISTRIES", "https://b.example.com"),
    ]);
    for (old, new) in [
        ("/?url=https%3A%2F%2Fb.example.com", "/b.example.com"),
        ("/?url=http://registry:5000/", "/registry:5000"),
        ("/?old=taglist/team/app&", "/registry:5000/team/app"),
        ("/?old=taglist/team/app&url=https%3A%2F%2Fb.example.com", "/b.example.com/team/app"),
        ("/b.example.com?old=taghistory/image/team/app/tag/1.0&", "/b.example.com/team/app:1.0"),
        ("/?old=&", "/registry:5000"),
        ("/login?old=taglist/app&next=%2F", "/login?next=%2F%3Fold%3Dtaglist%252Fapp"),
    ] {
        let answer = server.get(old).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, new), "{old}");
    }
    for other in
        ["/?url=https%3A%2F%2Fevil.example", "/?old=taglist/a&url=https://evil.example", "/activity?old=x"]
    {
        assert_eq!(server.get(other).await.status, 200, "{other}");
    }
}
