//! What the server is told when it starts.

use registry::client::Credentials;
use server::Config;
use server::config::Variables;

use crate::support::Folders;

fn read(folders: &Folders, given: &[(&'static str, &str)]) -> Result<Config, String> {
    let given = given.iter().map(|&(name, value)| (name, value.to_owned()));
    let variables: Variables = folders.variables().into_iter().chain(given).collect();
    Config::read(&variables).map_err(|errors| errors.to_string())
}

#[test]
fn one_variable_is_enough() {
    let config = read(&Folders::new(), &[("REGISTRY_URL", "registry.example:5000")]).unwrap();
    let registry = &config.registries[0];
    assert_eq!(config.listen, ["127.0.0.1:8080".parse().unwrap()]);
    assert_eq!(registry.client.url.as_str(), "https://registry.example:5000/");
    assert_eq!(
        (registry.id.as_str(), registry.pull_host.as_str()),
        ("registry.example:5000", "registry.example:5000")
    );
    assert_eq!(registry.client.credentials, Credentials::Anonymous);
}

#[test]
fn without_a_registry_the_error_says_how_to_name_one() {
    let error = read(&Folders::new(), &[]).unwrap_err();
    assert!(error.contains("REGISTRY_URL is not set") && error.contains("http://localhost:5000"), "{error}");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let error = read(
        &Folders::new(),
        &[
            ("STOWAGE_LISTEN", "here"),
            ("STOWAGE_LOG", "info,,=="),
            ("REGISTRY_URL", "gopher://a"),
            ("REGISTRY_USERNAME", "me"),
            ("REGISTRY_CA_FILE", "/nowhere/ca.pem"),
            ("REGISTRY_SKIP_TLS_VERIFY", "perhaps"),
            ("REGISTRY_CONCURRENCY", "0"),
            ("REGISTRY_TRUSTED_HOSTS", "http://minio"),
            ("PULL_URL", "a b"),
            ("STOWAGE_SCAN_INTERVAL", "often"),
            ("STOWAGE_HOOKS_TOKEN", "short"),
        ],
    )
    .unwrap_err();
    for name in [
        "STOWAGE_LISTEN=\"here\"",
        "STOWAGE_LOG=",
        "REGISTRY_URL=\"gopher://a\"",
        "REGISTRY_USERNAME=\"me\"",
        "REGISTRY_CA_FILE=\"/nowhere/ca.pem\"",
        "REGISTRY_SKIP_TLS_VERIFY=\"perhaps\"",
        "REGISTRY_CONCURRENCY=\"0\"",
        "REGISTRY_TRUSTED_HOSTS=",
        "PULL_URL=\"a b\"",
        "STOWAGE_SCAN_INTERVAL=\"often\"",
        "STOWAGE_HOOKS_TOKEN has",
    ] {
        let line =
            error.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{name} in {error}"));
        assert!(line.contains("for example"), "{line}");
    }
}

#[test]
fn secrets_are_in_no_error_and_in_no_debug_output() {
    let folders = Folders::new();
    let file = folders.write("password", b"hunter2\n");
    let url = ("REGISTRY_URL", "http://localhost:5000");
    for given in [
        vec![("REGISTRY_URL", "https://me:hunter2@registry.example")],
        vec![url, ("REGISTRY_PASSWORD", "hunter2")],
        vec![
            url,
            ("REGISTRY_USERNAME", "me"),
            ("REGISTRY_PASSWORD", "hunter2"),
            ("REGISTRY_PASSWORD_FILE", &file),
        ],
    ] {
        let error = read(&folders, &given).unwrap_err();
        assert!(!error.contains("hunter2"), "{error}");
    }
    let config =
        read(&folders, &[url, ("REGISTRY_USERNAME", "me"), ("REGISTRY_PASSWORD", "hunter2")]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn a_password_can_come_from_a_file() {
    let folders = Folders::new();
    let file = folders.write("password", b" hunter2 \r\n");
    let given = [
        ("REGISTRY_URL", "http://localhost:5000"),
        ("REGISTRY_USERNAME", "me"),
        ("REGISTRY_PASSWORD_FILE", &file),
    ];
    let config = read(&folders, &given).unwrap();
    let Credentials::Basic { username, password } = &config.registries[0].client.credentials else {
        panic!()
    };
    assert_eq!((username.as_str(), password.expose()), ("me", " hunter2 "));
}

#[test]
fn the_token_of_the_hooks_can_come_from_a_file_and_is_not_shown() {
    let folders = Folders::new();
    let file = folders.write("token", b"0123456789abcdef-hunter2\n");
    let given = [("REGISTRY_URL", "http://localhost:5000"), ("STOWAGE_HOOKS_TOKEN_FILE", file.as_str())];
    let config = read(&folders, &given).unwrap();
    assert_eq!(config.hooks_token.as_ref().unwrap().expose(), "0123456789abcdef-hunter2");
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn everything_is_scanned_every_six_hours_unless_somebody_says_otherwise() {
    let url = ("REGISTRY_URL", "http://localhost:5000");
    let hours = |config: Config| config.scan_interval.map(|it| it.as_secs_f64() / 3600.0);
    assert_eq!(hours(read(&Folders::new(), &[url]).unwrap()), Some(6.0));
    assert_eq!(hours(read(&Folders::new(), &[url, ("STOWAGE_SCAN_INTERVAL", "off")]).unwrap()), None);
}

#[test]
fn the_pull_host_names_the_registry_unless_an_id_does() {
    let folders = Folders::new();
    let url = ("REGISTRY_URL", "http://registry:5000");
    let pull = ("PULL_URL", "https://registry.example.com/");
    let config = read(&folders, &[url, pull]).unwrap();
    assert_eq!(config.registries[0].id, "registry.example.com");
    assert_eq!(config.registries[0].pull_host, "registry.example.com");
    let config = read(&folders, &[url, pull, ("REGISTRY_ID", "main")]).unwrap();
    assert_eq!(config.registries[0].id, "main");
}

#[test]
fn a_registry_cannot_be_called_like_a_page() {
    for id in ["search", "api", "v2", "Settings"] {
        let given = [("REGISTRY_URL", "http://localhost:5000"), ("REGISTRY_ID", id)];
        let error = read(&Folders::new(), &given).unwrap_err();
        assert!(error.contains("REGISTRY_ID=") && error.contains("is the name of a page"), "{error}");
    }
    // The id that comes from the host is refused as well, and the error names the variable that helps.
    let error = read(&Folders::new(), &[("REGISTRY_URL", "http://search")]).unwrap_err();
    assert!(error.contains("REGISTRY_ID=\"search\""), "{error}");
}

#[test]
fn certificates_are_read_and_looked_at() {
    let folders = Folders::new();
    let authority = testbed::Authority::new().unwrap();
    let ca = folders.write("ca.pem", authority.ca_pem().as_bytes());
    let identity = folders.write("client.pem", authority.client_identity_pem().unwrap().as_bytes());
    let url = ("REGISTRY_URL", "https://registry.example");
    let config =
        read(&folders, &[url, ("REGISTRY_CA_FILE", &ca), ("REGISTRY_CLIENT_CERT_FILE", &identity)]).unwrap();
    assert!(config.registries[0].client.tls.ca_pem.is_some());
    let error = read(&folders, &[url, ("REGISTRY_CLIENT_CERT_FILE", &ca)]).unwrap_err();
    assert!(error.contains("PRIVATE KEY"), "{error}");
}
