//! Commands of the documentation for programs that no test can start: what they tell Stowage is tried all the same.

use tokio::process::Command;

use super::assert_known;
use super::chart::{has_helm, helm};
use crate::documentation::root;
use crate::support::{Folders, program, ready};

/// The image in all of the documentation.
const IMAGE: &str = "stowage";

/// What Docker tells a container that is linked to one called `registry`; nothing of it is meant for Stowage.
const LINKED: [(&str, &str); 6] = [
    ("REGISTRY_NAME", "/stowage/registry"),
    ("REGISTRY_PORT", "tcp://172.17.0.2:5000"),
    ("REGISTRY_PORT_5000_TCP", "tcp://172.17.0.2:5000"),
    ("REGISTRY_PORT_5000_TCP_ADDR", "172.17.0.2"),
    ("REGISTRY_ENV_PATH", "/usr/bin"),
    ("REGISTRY_ENV_REGISTRY_STORAGE_DELETE_ENABLED", "true"),
];

/// Tries a command as far as that goes without an engine or a cluster. Says whether it is such a command.
pub(crate) async fn try_out(page: &str, line: &str, registry: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["docker", "run", ref options @ ..] => run(page, line, options, registry).await,
        ["docker", "compose" | "buildx", ref options @ ..] => {
            let mut pairs = options.windows(2).filter(|it| it[0] == "--file");
            let file = pairs.next().unwrap_or_else(|| panic!("{page}: names no file: {line}"))[1];
            assert!(file.starts_with("deploy/") && root().join(file).is_file(), "{page}: {line}");
        }
        ["helm", "install", ref options @ ..] => {
            if has_helm() {
                let made = helm(&[&["template"], options].concat());
                assert!(made.status.success(), "{page}: {line}: {made:?}");
            }
        }
        _ => return false,
    }
    true
}

/// Starts the program with what a container would be told. It is published at the port that the container listens on,
/// its data is in the folder that the image has for it, and it reaches a registry.
async fn run(page: &str, line: &str, options: &[&str], registry: &str) {
    let mut told: Vec<(&str, &str)> = Vec::new();
    let mut port = None;
    let mut words = options.iter().copied();
    let image = loop {
        let mut value = || words.next().unwrap_or_else(|| panic!("{page}: {line} ends too early"));
        match value() {
            "-e" => told.push(value().split_once('=').unwrap()),
            "-p" => port = value().rsplit_once(':').map(|it| it.1),
            "-v" => assert!(value().contains(":/data"), "{page}: its data is elsewhere: {line}"),
            "--link" | "--name" | "--network" | "--cap-drop" | "--restart" => drop(value()),
            "-d" | "--rm" | "--read-only" => {}
            word => break word,
        }
    };
    assert_eq!((image, words.next()), (IMAGE, None), "{page}: {line}");
    assert_known(page, told.iter().map(|it| it.0));
    let listens = told.iter().find(|it| it.0 == "NGINX_LISTEN_PORT").map_or("80", |it| it.1);
    assert_eq!(port, Some(listens), "{page}: nothing listens there: {line}");

    let folders = Folders::new();
    let mut program = program(&folders, registry, "127.0.0.1:0");
    if options.contains(&"--link") {
        program.envs(LINKED);
    }
    program.envs(
        told.iter().copied().filter(|(name, _)| !matches!(*name, "REGISTRY_URL" | "NGINX_LISTEN_PORT")),
    );
    assert!(told.iter().any(|it| it.0 == "REGISTRY_URL"), "{page}: {line}");
    let (_child, address) = ready(program).await;
    let readiness = format!("http://{address}/readyz");
    let asked = Command::new("curl").args(["--silent", "--fail", &readiness]).output().await.unwrap();
    assert!(asked.status.success(), "{page}: {line}: {asked:?}");
}
