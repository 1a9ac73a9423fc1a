//! The clients that people use, as they use them.

use std::path::Path;
use std::process::Output;

use testbed::samples::{self, Clock};
use testbed::{Distribution, Pusher};
use tokio::process::Command;

use super::Running;
use crate::access::{PASSWORD, write_users};

const REPOSITORY: &str = samples::CLI;
const GRANTS: &str = "maintainer local:ann */team/**; viewer local:ben */team/**";

/// A server with users, the registry behind it, and a folder for what clients keep.
struct Place {
    registry: Distribution,
    running: Running,
    folder: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        let registry = Distribution::builder().delete(true).start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let users = folder.path().join("htpasswd");
        write_users(&users, &["ann", "ben"], PASSWORD);
        let users = users.to_str().unwrap();
        let more = [("STOWAGE_AUTH_HTPASSWD", users), ("STOWAGE_GRANTS", GRANTS), ("DELETE_IMAGES", "true")];
        let running = Running::start(&registry.url(), &more).await;
        Self { registry, running, folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// An image as it is named through the server.
    fn image(&self, name: &str) -> String {
        format!("docker://{}/{name}", self.running.address)
    }

    async fn skopeo(&self, arguments: &[&str]) -> Output {
        run(Command::new("skopeo").arg("--insecure-policy").args(arguments), self.folder.path()).await
    }

    async fn helm(&self, arguments: &[&str]) -> Output {
        run(Command::new("helm").args(arguments), self.folder.path()).await
    }

    /// buildah without a daemon and without anything of the machine's.
    async fn buildah(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("buildah");
        command.args(["--root", &self.path("root"), "--runroot", &self.path("run")]).args(arguments);
        command.env("STORAGE_DRIVER", "vfs").env("BUILDAH_ISOLATION", "chroot");
        let output = run(&mut command, self.folder.path()).await;
        succeeded(&output);
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

/// Runs a program; `scripts/tools.sh test` installs those that are needed.
async fn run(command: &mut Command, home: &Path) -> Output {
    command
        .env("HOME", home)
        .current_dir(home)
        .output()
        .await
        .unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

#[track_caller]
fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[track_caller]
fn failed(output: &Output, why: &str) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && text.contains(why), "{text}");
}

#[tokio::test]
async fn skopeo_signs_in_pushes_pulls_and_deletes_nothing() {
    let place = Place::new().await;
    let host = place.running.address.clone();
    let login = async |password: &str, file: &str| {
        place
            .skopeo(&["login", "--tls-verify=false", "--authfile", file, "-u", "ann", "-p", password, &host])
            .await
    };
    failed(&login("wrong", &place.path("none.json")).await, "invalid username/password");
    let auth = place.path("auth.json");
    succeeded(&login(PASSWORD, &auth).await);

    // All of an index, from a registry of somebody else, through the server.
    let other = Distribution::builder().start().await.unwrap();
    samples::fill(&other, [samples::one(REPOSITORY, Clock::FIXED).unwrap()]).await.unwrap();
    let from = format!("docker://{}/{REPOSITORY}:latest", other.host());
    let to = place.image("team/copy:latest");
    let plain = ["--src-tls-verify=false", "--dest-tls-verify=false"];
    let copy =
        ["copy", "--all", "--preserve-digests", plain[0], plain[1], "--dest-authfile", &auth, &from, &to];
    succeeded(&place.skopeo(&copy).await);
    let pushed = Pusher::to(&place.registry).resolve("team/copy", "latest").await.unwrap();
    assert_eq!(pushed, Pusher::to(&other).resolve(REPOSITORY, "latest").await.unwrap());

    // Its layers are there, and are taken over.
    let mounted = place.image("team/again:1");
    let arguments = ["copy", "--all", plain[0], plain[1], "--src-authfile", &auth, "--dest-authfile", &auth];
    succeeded(&place.skopeo(&[&arguments[..], &[to.as_str(), mounted.as_str()][..]].concat()).await);
    let pulled = format!("dir:{}", place.path("pulled"));
    succeeded(&place.skopeo(&["copy", "--all", plain[0], "--src-authfile", &auth, &mounted, &pulled]).await);
    let list = place.image("team/again");
    let tags = place.skopeo(&["list-tags", "--tls-verify=false", "--authfile", &auth, &list]).await;
    succeeded(&tags);
    assert!(String::from_utf8_lossy(&tags.stdout).contains("\"1\""));

    let delete = ["delete", "--tls-verify=false", "--authfile", &auth, &mounted];
    failed(&place.skopeo(&delete).await, "");
    assert!(Pusher::to(&place.registry).resolve("team/again", "1").await.unwrap().is_some());
    let reader = format!("ben:{PASSWORD}");
    let push = ["copy", plain[0], plain[1], "--dest-creds", &reader, &from, &place.image("team/bens:1")];
    failed(&place.skopeo(&push).await, "maintainer");
    let hidden = ["inspect", "--tls-verify=false", "--creds", &reader, &place.image("other/app:1")];
    failed(&place.skopeo(&hidden).await, "name unknown");
}

#[tokio::test]
async fn buildah_pushes_what_it_has_built_and_pulls_it_again() {
    let place = Place::new().await;
    let content: Vec<u8> =
        (0..3_000_000_u32).map(|it| (it.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    std::fs::write(place.path("content"), &content).unwrap();
    let container = place.buildah(&["from", "scratch"]).await;
    place.buildah(&["copy", &container, &place.path("content"), "/content"]).await;
    place.buildah(&["commit", &container, "built"]).await;
    let (creds, image) = (format!("ann:{PASSWORD}"), place.image("team/built:1"));
    place.buildah(&["push", "--tls-verify=false", "--creds", &creds, "built", &image]).await;
    assert!(Pusher::to(&place.registry).resolve("team/built", "1").await.unwrap().is_some());

    place.buildah(&["rm", "--all"]).await;
    place.buildah(&["rmi", "--all", "--force"]).await;
    let reader = format!("ben:{PASSWORD}");
    let image = format!("{}/team/built:1", place.running.address);
    let container = place.buildah(&["from", "--tls-verify=false", "--creds", &reader, &image]).await;
    let mounted = place.buildah(&["mount", &container]).await;
    assert!(std::fs::read(Path::new(&mounted).join("content")).unwrap() == content);
    place.buildah(&["umount", &container]).await;
}

/// Helm pushes and pulls with the library of ORAS.
#[tokio::test]
async fn helm_pushes_a_chart_and_pulls_it_again() {
    const CHART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/helm/stowage");
    let place = Place::new().await;
    let host = place.running.address.to_string();
    let team = format!("oci://{host}/team");
    let sign_in = async |name| {
        place.helm(&["registry", "login", &host, "--plain-http", "-u", name, "-p", PASSWORD]).await
    };
    succeeded(&place.helm(&["package", CHART, "--version", "1.2.3"]).await);
    let packed = std::fs::read(place.path("stowage-1.2.3.tgz")).unwrap();

    succeeded(&sign_in("ben").await);
    failed(&place.helm(&["push", "stowage-1.2.3.tgz", &team, "--plain-http"]).await, "maintainer");
    succeeded(&sign_in("ann").await);
    succeeded(&place.helm(&["push", "stowage-1.2.3.tgz", &team, "--plain-http"]).await);
    assert!(Pusher::to(&place.registry).resolve("team/stowage", "1.2.3").await.unwrap().is_some());

    std::fs::remove_file(place.path("stowage-1.2.3.tgz")).unwrap();
    succeeded(&sign_in("ben").await);
    let chart = format!("{team}/stowage");
    succeeded(&place.helm(&["pull", &chart, "--version", "1.2.3", "--plain-http"]).await);
    assert!(std::fs::read(place.path("stowage-1.2.3.tgz")).unwrap() == packed);
}
