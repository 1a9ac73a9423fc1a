//! Ways in, sessions, roles and tokens, as browsers and programs meet them.

mod forwarded;
mod people;
mod proxy;
mod registry;
mod routes;
mod sessions;
mod sign_in;
mod tokens;

use crate::support::{Answer, Server};

/// Everybody's password.
const PASSWORD: &str = "correct horse";

/// A server with users in a file, all with [`PASSWORD`], and roles.
fn server_with(url: &str, users: &[&str], more: &[(&'static str, &str)]) -> (Server, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("htpasswd");
    write_users(&file, users, PASSWORD);
    let file = file.to_str().unwrap().to_owned();
    let mut variables = vec![("REGISTRY_URL", url), ("STOWAGE_AUTH_HTPASSWD", file.as_str())];
    variables.extend(more);
    (Server::with(&variables), folder)
}

fn write_users(file: &std::path::Path, users: &[&str], password: &str) {
    // The smallest cost there is, for tests only.
    let line = |user: &&str| format!("{user}:{}\n", bcrypt::hash(password, 4).unwrap());
    std::fs::write(file, users.iter().map(line).collect::<String>()).unwrap();
}

/// The cookie that an answer sets, as the browser sends it back.
fn cookie(answer: &Answer) -> String {
    let mut set = answer.headers.get_all("set-cookie").iter().filter_map(|it| it.to_str().ok());
    let session = set.rfind(|it| it.contains("stowage_session=")).unwrap_or_default();
    session.split(';').next().unwrap_or_default().to_owned()
}

async fn post_login(server: &Server, user: &str, password: &str, headers: &[(&str, &str)]) -> Answer {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("way", "local"), ("username", user), ("password", password), ("next", "/settings")])
        .finish();
    server.post("/login", &form, headers).await
}

/// Signs in; returns the cookie.
async fn signed_in(server: &Server, user: &str) -> String {
    let answer = post_login(server, user, PASSWORD, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/settings"), "{}", answer.text());
    cookie(&answer)
}
