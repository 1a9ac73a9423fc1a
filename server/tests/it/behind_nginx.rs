//! The real program below a path, behind a real proxy that speaks HTTPS.

use std::net::{IpAddr, Ipv4Addr};
use std::process::Stdio;

use serde_json::json;
use testbed::samples;
use testbed::{Authority, Distribution, Nginx};
use tokio::process::Child;

use crate::proxied::{Visitor, users};
use crate::support::{Folders, put_tag, ready, registry_with};

const PREFIX: &str = "/registry-ui";
/// The address of whoever asks. That of the proxy is another one, which is trusted.
const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
/// An address that a client says to have.
const MADE_UP: &str = "198.51.100.9";

struct Behind {
    registry: Distribution,
    nginx: Nginx,
    authority: Authority,
    /// Where the program itself listens.
    address: String,
    _program: Child,
    _folders: Folders,
}

impl Behind {
    async fn start() -> Self {
        let registry = registry_with(&[samples::CLI]).await;
        let folders = Folders::new();
        let mut command = crate::support::program(&folders, &registry.url(), "127.0.0.1:0");
        command
            .env("REGISTRY_ID", "r")
            .env("STOWAGE_BASE_PATH", PREFIX)
            .env("STOWAGE_TRUSTED_PROXIES", "127.0.0.1")
            .env("STOWAGE_AUTH_HTPASSWD", folders.write("htpasswd", users(&["ann"]).as_bytes()))
            .env("STOWAGE_GRANTS", "administrator local:ann **")
            .env("DELETE_IMAGES", "true")
            .env("STOWAGE_SCAN_INTERVAL", "off")
            .env("STOWAGE_LOG", "warn")
            // Nobody reads a pipe here, and a full one would stop it.
            .stderr(Stdio::inherit());
        let (program, address) = ready(command).await;
        let authority = Authority::new().unwrap();
        let nginx =
            Nginx::before([&address]).prefix(&format!("{PREFIX}/")).tls(&authority).start().await.unwrap();
        Self { registry, nginx, authority, address, _program: program, _folders: folders }
    }

    fn visitor(&self) -> Visitor {
        Visitor::from(CLIENT, &format!("https://{}", self.nginx.host()), Some(&self.authority))
    }

    async fn ann(&self) -> Visitor {
        let mut ann = self.visitor();
        ann.sign_in(PREFIX, "ann", &[]).await;
        ann
    }
}

/// The addresses in a page that lead somewhere on the same host.
fn addresses(page: &str) -> Vec<&str> {
    let of = |attribute: &'static str| page.split(attribute).skip(1).filter_map(|it| it.split('"').next());
    let all = ["href=\"", "src=\"", "action=\""].into_iter().flat_map(of);
    all.filter(|it| it.starts_with('/') || it.contains("://127.0.0.1")).collect()
}

#[tokio::test]
async fn every_address_leads_back_below_the_path() {
    let behind = Behind::start().await;
    let stranger = behind.visitor();
    let sent_away = stranger.get(&format!("{PREFIX}/r/team/tools/cli")).await;
    assert_eq!(sent_away.status, 303, "{}", sent_away.text());
    assert!(sent_away.header("location").starts_with(&format!("{PREFIX}/login?next=")), "{sent_away:?}");
    let without_slash = stranger.get(PREFIX).await;
    let start = format!("https://{}{PREFIX}/", behind.nginx.host());
    assert_eq!((without_slash.status.as_u16(), without_slash.header("location")), (301, start.as_str()));

    let ann = behind.ann().await;
    for page in
        ["/", "/r/team/tools/cli", "/r/team/tools/cli:1.0.0", "/activity", "/settings", "/search?q=cli"]
    {
        let answer = ann.get(&format!("{PREFIX}{page}")).await;
        assert_eq!(answer.status, 200, "{page}: {}", answer.text());
        let all = addresses(answer.text());
        assert!(all.len() > 5, "{page}: {all:?}");
        let outside: Vec<_> = all.iter().filter(|it| !it.starts_with(&format!("{PREFIX}/"))).collect();
        assert!(outside.is_empty(), "{page}: {outside:?}");
    }
    let scan = ann.post_json(&format!("{PREFIX}/api/v1/scans"), &json!({})).await;
    assert!(scan.header("location").starts_with(&format!("{PREFIX}/api/v1/scans/")), "{scan:?}");
    assert_eq!(ann.get(scan.header("location")).await.status, 200);
    for file in ["/pkg/stowage.js", "/favicon.svg", "/theme.css"] {
        assert_eq!(ann.get(&format!("{PREFIX}{file}")).await.status, 200, "{file}");
    }
}

#[tokio::test]
async fn sessions_are_for_https_and_for_the_path_alone() {
    let behind = Behind::start().await;
    let mut ann = behind.visitor();
    let signed_in = ann.sign_in(PREFIX, "ann", &[]).await;
    let set = signed_in.header("set-cookie");
    let parts: Vec<&str> = set.split("; ").skip(1).collect();
    for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/registry-ui"] {
        assert!(parts.iter().any(|it| it.trim_end_matches('/') == part), "{part} is not in {set}");
    }
    assert!(signed_in.header("strict-transport-security").starts_with("max-age="), "{signed_in:?}");
    let signed_out = ann.post(&format!("{PREFIX}/logout"), &[], &[]).await;
    assert!(signed_out.header("location").starts_with(&format!("{PREFIX}/")), "{signed_out:?}");
    assert_ne!(ann.get(&format!("{PREFIX}/settings")).await.status, 200);
    // Who comes without the proxy does not come over https, whatever they say.
    let direct = Visitor::from(CLIENT, &format!("http://{}", behind.address), None);
    let answer = direct.get_with(&format!("{PREFIX}/login"), &[("x-forwarded-proto", "https")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("strict-transport-security")), (200, ""));
}

#[tokio::test]
async fn who_asks_is_whoever_the_proxy_has_seen() {
    let behind = Behind::start().await;
    let made_up = [("x-forwarded-for", MADE_UP), ("forwarded", "for=198.51.100.9"), ("x-real-ip", MADE_UP)];
    let mut ann = behind.visitor();
    ann.sign_in(PREFIX, "ann", &made_up).await;
    let shown = async |visitor: &Visitor| {
        let page = visitor.get(&format!("{PREFIX}/settings")).await;
        assert_eq!(page.status, 200);
        let text = page.text().to_owned();
        (text.contains(&CLIENT.to_string()), text.contains(MADE_UP))
    };
    assert_eq!(shown(&ann).await, (true, false));
    let plan = json!({ "repository": samples::CLI, "tags": ["0.9.0"] });
    let plan = ann.post_json(&format!("{PREFIX}/api/v1/plans"), &plan).await;
    assert_eq!(plan.status, 201, "{}", plan.text());
    let audit = ann.get(&format!("{PREFIX}/api/v1/audit?action=plan")).await.json();
    assert_eq!(audit["items"][0]["address"], CLIENT.to_string(), "{audit}");

    // Nobody but the proxy is believed.
    let mut direct = Visitor::from(CLIENT, &format!("http://{}", behind.address), None);
    direct.sign_in(PREFIX, "ann", &made_up).await;
    assert_eq!(shown(&direct).await, (true, false));
}

#[tokio::test]
async fn forms_and_events_pass() {
    let behind = Behind::start().await;
    let ann = behind.ann().await;
    let tags = format!("{PREFIX}/r/{}", samples::CLI);
    assert_eq!(ann.get(&tags).await.status, 200);
    let events = ann.follow(&format!("{PREFIX}/api/v1/events?repository={}", samples::CLI)).await;
    put_tag(&behind.registry, samples::CLI, "new", "1.1.0").await;
    let here = [("here", tags.as_str())];
    let refresh = format!("{PREFIX}/refresh");
    let foreign = ann.post(&refresh, &here, &[("origin", "https://evil.example")]).await;
    assert_eq!(foreign.status, 403);
    let own = ann.post(&refresh, &here, &[("origin", &format!("https://{}", behind.nginx.host()))]).await;
    assert_eq!((own.status.as_u16(), own.header("location")), (303, tags.as_str()));
    // The answer is still going on, so nothing gathers it.
    let heard = events.until(|it| it.of("tag_changed", samples::CLI).any(|it| it["tag"] == "new")).await;
    assert_eq!((heard.n_connected, heard.n_lagged), (1, 0));
}
