use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;
use testbed::samples;
use testbed::{Distribution, bare, load, seed};

use crate::client;

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_testbed"))
}

#[tokio::test]
async fn the_demo_keeps_its_data_and_ends_with_the_command() {
    let data = tempfile::tempdir().unwrap();
    let port = Distribution::builder().start().await.unwrap().port().to_string();
    let demo = || {
        let shell = ["sh", "-c", "echo \"$REGISTRY_URL\""];
        let output = program()
            .args(["demo", "--port", &port, "--data"])
            .arg(data.path())
            .arg("--")
            .args(shell)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (text(output.stdout), text(output.stderr))
    };
    let (url, _) = demo();
    assert_eq!(url.trim(), format!("http://127.0.0.1:{port}"));
    // Only what was broken on purpose is pushed again.
    let (_, said) = demo();
    assert!(said.contains(" 0 blobs") || said.contains(" 1 blobs"), "{said}");
}

#[tokio::test]
async fn the_demo_says_who_has_its_port() {
    let registry = Distribution::builder().start().await.unwrap();
    let output = program().args(["demo", "--port", &registry.port().to_string()]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(said.contains("is taken by docker-registry"), "{said}");
}

#[tokio::test]
async fn serves_a_registry_of_every_kind_until_the_pipe_closes() {
    let mut child =
        program().args(["serve", "--json"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let kinds: Value = serde_json::from_str(&line).unwrap();
    let status = |kind: &str, path: &str| {
        let request = client().get(format!("{}{path}", kinds[kind]["url"].as_str().unwrap()));
        async move { request.send().await.unwrap().status().as_u16() }
    };
    assert_eq!(status("open", "/v2/_catalog").await, 200);
    assert_eq!(status("password", "/v2/").await, 401);
    assert_eq!(status("token", "/v2/_catalog").await, 401);
    assert_eq!(status("noCatalog", "/v2/_catalog").await, 401);
    assert_eq!(status("noCatalog", "/v2/team/webapp/tags/list").await, 200);
    assert_eq!(status("html", "/v2/").await, 200);
    assert_eq!(status("busy", "/v2/").await, 429);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    let open = format!("{}/v2/", kinds["open"]["url"].as_str().unwrap());
    assert!(client().get(open).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn seeds_as_many_as_it_is_told() {
    let registry = Distribution::builder().start().await.unwrap();
    let url = registry.url();
    seed::tags(&url, "bulk/tags", 30).await.unwrap();
    seed::indexes(&url, "bulk/indexes", 5).await.unwrap();
    seed::repositories(&url, 20).await.unwrap();
    let count = |path: &str, key: &'static str| {
        let request = client().get(format!("{url}/v2/{path}"));
        async move {
            let answer: Value = request.send().await.unwrap().json().await.unwrap();
            answer[key].as_array().unwrap().len()
        }
    };
    assert_eq!(count("bulk/tags/tags/list", "tags").await, 30);
    assert_eq!(count("bulk/indexes/tags/list", "tags").await, 5);
    assert_eq!(count("_catalog?n=1000", "repositories").await, 22);
    assert!(!samples::NAMES.contains(&"bulk/tags"));
}

#[tokio::test]
async fn a_bare_loop_looks_at_every_tag() {
    let registry = Distribution::builder().start().await.unwrap();
    let url = registry.url();
    seed::tags(&url, "bulk/tags", 7).await.unwrap();
    assert_eq!(bare::heads(&url, "bulk/tags", 3).await.unwrap().requests, 7);
    assert_eq!(bare::reads(&url, "bulk/tags", 3).await.unwrap().requests, 14);
    assert!(bare::heads(&url, "bulk/none", 3).await.is_err());
    assert!(bare::deletes(&url, "bulk/tags").await.is_err(), "this registry deletes nothing");
}

#[tokio::test]
async fn many_clients_ask_for_each_address_as_often_as_they_are_told() {
    let registry = Distribution::builder().start().await.unwrap();
    let addresses = ["/v2/", "/v2/_catalog"].map(|path| registry.url() + path);
    let took = load::load(addresses.to_vec(), 4, 10).await.unwrap();
    assert_eq!(took.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10]);
    let missing = vec![format!("{}/v2/none/tags/list", registry.url())];
    assert!(load::load(missing, 4, 10).await.is_err());
}
