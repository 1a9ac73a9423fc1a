use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::*;

/// A folder with a `config.json`, and helpers beside it.
struct Folder(TempDir);

impl Folder {
    fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), config).unwrap();
        Self(folder)
    }

    /// A real program. A shell writes it, so that no test holds it open that starts another program at the same time.
    fn with_helper(self, name: &str, script: &str) -> Self {
        let path = self.0.path().join(format!("docker-credential-{name}"));
        let mut shell = Command::new("/bin/sh")
            .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
            .arg(&path)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        shell.stdin.take().unwrap().write_all(format!("#!/bin/sh\n{script}\n").as_bytes()).unwrap();
        assert!(shell.wait().unwrap().success());
        self
    }

    fn ask(&self, url: &str) -> Result<(String, String), String> {
        let path = self.0.path().join("config.json");
        match credentials(&path, &url.parse().unwrap(), self.0.path().as_os_str()) {
            Ok(Credentials::Basic { username, password }) => Ok((username, password.expose().to_owned())),
            Ok(Credentials::IdentityToken(token)) => Ok(("<token>".to_owned(), token.expose().to_owned())),
            Ok(Credentials::Anonymous) => panic!("it has credentials or says why not"),
            Err(error) => Err(error.to_string()),
        }
    }
}

fn someone() -> Result<(String, String), String> {
    Ok(("someone".to_owned(), "s3cret".to_owned()))
}

/// `someone:s3cret`
const AUTH: &str = "c29tZW9uZTpzM2NyZXQ=";
const ANSWER: &str =
    r#"read -r server; echo "{\"ServerURL\":\"$server\",\"Username\":\"someone\",\"Secret\":\"s3cret\"}""#;

#[test]
fn keys_are_read_in_every_spelling_there_has_been() {
    for (key, url) in [
        ("https://index.docker.io/v1/", "https://registry-1.docker.io/"),
        ("docker.io", "https://registry-1.docker.io/"),
        ("index.docker.io", "https://docker.io/"),
        ("registry.example", "https://registry.example/"),
        ("https://registry.example", "https://registry.example/"),
        ("https://registry.example/v2/", "https://registry.example/"),
        ("registry.example:443", "https://registry.example/"),
        ("http://registry.example:5000/v1/", "http://registry.example:5000/"),
        ("localhost:5000", "http://localhost:5000/"),
        ("registry.example/team", "https://registry.example/"),
        ("nexus.example/repository/docker", "https://nexus.example/repository/docker/"),
    ] {
        let folder = Folder::new(&format!(r#"{{"auths":{{"{key}":{{"auth":"{AUTH}"}}}}}}"#));
        assert_eq!(folder.ask(url), someone(), "{key}");
    }
    for (key, url) in [
        ("registry.example", "https://registry.example.evil/"),
        ("registry.example", "https://registry.example:5000/"),
        ("https://index.docker.io/v1/", "https://ghcr.io/"),
        ("", "https://registry.example/"),
    ] {
        let folder = Folder::new(&format!(r#"{{"auths":{{"{key}":{{"auth":"{AUTH}"}}}}}}"#));
        let error = folder.ask(url).unwrap_err();
        assert!(error.contains("without credentials for"), "{error}");
    }
}

#[test]
fn the_key_that_fits_best_counts() {
    let other = "b3RoZXI6b3RoZXI=";
    let config = format!(
        r#"{{"auths":{{"a.example/team":{{"auth":"{other}"}},"https://a.example/v2/":{{"auth":"{AUTH}"}},
        "b.example":{{"auth":"{other}"}}}}}}"#
    );
    assert_eq!(Folder::new(&config).ask("https://a.example"), someone());
}

#[test]
fn entries_are_read_as_they_are_written() {
    for entry in [
        format!(r#"{{"auth":"{AUTH}"}}"#),
        format!(r#"{{"auth":"{}"}}"#, AUTH.trim_end_matches('=')),
        r#"{"auth":"c29tZW9uZTpzM2NyZXQAAAA="}"#.to_owned(),
        r#"{"username":"someone","password":"s3cret","email":"x"}"#.to_owned(),
    ] {
        let folder = Folder::new(&format!(r#"{{"auths":{{"a.example":{entry}}},"HttpHeaders":{{}}}}"#));
        assert_eq!(folder.ask("https://a.example"), someone(), "{entry}");
    }
    for (entry, why) in [
        (r#"{"auth":"!!!"}"#, "cannot be decoded"),
        (r#"{"auth":"c29tZW9uZQ=="}"#, "cannot be decoded"),
        (r#"{"username":"someone"}"#, "half of a user name"),
        ("{}", "without credentials for a.example, but for: none at all"),
    ] {
        let folder = Folder::new(&format!(r#"{{"auths":{{"a.example":{entry}}}}}"#));
        let error = folder.ask("https://a.example").unwrap_err();
        assert!(error.contains(why) && !error.contains("s3cret"), "{error}");
    }
}

#[test]
fn identity_tokens_are_read_from_files_and_helpers() {
    let token = Ok(("<token>".to_owned(), "s3cret".to_owned()));
    for entry in [r#"{"identitytoken":"s3cret"}"#, r#"{"auth":"MDAwMDo=","identitytoken":"s3cret"}"#] {
        let folder = Folder::new(&format!(r#"{{"auths":{{"a.example":{entry}}}}}"#));
        assert_eq!(folder.ask("https://a.example"), token, "{entry}");
    }
    let answer = r#"echo '{"Username":"<token>","Secret":"s3cret"}'"#;
    let folder = Folder::new(r#"{"credsStore":"safe"}"#).with_helper("safe", answer);
    assert_eq!(folder.ask("https://a.example"), token);
}

#[test]
fn files_that_are_none_are_named_and_not_quoted() {
    for (config, why) in [
        (r#"{"auths":{"a.example":{"auth":5,"password":"hunter2"}}}"#, "no config.json of Docker"),
        (r#""hunter2""#, "no config.json of Docker"),
        ("", "no config.json of Docker"),
        (" ".repeat(2 << 20).as_str(), "too long"),
    ] {
        let error = Folder::new(config).ask("https://a.example").unwrap_err();
        assert!(error.starts_with(VARIABLE) && error.contains(why) && !error.contains("hunter2"), "{error}");
    }
    let error = credentials(Path::new("/no/such"), &"https://a.example".parse().unwrap(), OsStr::new(""));
    assert!(error.unwrap_err().to_string().contains("cannot be read"));
}

#[test]
fn helpers_are_asked_for_the_server_as_docker_calls_it() {
    let store = r#"{"credsStore":"safe","auths":{"https://index.docker.io/v1/":{}}}"#;
    let only_hub =
        format!(r#"read -r server; [ "$server" = {HUB} ] || exit 1; echo "$server" | {{ {ANSWER}; }}"#);
    let folder = Folder::new(store).with_helper("safe", &only_hub);
    assert_eq!(folder.ask("https://registry-1.docker.io"), someone());
    let error = folder.ask("https://ghcr.io").unwrap_err();
    assert!(error.contains("docker-credential-safe, which has no credentials for ghcr.io"), "{error}");
    let helpers = r#"{"credsStore":"none","credHelpers":{"a.example:5000":"own.helper"}}"#;
    let folder = Folder::new(helpers).with_helper("own.helper", ANSWER);
    assert_eq!(folder.ask("https://a.example:5000"), someone());
    assert!(folder.ask("https://b.example").unwrap_err().contains("is in no folder of PATH"));
}

#[test]
fn what_is_written_down_counts_before_the_store_for_all() {
    let config = format!(r#"{{"credsStore":"none","auths":{{"a.example":{{"auth":"{AUTH}"}}}}}}"#);
    assert_eq!(Folder::new(&config).ask("https://a.example"), someone());
}

#[test]
fn helpers_that_misbehave_are_named_and_not_quoted() {
    for (script, why) in [
        ("echo hunter2", "none of a credential helper"),
        ("echo hunter2 >&2; echo hunter2; exit 3", "has no credentials"),
        (r#"echo '{"Username":"","Secret":"hunter2"}'"#, "names no user"),
        ("head -c 200000 /dev/zero | tr '\\0' x", "too long"),
        ("exec 1>&-; exit 0", "none of a credential helper"),
    ] {
        let folder = Folder::new(r#"{"credsStore":"bad"}"#).with_helper("bad", script);
        let error = folder.ask("https://a.example").unwrap_err();
        assert!(error.contains(why) && !error.contains("hunter2"), "{script}: {error}");
    }
    for name in ["../bad", "a b", "/bin/sh", "x;y"] {
        let error = Folder::new(&format!(r#"{{"credsStore":"{name}"}}"#)).ask("https://a.example");
        assert!(error.unwrap_err().contains("that cannot be one"), "{name}");
    }
}

#[test]
fn a_helper_that_does_not_answer_is_ended() {
    let folder = Folder::new("{}").with_helper("slow", "exec sleep 1000");
    let patience = Duration::from_millis(200);
    let asked = helper::ask_within("slow", "a.example", folder.0.path().as_os_str(), patience);
    assert!(asked.unwrap_err().contains("did not answer within"));
}
