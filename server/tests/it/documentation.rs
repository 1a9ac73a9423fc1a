//! The documentation says what is so: its commands run, what it lists is all there is.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as StdCommand;

use server::config::reference;
use tempfile::tempdir;
use testbed::samples;
use tokio::process::Command;

use crate::deployments::commands;
use crate::support::{Folders, Server, program, ready, registry_with};

const BASE: &str = "http://127.0.0.1:8080";

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every documentation page, by name.
pub(crate) fn pages() -> Vec<(String, String)> {
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let files = docs.filter(|path| path.extension().is_some_and(|it| it == "md"));
    files
        .chain([root().join("README.md")])
        .map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap()))
        .collect()
}

/// All blocks of a language.
pub(crate) fn blocks(text: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}");
    let mut lines = text.lines();
    let mut found = Vec::new();
    while lines.any(|line| line == opening) {
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        found.push(block.join("\n"));
    }
    found
}

/// The lines of all blocks of a language.
fn lines(text: &str, language: &str) -> Vec<String> {
    let blocks = blocks(text, language);
    let lines = blocks.iter().flat_map(|it| it.lines()).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn every_command_of_the_documentation_works() {
    let registry = registry_with(&[
        samples::WEBAPP,
        samples::CLI,
        samples::ALPINE_LIKE,
        samples::ATTESTED,
        samples::CHARTS_WEB,
        samples::FILES,
    ])
    .await;
    let image =
        Server::of(&registry.url()).get("/api/v1/image?repository=demo/files&reference=base").await.json();
    let digest = image["layers"][0]["digest"].as_str().unwrap().to_owned();
    let folders = Folders::new();
    let mut program = program(&folders, &registry.url(), "127.0.0.1:0");
    program.env("DELETE_IMAGES", "true").env("STOWAGE_METRICS", "true");
    let (_child, address) = ready(program).await;
    let folder = tempdir().unwrap();
    let mut n_asked = 0;
    for (page, text) in pages() {
        for line in lines(&text, "sh") {
            if line.starts_with("make ") {
                let target = StdCommand::new("sh")
                    .args(["-c", &format!("{} --dry-run", line.split(" REGISTRY_URL").next().unwrap())])
                    .current_dir(root())
                    .output()
                    .unwrap();
                assert!(target.status.success(), "{page}: {line}: {target:?}");
                continue;
            }
            if commands::try_out(&page, &line, &registry.url()).await {
                continue;
            }
            assert!(line.starts_with("curl ") && line.contains(BASE), "{page}: nothing runs this: {line}");
            let mut command = line
                .replace(BASE, &format!("http://{address}"))
                .replace("REGISTRY/", &format!("{}/", registry.host()))
                .replace("REPOSITORY&digest=DIGEST", &format!("demo/files&digest={digest}"));
            let is_endless = line.contains("/events");
            if is_endless {
                command.push_str(" --max-time 1");
            }
            let asked = Command::new("sh")
                .args(["-c", &format!("{command} --silent --show-error --write-out ' %{{http_code}}'")])
                .current_dir(folder.path())
                .output()
                .await
                .unwrap();
            let output = String::from_utf8_lossy(&asked.stdout).into_owned();
            let expected = match &line {
                _ if line.contains("no/such") => "404",
                _ if line.contains("/plans") => "201",
                // Nobody has looked into the image before.
                _ if line.contains("--json") || line.contains("/image/files") => "202",
                _ => "200",
            };
            // Events do not end; this is what curl says of that.
            let has_ended = asked.status.success() || (is_endless && asked.status.code() == Some(28));
            assert!(has_ended && output.ends_with(expected), "{page}: {line}: {asked:?}");
            n_asked += 1;
        }
    }
    assert!(n_asked > 8, "the commands were found");
}

#[tokio::test]
async fn the_problem_document_shown_is_the_one_sent() {
    let registry = registry_with(&[samples::CLI]).await;
    let sent = Server::of(&registry.url()).get("/api/v1/tags?repository=no/such").await;
    let text = fs::read_to_string(root().join("docs/rest.md")).unwrap();
    let shown: serde_json::Value = serde_json::from_str(&lines(&text, "json").concat()).unwrap();
    let sent = sent.problem().value;
    for key in ["type", "title", "status", "instance"] {
        assert_eq!(shown[key], sent[key], "{key}");
    }
}

/// How the names of variables begin that the server reads.
const FAMILIES: [&str; 18] = [
    "CATALOG_",
    "DEFAULT_",
    "DELETE_",
    "DOCKER_",
    "ENABLE_",
    "HISTORY_",
    "NGINX_",
    "OTEL_",
    "OTEL_",
    "PULL_",
    "READ_",
    "REGISTRY_",
    "SHOW_",
    "SINGLE_",
    "STOWAGE_",
    "TAGLIST_",
    "THEME",
    "USE_",
];

/// Whether it is the name of a variable of ours, and not only how several begin.
fn is_variable(text: &str) -> bool {
    FAMILIES.iter().any(|it| text.starts_with(it))
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && !text.ends_with('_')
}

/// All source files below a folder, without those that hold only tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| !path.ends_with("tests.rs"))
        .collect()
}

/// The variables in the first cells of the rows of tables.
fn listed(text: &str) -> BTreeSet<String> {
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.flat_map(|row| row.split('`')).filter(|it| is_variable(it)).map(str::to_owned).collect()
}

/// All variables that the server knows.
pub(crate) fn variables_known() -> BTreeSet<String> {
    listed(&reference())
}

/// How the page of settings is written anew.
const WRITE_ANEW: &str =
    "STOWAGE_UPDATE_DOCS=1 cargo test -p server --test it the_reference_is_made_of_the_settings";
/// What stands before and behind the part of the page that is made.
const MADE: [&str; 2] = [
    "<!-- What follows is made from server/src/config/settings: see server/tests/it/documentation.rs. -->\n",
    "<!-- The end of what is made. -->\n",
];

#[test]
fn the_reference_is_made_of_the_settings() {
    let path = root().join("docs/configuration.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(MADE[0]).unwrap();
    let (_, after) = rest.split_once(MADE[1]).unwrap();
    let anew = format!("{before}{}\n{}\n{}{after}", MADE[0], reference().trim_end(), MADE[1]);
    if std::env::var_os("STOWAGE_UPDATE_DOCS").is_some() {
        fs::write(&path, anew).unwrap();
    } else {
        assert!(
            page == anew,
            "docs/configuration.md is not what the settings say; this writes it anew: {WRITE_ANEW}"
        );
    }
}

#[test]
fn every_variable_that_the_server_reads_is_a_setting() {
    let settings = variables_known();
    let read: BTreeSet<_> = sources(&root().join("server/src/config"))
        .into_iter()
        .filter(|path| !path.ends_with("settings.rs") && !path.parent().unwrap().ends_with("settings"))
        .map(|path| fs::read_to_string(path).unwrap())
        .flat_map(|source| {
            let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            code.split('"').filter(|it| is_variable(it)).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let missing: Vec<_> = read.difference(&settings).collect();
    assert!(
        missing.is_empty(),
        "{missing:?} is read and is no setting: add a `Setting` to a list in server/src/config/settings/ (or a line to \
         `VARIABLES_ONLY` in settings.rs, where the file says it otherwise), then {WRITE_ANEW}"
    );
    let unread: Vec<_> = settings.difference(&read).collect();
    assert!(unread.is_empty(), "{unread:?} is a setting, and no code in server/src/config reads it");
}

#[test]
fn the_other_pages_list_variables_that_there_are() {
    let settings = variables_known();
    for page in ["README.md", "docs/access.md", "docs/migrating.md"] {
        let listed = listed(&fs::read_to_string(root().join(page)).unwrap());
        assert!(!listed.is_empty(), "{page}");
        assert_eq!(listed.difference(&settings).next(), None, "{page}");
    }
}
