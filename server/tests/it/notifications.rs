//! `docs/notifications.md`: a real registry, configured as it says, tells what is pushed and pulled.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use serde_json::Value;
use testbed::Distribution;
use testbed::samples::{self, Clock};
use tokio::process::Command;

use crate::support::{Folders, program, ready};

const TOKEN: &str = "a-token-that-nobody-guesses";

/// The first block of a language in the documentation.
fn documented(language: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/notifications.md");
    let text = fs::read_to_string(path).unwrap();
    let (_, rest) = text.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

async fn curl(arguments: &[&str]) -> String {
    let output =
        Command::new("curl").args(["--silent", "--show-error"]).args(arguments).output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn a_registry_configured_as_documented_tells_of_pushes_and_pulls() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folders = Folders::new();
    let mut command = program(&folders, &format!("http://127.0.0.1:{port}"), "127.0.0.1:0");
    command.env("STOWAGE_HOOKS_TOKEN", TOKEN).env("STOWAGE_SCAN_INTERVAL", "off");
    let (_child, stowage) = ready(command).await;
    let section = documented("yaml")
        .replace("https://stowage.example.com", &format!("http://{stowage}"))
        .replace("<the token>", TOKEN);
    assert!(section.contains(TOKEN) && section.contains(&stowage), "{section}");
    let registry = Distribution::builder().port(port).sections(&section).start().await.unwrap();

    // Nobody opens a page, and nothing is scanned: the registry tells it.
    samples::fill(&registry, [samples::one(samples::CLI, Clock::FIXED).unwrap()]).await.unwrap();
    let tags = format!("http://{stowage}/api/v1/repositories");
    let mut list = Value::Null;
    for _ in 0..400 {
        list = serde_json::from_str(&curl(&[&tags]).await).unwrap();
        if list["items"][0]["n_tags"].as_u64().is_some_and(|it| it > 3) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(list["items"][0]["name"], "team/tools/cli", "{list}");

    let url = format!("{}/v2/team/tools/cli/manifests/1.1.0", registry.url());
    curl(&["--header", "Accept: application/vnd.oci.image.index.v1+json", &url]).await;
    let tag = format!("http://{stowage}/api/v1/tags?repository=team/tools/cli&q=1.1.0");
    let mut row = Value::Null;
    for _ in 0..400 {
        let list: Value = serde_json::from_str(&curl(&[&tag]).await).unwrap();
        row = list["items"][0].clone();
        if row["pulled_at"].is_string() && row["pushed_at"].is_string() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("the pull, or the push, was not told: {row}");
}
