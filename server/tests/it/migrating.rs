//! `docs/migrating.md`: what docker-registry-ui was told is understood.

mod pages;

use std::fs;

use registry::client::Credentials;
use server::Config;
use server::config::Variables;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use crate::documentation::root;
use crate::support::{Folders, program, ready};

/// All variables of docker-registry-ui.
const VARIABLES: [&str; 37] = [
    "REGISTRY_URL",
    "NGINX_PROXY_PASS_URL",
    "REGISTRY_TITLE",
    "DOCKER_REGISTRY_UI_TITLE",
    "PULL_URL",
    "DELETE_IMAGES",
    "SINGLE_REGISTRY",
    "DEFAULT_REGISTRIES",
    "READ_ONLY_REGISTRIES",
    "SHOW_CONTENT_DIGEST",
    "CATALOG_ELEMENTS_LIMIT",
    "SHOW_CATALOG_NB_TAGS",
    "HISTORY_CUSTOM_LABELS",
    "THEME",
    "THEME_PRIMARY_TEXT",
    "THEME_NEUTRAL_TEXT",
    "THEME_BACKGROUND",
    "THEME_HOVER_BACKGROUND",
    "THEME_ACCENT_TEXT",
    "THEME_HEADER_TEXT",
    "THEME_HEADER_ACCENT_TEXT",
    "THEME_HEADER_BACKGROUND",
    "THEME_FOOTER_TEXT",
    "THEME_FOOTER_NEUTRAL_TEXT",
    "THEME_FOOTER_BACKGROUND",
    "TAGLIST_ORDER",
    "TAGLIST_PAGE_SIZE",
    "CATALOG_MIN_BRANCHES",
    "CATALOG_MAX_BRANCHES",
    "CATALOG_DEFAULT_EXPANDED",
    "REGISTRY_SECURED",
    "SHOW_TAG_HISTORY",
    "NGINX_LISTEN_PORT",
    "NGINX_PROXY_HEADER_*",
    "NGINX_PROXY_PASS_HEADER_*",
    "NGINX_RESOLVER",
    "USE_CONTROL_CACHE_HEADER",
];
/// One more, which only its newest version has.
const NEWEST: &str = "ENABLE_VERSION_NOTIFICATION";

/// A line of the table.
struct Line {
    /// As the table has it.
    listed: String,
    /// With something in the place of the star.
    name: String,
    example: String,
    happens: String,
}

fn page() -> String {
    fs::read_to_string(root().join("docs/migrating.md")).unwrap()
}

fn table() -> Vec<Line> {
    let page = page();
    let lines = page.lines().filter(|line| line.starts_with("| `"));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [name, example, happens] = cells[..] else { panic!("{line}") };
            let bare = |cell: &str| cell.trim_matches('`').to_owned();
            let listed = bare(name);
            let name = listed.replace('*', "X_Team");
            Line { listed, name, example: bare(example), happens: happens.to_owned() }
        })
        .collect()
}

fn config(pairs: &[(&str, &str)]) -> Config {
    let folders = Folders::new();
    let own = folders.variables().into_iter().map(|(name, value)| (name.to_owned(), value));
    let given = pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
    let url = ("REGISTRY_URL".to_owned(), "http://127.0.0.1:9".to_owned());
    Config::read(&own.chain([url]).chain(given).collect::<Variables>()).unwrap_or_else(|it| panic!("{it}"))
}

/// Whether a variable has done what the table says.
fn is_so(name: &str, example: &str, config: &Config) -> bool {
    let (first, pages) = (&config.registries[0], &config.pages.defaults);
    let is_token = |token: &str| config.pages.style_sheet.contains(&format!("--{token}: {example};"));
    match name {
        "REGISTRY_URL" => first.client.url.as_str() == format!("{example}/"),
        "NGINX_PROXY_PASS_URL" => {
            first.client.url.as_str() == format!("{example}/") && first.pull_host == "127.0.0.1:9"
        }
        "PULL_URL" => first.pull_host == example && first.id == example,
        "REGISTRY_TITLE" | "DOCKER_REGISTRY_UI_TITLE" => pages.title.as_deref() == Some(example),
        "DELETE_IMAGES" => config.deletion.enabled,
        "DEFAULT_REGISTRIES" => {
            let ids: Vec<&str> = config.registries.iter().map(|it| it.id.as_str()).collect();
            ids == ["127.0.0.1:9", "a.example.com", "b:5000"]
        }
        "SHOW_CONTENT_DIGEST" => !pages.tags.digest,
        "CATALOG_MIN_BRANCHES" => pages.catalog.branches.min.to_string() == example,
        "CATALOG_MAX_BRANCHES" => pages.catalog.branches.max.to_string() == example,
        "CATALOG_DEFAULT_EXPANDED" => pages.catalog.expanded == Some(true),
        "TAGLIST_ORDER" => pages.tags.ascending,
        "TAGLIST_PAGE_SIZE" => pages.tags.per_page.to_string() == example,
        "HISTORY_CUSTOM_LABELS" => pages.labels.join(",") == example,
        "THEME" => pages.theme.as_str() == example,
        "THEME_PRIMARY_TEXT" => is_token("text"),
        "THEME_NEUTRAL_TEXT" => is_token("muted") && is_token("faint"),
        "THEME_BACKGROUND" => is_token("bg") && is_token("raised"),
        "THEME_HOVER_BACKGROUND" => is_token("panel"),
        "THEME_ACCENT_TEXT" => is_token("accent"),
        "THEME_HEADER_TEXT" => is_token("top-text"),
        "THEME_HEADER_ACCENT_TEXT" => is_token("top-muted"),
        "THEME_HEADER_BACKGROUND" => is_token("top"),
        "NGINX_LISTEN_PORT" => config.listen == [format!("0.0.0.0:{example}").parse().unwrap()],
        "NGINX_PROXY_HEADER_X_Team" => first.client.headers["x-team"] == *example,
        _ => panic!("nobody knows what {name} does"),
    }
}

#[test]
fn every_variable_does_what_the_table_says() {
    let table = table();
    for name in VARIABLES.into_iter().chain([NEWEST]) {
        assert!(table.iter().any(|it| it.listed == name), "{name} is missing");
    }
    for Line { name, example, happens, .. } in table {
        let config = config(&[(&name, &example)]);
        let remarks: Vec<String> = config.remarks.iter().map(ToString::to_string).collect();
        match happens.strip_prefix("Not needed: ") {
            Some(why) => assert_eq!(remarks, [format!("{name} is not needed: {why}")]),
            None => {
                assert!(remarks.is_empty(), "{remarks:?}");
                assert!(is_so(&name, &example, &config), "{name}={example}: {config:?}");
            }
        }
    }
}

#[test]
fn what_is_wrong_is_one_line_each() {
    let folders = Folders::new();
    let wrong = [
        ("NGINX_PROXY_PASS_URL", "ftp://a"),
        ("DEFAULT_REGISTRIES", "http://"),
        ("SINGLE_REGISTRY", "perhaps"),
        ("SHOW_CONTENT_DIGEST", "perhaps"),
        ("CATALOG_MIN_BRANCHES", "few"),
        ("CATALOG_MAX_BRANCHES", "many"),
        ("CATALOG_DEFAULT_EXPANDED", "perhaps"),
        ("TAGLIST_ORDER", "newest"),
        ("TAGLIST_PAGE_SIZE", "0"),
        ("THEME", "pink"),
        ("THEME_BACKGROUND", "url(//evil.example)"),
        ("NGINX_LISTEN_PORT", "http"),
        ("NGINX_PROXY_HEADER_Content_Length", "1"),
    ];
    let own = folders.variables().into_iter();
    let given = wrong.iter().map(|&(name, value)| (name, value.to_owned()));
    let errors = Config::read(&own.chain(given).collect::<Variables>()).unwrap_err().to_string();
    assert_eq!(errors.lines().count(), wrong.len() + 1, "{errors}");
    for (name, _) in wrong {
        let lines = errors.lines().filter(|it| it.trim_start().starts_with(name));
        assert!(lines.count() >= 1 && errors.contains("for example"), "{name} in {errors}");
    }
}

#[test]
fn both_compose_files_are_understood() {
    let page = page();
    let pairs: Vec<(&str, &str)> =
        page.lines().filter_map(|line| line.strip_prefix("      - ")?.split_once('=')).collect();
    assert!(pairs.len() > 9, "{pairs:?}");
    let config = config(&pairs);
    assert!(config.deletion.enabled);
    assert_eq!(config.registries[0].pull_host, "registry.example.com");
}

#[test]
fn registries_cannot_share_an_address_or_a_password() {
    let folders = Folders::new();
    let read = |several: &str| {
        let given = [
            ("REGISTRY_URL", "http://registry:5000".to_owned()),
            ("DEFAULT_REGISTRIES", several.to_owned()),
            ("NGINX_PROXY_HEADER_Authorization", "Basic bWU6aHVudGVyMg==".to_owned()),
            ("NGINX_PROXY_HEADER_X_Key", "hunter2".to_owned()),
        ];
        let variables: Variables = folders.variables().into_iter().chain(given).collect();
        Config::read(&variables).map_err(|it| it.to_string())
    };
    let config = read("https://a.example").unwrap();
    assert!(matches!(config.registries[0].client.credentials, Credentials::Basic { .. }));
    let other = &config.registries[1].client;
    assert_eq!(other.credentials, Credentials::Anonymous);
    assert!(other.headers.is_empty());
    assert!(!format!("{config:?}").contains("hunter2"));
    for (several, why) in [
        ("https://registry:5000", "the address of another registry"),
        ("http://search", "is the name of a page"),
    ] {
        let error = read(several).unwrap_err();
        assert!(error.contains("DEFAULT_REGISTRIES=") && error.contains(why), "{error}");
    }
}

#[tokio::test]
async fn what_is_not_needed_is_one_line_of_the_log() {
    let folders = Folders::new();
    let mut command = program(&folders, "http://127.0.0.1:9", "127.0.0.1:0");
    let unneeded: Vec<Line> = table().into_iter().filter(|it| it.happens.starts_with("Not needed")).collect();
    command.envs(unneeded.iter().map(|it| (&it.name, &it.example)));
    command.envs([("TAGLIST_SIZE", "5"), ("NGINX_LISTEN_PORT", "8081")]);
    let (mut child, _) = ready(command).await;
    let pid = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).await.unwrap();
    let names = unneeded.iter().map(|it| it.name.as_str()).chain(["TAGLIST_SIZE", "NGINX_LISTEN_PORT"]);
    for name in names {
        let about = log.lines().filter(|line| line.contains(&format!("\"{name} is ")));
        assert_eq!(about.count(), 1, "{name} in {log}");
    }
}
