//! `/preferences`

use axum::body::Body;
use axum::http::Request;

use crate::support::{Answer, Server};

fn cookies(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect()
}

#[tokio::test]
async fn a_preference_becomes_a_cookie_and_leads_back() {
    let server = Server::of("http://127.0.0.1:9");
    let answer = server.post("/preferences", "theme=dark&next=%2Fa%2Fb%3Fpage%3D2", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/a/b?page=2"));
    let [cookie] = cookies(&answer)[..] else { panic!("{answer:?}") };
    for part in ["stowage_theme=dark", "Path=/", "SameSite=Lax", "HttpOnly", "Max-Age="] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let answer = server.post("/preferences", "locale=fr", &[("referer", "http://stowage/x?q=1#y")]).await;
    assert_eq!(answer.header("location"), "/x?q=1");
    assert!(cookies(&answer)[0].starts_with("stowage_locale=fr"));
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let server = Server::of("http://127.0.0.1:9");
    for form in [
        "theme=dark&next=https%3A%2F%2Fevil.example",
        "theme=dark&next=%2F%2Fevil.example",
        "theme=dark&next=%2F%5Cevil.example",
        "theme=dark&next=%2F%09%2Fevil.example",
        "theme=dark&next=%2Fa%0D%0ASet-Cookie%3A+b%3Dc",
    ] {
        assert_eq!(server.post("/preferences", form, &[]).await.header("location"), "/", "{form}");
    }
    let answer = server.post("/preferences", "theme=dark", &[("referer", "http://evil.example/x")]).await;
    assert_eq!(answer.header("location"), "/");
}

#[tokio::test]
async fn what_is_no_preference_sets_nothing() {
    let server = Server::of("http://127.0.0.1:9");
    for form in ["theme=pink", "locale=xx"] {
        let answer = server.post("/preferences", form, &[]).await;
        assert_eq!(answer.status, 400);
        assert!(cookies(&answer).is_empty());
    }
}

#[tokio::test]
async fn reading_changes_nothing() {
    let server = Server::of("http://127.0.0.1:9");
    let answer = server.get("/preferences?theme=dark").await;
    assert_eq!(answer.status, 405);
    assert!(cookies(&answer).is_empty());
}

#[tokio::test]
async fn a_page_is_in_the_language_and_colours_that_were_chosen() {
    let server = Server::of("http://127.0.0.1:9");
    let request = |headers: &[(&str, &str)]| {
        headers
            .iter()
            .fold(Request::get("/"), |it, (name, value)| it.header(*name, *value))
            .body(Body::empty())
            .unwrap()
    };
    let page = server.send(request(&[("accept-language", "fr-CA, en;q=0.5")])).await;
    assert!(page.text().contains("lang=\"fr\""));
    let page = server
        .send(request(&[("accept-language", "fr"), ("cookie", "stowage_locale=en; stowage_theme=dark")]))
        .await;
    assert!(page.text().contains("lang=\"en\"") && page.text().contains("data-theme=\"dark\""));
}
