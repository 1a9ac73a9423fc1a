use std::fs;

use super::*;

const SECRET: &str = "hunter2-hunter2-hunter2-hunter2-hunter2";

/// What the settings need that mean something by being set.
const NEEDED: [(&str, &str); 8] = [
    ("REGISTRY_URL", "http://127.0.0.1:9"),
    ("REGISTRY_USERNAME", "me"),
    ("REGISTRY_PASSWORD", SECRET),
    ("NGINX_PROXY_HEADER_X_Key", SECRET),
    ("STOWAGE_OIDC_ISSUER", "https://login.example.com"),
    ("STOWAGE_OIDC_CLIENT_ID", "stowage"),
    ("STOWAGE_OIDC_CLIENT_SECRET", SECRET),
    ("STOWAGE_PUBLIC_URL", "https://stowage.example.com"),
];

/// A folder of the data and one of the pages, with the variables that lead to them.
fn folders() -> (tempfile::TempDir, Vec<(&'static str, String)>) {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site");
    fs::create_dir_all(site.join("pkg")).unwrap();
    fs::write(site.join("pkg/stowage.js"), "").unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let variables = vec![("STOWAGE_SITE", path("site")), ("STOWAGE_DATA", path("data"))];
    (folder, variables)
}

fn needed() -> impl Iterator<Item = (&'static str, String)> {
    NEEDED.into_iter().map(|(name, value)| (name, value.to_owned()))
}

fn printed(variables: &Variables) -> String {
    Config::look(variables).unwrap().print(variables).unwrap()
}

#[test]
fn no_secret_is_ever_printed() {
    let (_folder, own) = folders();
    let others = [
        ("STOWAGE_SECRET_KEY", SECRET.to_owned()),
        ("STOWAGE_DATABASE_URL", format!("postgres://me:{SECRET}@db.example/stowage")),
        ("STOWAGE_HOOKS_TOKEN", SECRET.to_owned()),
        ("STOWAGE_METRICS", "true".to_owned()),
        ("STOWAGE_METRICS_TOKEN", SECRET.to_owned()),
    ];
    let variables: Variables = own.into_iter().chain(needed()).chain(others).collect();
    for setting in settings::all().filter(|it| it.is_secret()) {
        let start = setting.variable.trim_end_matches('*');
        assert!(variables.beginning_with(start).next().is_some(), "set {} in this test", setting.variable);
    }
    let text = printed(&variables);
    assert!(!text.contains("hunter2"), "{text}");
    for line in [
        "# secret_key = \"***\" # STOWAGE_SECRET_KEY\n",
        "# url = \"***\" # STOWAGE_DATABASE_URL\n",
        "# token = \"***\" # STOWAGE_HOOKS_TOKEN\n",
        "# token = \"***\" # STOWAGE_METRICS_TOKEN\n",
        "# client_secret = \"***\" # STOWAGE_OIDC_CLIENT_SECRET\n",
        "# password = \"***\" # REGISTRY_PASSWORD\n",
        "# headers.X_Key = \"***\" # NGINX_PROXY_HEADER_X_Key\n",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(!format!("{variables:?}").contains("hunter2"));
}

#[test]
fn a_default_is_what_counts_where_nothing_is_set() {
    let (_folder, own) = folders();
    let read = |given: Option<(&'static str, &str)>| {
        let given = given.map(|(name, text)| (name, text.to_owned()));
        let variables = own.clone().into_iter().chain(needed()).chain(given).collect();
        format!("{:?}", Config::look(&variables).unwrap())
    };
    let usual = read(None);
    for setting in settings::all() {
        if let Fallback::Is(text) = setting.default {
            assert_eq!(read(Some((setting.variable, text))), usual, "{}", setting.key);
        }
    }
}

#[test]
fn what_two_variables_say_together_is_one_key() {
    let (_folder, own) = folders();
    let given = [
        ("NGINX_LISTEN_PORT", "8081"),
        ("REGISTRY_TITLE", "Ours"),
        ("DOCKER_REGISTRY_UI_TITLE", "Images"),
        ("NGINX_PROXY_PASS_URL", "http://registry:5000"),
        ("REGISTRY_URL", "https://registry.example.com"),
        ("DEFAULT_REGISTRIES", "https://b.example.com"),
        ("REGISTRY_PASSWORD", ""),
        ("REGISTRY_USERNAME", ""),
        ("SHOW_CONTENT_DIGEST", "no"),
        ("STOWAGE_PROTECTED_TAGS", "latest, v*"),
    ];
    let given = given.map(|(name, value)| (name, value.to_owned()));
    let text = printed(&own.into_iter().chain(needed()).chain(given).collect());
    for line in [
        "listen = \"0.0.0.0:8081\" # NGINX_LISTEN_PORT",
        "title = \"Ours · Images\" # DOCKER_REGISTRY_UI_TITLE",
        "url = \"http://registry:5000/\" # NGINX_PROXY_PASS_URL",
        "pull_host = \"registry.example.com\" # REGISTRY_URL",
        "url = \"https://b.example.com/\" # DEFAULT_REGISTRIES",
        "digests = false # SHOW_CONTENT_DIGEST",
        "protected_tags = [\"latest\", \"v*\"] # STOWAGE_PROTECTED_TAGS",
        "# rows = 100 # default",
        "# longest_namespace is not set: as many as there are",
    ] {
        assert!(text.lines().any(|it| it == line), "{line} in {text}");
    }
    assert_eq!(text.matches("[[registries]]").count(), 2);
}
