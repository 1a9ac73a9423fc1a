//! The configuration file, and `stowage config`, with the real program.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use testbed::samples;
use tokio::process::Command;

use crate::documentation::root;
use crate::support::{Folders, bare_program, ready, registry_with};

fn stowage(folders: &Folders, arguments: &[&str]) -> Command {
    let mut command = bare_program(folders);
    command.args(arguments);
    command
}

/// Whether it ended well, what it printed, and what it complained of.
async fn run(mut command: Command) -> (bool, String, String) {
    let output = command.output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

/// What is printed of a configuration that can be used.
async fn printed(folders: &Folders, file: &str, variables: &[(&str, &str)]) -> String {
    let mut command = stowage(folders, &["config", "print", file]);
    command.envs(variables.iter().copied());
    let (is_well, out, errors) = run(command).await;
    assert!(is_well, "{errors}");
    out
}

const ONE: &str = "[[registries]]\nurl = \"http://127.0.0.1:9\"\n";

#[tokio::test]
async fn checking_makes_nothing_and_starting_does() {
    let folders = Folders::new();
    let file = folders.write("stowage.toml", ONE.as_bytes());
    let folder = Path::new(&file).parent().unwrap();
    let (is_well, out, errors) = run(stowage(&folders, &["config", "check", &file])).await;
    assert_eq!((is_well, out.as_str(), errors.as_str()), (true, "ok\n", ""));
    assert!(!folder.join("data").exists());

    let mut serve = stowage(&folders, &["serve", "--config", &file]);
    serve.env("STOWAGE_LISTEN", "127.0.0.1:0");
    let (_child, _) = ready(serve).await;
    assert!(folder.join("data/secret.key").exists() && folder.join("data/stowage.db").exists());
    let (is_well, out, _) = run(stowage(&folders, &["config", "check", &file])).await;
    assert!(is_well && out == "ok\n");
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once_with_its_place() {
    let folders = Folders::new();
    let text = "\
        server.listen = \"here\"\n\
        server.lisen = \"there\"\n\
        deletion.enabled = \"yes\"\n\
        access.session = { idle = \"8d\" }\n\
        hooks.token = \"hunter2\"\n\
        [[registries]]\n\
        url = \"ftp://a\"\n\
        username = \"me\"\n\
        [[registries]]\n\
        id = \"search\"\n\
        url = \"http://b\"\n\
        concurrency = 0\n\
        [[registries]]\n\
        ca_file = \"/nowhere/ca.pem\"\n";
    let file = folders.write("stowage.toml", text.as_bytes());
    let mut check = stowage(&folders, &["config", "check", "--config", &file]);
    check.env("STOWAGE_SCAN_INTERVAL", "often");
    let (is_well, out, errors) = run(check).await;
    assert!(!is_well && out.is_empty());
    let expected = [
        (
            "server.listen=\"here\"",
            1,
            "is not an address and a port; for example server.listen = \"0.0.0.0:8080\"",
        ),
        ("server.lisen", 2, "is no setting; is server.listen meant?"),
        ("deletion.enabled", 3, "is a text, but must be true or false"),
        ("access.session.idle", 4, "is longer than access.session.longest"),
        ("hooks.token", 5, "has fewer than 16 characters"),
        ("registries[0].url=\"ftp://a\"", 7, "begins with neither http:// nor https://; for example url = "),
        ("registries[0].username=\"me\"", 8, "has no password beside it; set password or password_file"),
        (
            "registries[1].concurrency=\"0\"",
            12,
            "is not a number from 1 to 1000; for example concurrency = 8",
        ),
        ("registries[2].url", 13, "is not set, and Stowage must know where the registry is"),
        ("registries[2].ca_file=\"/nowhere/ca.pem\"", 14, "names a file that cannot be read"),
    ];
    for (name, line, why) in expected {
        let start = format!("  {name} ({file}, line {line}) {why}");
        assert!(errors.lines().any(|it| it.starts_with(&start)), "{start} in {errors}");
    }
    assert!(
        errors.contains("  STOWAGE_SCAN_INTERVAL=\"often\" is no length of time; for example STOWAGE_SCAN")
    );
    assert_eq!(errors.lines().count(), expected.len() + 2, "{errors}");
    assert!(!errors.contains("hunter2"), "{errors}");

    let text =
        "registries = [{ url = \"a\" }, { id = \"search\", url = \"b\" }, { id = \"a\", url = \"c\" }]";
    let file = folders.write("stowage.toml", text.as_bytes());
    let (_, _, errors) = run(stowage(&folders, &["config", "check", &file])).await;
    for start in ["registries[1].id=\"search\"", "registries[2].id=\"a\""] {
        assert!(errors.contains(&format!("  {start} ({file}, line 1) ")), "{errors}");
    }
}

#[tokio::test]
async fn a_file_that_is_none_keeps_it_from_starting_with_one_line() {
    let folders = Folders::new();
    let write = |name: &str, bytes: &[u8]| folders.write(name, bytes);
    let folder = Path::new(&write("a.toml", b"")).parent().unwrap().to_str().unwrap().to_owned();
    let files = [
        (format!("{folder}/missing.toml"), "cannot be read"),
        (folder, "is a folder"),
        (write("latin1.toml", b"a = \"\xe9\""), "is not UTF-8 in line 1"),
        (write("large.toml", "#".repeat(2 << 20).as_bytes()), "is larger than a mebibyte"),
        (write("syntax.toml", b"[server]\nlisten = here\n"), "is not TOML in line 2: "),
        (
            write("twice.toml", b"[log]\nfilter = \"a\"\nfilter = \"b\"\n"),
            "is not TOML in line 3: duplicate key",
        ),
    ];
    for (file, why) in &files {
        for arguments in
            [vec!["config", "check", file], vec!["config", "print", file], vec!["--config", file]]
        {
            let (is_well, out, errors) = run(stowage(&folders, &arguments)).await;
            assert!(!is_well && out.is_empty(), "{arguments:?}");
            assert_eq!(errors.lines().count(), 2, "{arguments:?}: {errors}");
            assert!(errors.contains(&format!("  {file} {why}")), "{arguments:?}: {errors}");
        }
        let mut named = stowage(&folders, &[]);
        named.env("STOWAGE_CONFIG", file);
        let (is_well, _, errors) = run(named).await;
        assert!(!is_well && errors.contains(why), "{errors}");
    }
}

#[tokio::test]
async fn a_variable_counts_more_than_the_file() {
    let folders = Folders::new();
    let secret = folders.write("token", b"0123456789abcdef-hunter2");
    let text = format!(
        "server.listen = \"127.0.0.1:1\"\nhooks.token = \"another-hunter2-token\"\npages.title = \"Ours\"\n{ONE}\
         username = \"me\"\npassword_file = \"/nowhere\"\n[[registries]]\nurl = \"http://127.0.0.2:9\"\n"
    );
    let file = folders.write("stowage.toml", text.as_bytes());
    let variables = [
        ("STOWAGE_CONFIG", "/nowhere/stowage.toml"),
        ("STOWAGE_LISTEN", "127.0.0.1:2"),
        ("STOWAGE_HOOKS_TOKEN_FILE", &secret),
        ("REGISTRY_TITLE", ""),
        ("REGISTRY_PASSWORD", "hunter2"),
    ];
    let out = printed(&folders, &file, &variables).await;
    for line in [
        "listen = \"127.0.0.1:2\" # STOWAGE_LISTEN".to_owned(),
        format!("token_file = \"{secret}\" # STOWAGE_HOOKS_TOKEN_FILE"),
        "# token is not set: none may".to_owned(),
        "title = \"Ours\" # line 3".to_owned(),
        "username = \"me\" # line 6".to_owned(),
        "# password = \"***\" # REGISTRY_PASSWORD".to_owned(),
        "url = \"http://127.0.0.2:9\" # line 9".to_owned(),
    ] {
        assert!(out.lines().any(|it| it == line), "{line} in {out}");
    }
    assert!(!out.contains("hunter2"), "{out}");

    // A variable that names a registry names all of them.
    let variables = [("REGISTRY_URL", "http://127.0.0.3:9")];
    let out = printed(&folders, &file, &variables).await;
    assert!(out.contains("127.0.0.3") && !out.contains("127.0.0.2"), "{out}");
    let mut check = stowage(&folders, &["config", "check", &file]);
    check.envs(variables);
    let (_, out, _) = run(check).await;
    let remark =
        format!("[[registries]] in {file} is not used: REGISTRY_URL says which registries there are\n");
    assert!(out.contains(&remark), "{out}");
}

#[tokio::test]
async fn what_is_printed_is_a_file_that_says_the_same() {
    let folders = Folders::new();
    let variables = [
        ("REGISTRY_URL", "registry.example.com"),
        ("DEFAULT_REGISTRIES", "http://b:5000,http://c:5000/prefix"),
        ("REGISTRY_TRUSTED_HOSTS", "minio:9000,auth"),
        ("REGISTRY_SKIP_TLS_VERIFY", "1"),
        ("NGINX_LISTEN_PORT", "8081"),
        ("DELETE_IMAGES", "yes"),
        ("STOWAGE_PROTECTED_TAGS", "latest,v*"),
        ("STOWAGE_AUTH", "registry,proxy"),
        ("STOWAGE_PROXY_USER_HEADER", "Remote-User"),
        ("STOWAGE_PROXY_FROM", "127.0.0.1,10.0.0.0/8"),
        ("STOWAGE_GRANTS", "viewer everyone **;\n administrator local:alice **"),
        ("REGISTRY_TITLE", "Our \"images\" \\ é"),
        ("TAGLIST_PAGE_SIZE", "20"),
        ("CATALOG_DEFAULT_EXPANDED", "true"),
        ("THEME_BACKGROUND", "#fff"),
    ];
    let file = folders.write("empty.toml", b"");
    let first = printed(&folders, &file, &variables).await;
    let file = folders.write("printed.toml", first.as_bytes());
    let second = printed(&folders, &file, &[]).await;
    let values = |text: &str| text.parse::<toml::Table>().unwrap();
    assert_eq!(values(&first), values(&second));
    assert!(values(&first)["registries"].as_array().is_some_and(|it| it.len() == 3), "{first}");
    fs::write(&file, &second).unwrap();
    assert_eq!(printed(&folders, &file, &[]).await, second);
}

#[tokio::test]
async fn a_secret_that_everybody_can_read_is_remarked_on() {
    let folders = Folders::new();
    let text =
        format!("{ONE}username = \"me\"\npassword = \"hunter2\"\nheaders = {{ X-Key = \"hunter2\" }}\n");
    let file = folders.write("stowage.toml", text.as_bytes());
    for (mode, n_lines) in [(0o644, 2), (0o640, 1), (0o600, 1)] {
        fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        let (is_well, out, _) = run(stowage(&folders, &["config", "check", &file])).await;
        assert!(is_well);
        assert_eq!(out.lines().count(), n_lines, "{mode:o}: {out}");
        assert!(!out.contains("hunter2"), "{out}");
        let keys = "(registries[0].headers.X-Key, registries[0].password)";
        assert_eq!(out.contains(keys), mode == 0o644, "{out}");
    }
}

#[tokio::test]
async fn a_file_is_all_that_a_server_needs() {
    let (a, b) = (registry_with(&[samples::WEBAPP]).await, registry_with(&[samples::CLI]).await);
    let folders = Folders::new();
    let own: Vec<String> = folders.variables().into_iter().map(|(_, path)| path).collect();
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nsite = {:?}\ndata = {:?}\n\
         [[registries]]\nid = \"a\"\nurl = {:?}\npull_host = \"a.example\"\n[[registries]]\nid = \"b\"\nurl = {:?}\n",
        own[0],
        own[1],
        a.url(),
        b.url()
    );
    let file = folders.write("stowage.toml", text.as_bytes());
    let mut serve = stowage(&folders, &[]);
    serve.env_clear().env("STOWAGE_CONFIG", &file);
    let (_child, address) = ready(serve).await;
    let ask = async |path: &str| {
        let address = format!("http://{address}/api/v1{path}");
        let asked = Command::new("curl").args(["--silent", "--fail", &address]).output().await.unwrap();
        assert!(asked.status.success(), "{path}: {asked:?}");
        serde_json::from_slice::<serde_json::Value>(&asked.stdout).unwrap()
    };
    let registries = ask("/registries").await;
    assert_eq!(registries["items"][0]["id"], "a");
    assert_eq!(registries["items"][0]["pull_host"], "a.example");
    assert_eq!(registries["items"][1]["id"], "b");
    for (registry, repository) in [("a", samples::WEBAPP), ("b", samples::CLI)] {
        let tags = ask(&format!("/tags?registry={registry}&repository={repository}")).await;
        assert!(tags["total"].as_u64().is_some_and(|it| it > 0), "{tags}");
    }
}

#[tokio::test]
async fn the_example_of_the_page_can_be_used() {
    let page = fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let example = page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let folders = Folders::new();
    let users = "alice:$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n";
    let ca = testbed::Authority::new().unwrap().ca_pem();
    let mut text = example.to_owned();
    for (path, content) in [
        ("/etc/stowage/users.htpasswd", users.as_bytes()),
        ("/etc/stowage/registry-ca.pem", ca.as_bytes()),
        ("/run/secrets/registry-password", b"hunter2"),
    ] {
        assert!(text.contains(path), "{path}");
        text = text.replace(path, &folders.write(path.rsplit('/').next().unwrap(), content));
    }
    let file = folders.write("stowage.toml", text.as_bytes());
    let (_, out, errors) = run(stowage(&folders, &["config", "check", &file])).await;
    assert_eq!((out.as_str(), errors.as_str()), ("ok\n", ""));
}
