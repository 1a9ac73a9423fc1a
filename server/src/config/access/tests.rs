use std::fs;

use super::*;

const HTPASSWD: &str = "alice:$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n";

fn config(pairs: &[(&str, &str)]) -> Result<AccessConfig, String> {
    read(&pairs.iter().copied().collect()).map_err(|errors| errors.to_string())
}

fn refuses(pairs: &[(&str, &str)], words: &[&str]) {
    let error = config(pairs).unwrap_err();
    assert!(error.contains("for example"), "{error}");
    words.iter().for_each(|it| assert!(error.contains(it), "{pairs:?} without {it:?}: {error}"));
}

fn htpasswd(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("htpasswd");
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

const OIDC: [(&str, &str); 3] = [
    ("STOWAGE_OIDC_ISSUER", "https://login.example.com/realms/main"),
    ("STOWAGE_OIDC_CLIENT_ID", "stowage"),
    ("STOWAGE_PUBLIC_URL", "https://stowage.example.com"),
];
const PROXY: [(&str, &str); 2] =
    [("STOWAGE_PROXY_USER_HEADER", "Remote-User"), ("STOWAGE_PROXY_FROM", "127.0.0.1, 10.1.2.3/8,::1")];

fn with<'a>(pairs: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    pairs.iter().chain(more).copied().collect()
}

#[test]
fn nobody_signs_in_unless_something_is_said() {
    let unsaid = config(&[]).unwrap();
    assert_eq!(unsaid.mode, Mode::OpenUnsaid);
    assert!(unsaid.htpasswd.is_none() && unsaid.oidc.is_none() && unsaid.proxy.is_none());
    assert!(!unsaid.registry_sign_in && unsaid.grants.is_empty() && unsaid.public_url.is_none());
    assert_eq!(unsaid.idle, Duration::from_secs(12 * 60 * 60));
    assert_eq!(unsaid.longest, Duration::from_secs(7 * 24 * 60 * 60));
    assert_eq!(config(&[("STOWAGE_AUTH", "open")]).unwrap().mode, Mode::OpenMeant);
}

#[test]
fn what_is_configured_is_a_way_in() {
    let (_folder, path) = htpasswd(HTPASSWD);
    let local = config(&[("STOWAGE_AUTH_HTPASSWD", &path)]).unwrap();
    assert_eq!(local.mode, Mode::SignIn);
    assert_eq!(local.htpasswd.unwrap().to_str(), Some(path.as_str()));
    assert!(config(&OIDC).unwrap().oidc.is_some());
    assert!(config(&PROXY).unwrap().proxy.is_some());
    let registry = config(&[("STOWAGE_AUTH", "registry")]).unwrap();
    assert!(registry.registry_sign_in && registry.mode == Mode::SignIn);
    let all = with(&with(&OIDC, &PROXY), &[("STOWAGE_AUTH", " oidc, proxy,registry")]);
    let all = config(&all).unwrap();
    assert!(all.oidc.is_some() && all.proxy.is_some() && all.registry_sign_in);
}

#[test]
fn half_a_way_in_is_a_mistake_and_not_an_open_door() {
    refuses(&[("STOWAGE_OIDC_CLIENT_ID", "stowage")], &["STOWAGE_OIDC_ISSUER is not set"]);
    refuses(&[("STOWAGE_OIDC_CLIENT_SECRET", "hunter2")], &["STOWAGE_OIDC_ISSUER", "STOWAGE_OIDC_CLIENT_ID"]);
    refuses(&PROXY[..1], &["STOWAGE_PROXY_FROM is not set"]);
    refuses(&PROXY[1..], &["STOWAGE_PROXY_USER_HEADER is not set"]);
    refuses(&OIDC[..2], &["STOWAGE_PUBLIC_URL is not set"]);
    refuses(&[("STOWAGE_AUTH", "local")], &["STOWAGE_AUTH_HTPASSWD is not set"]);
    refuses(&[("STOWAGE_AUTH", "oidc")], &["STOWAGE_OIDC_ISSUER is not set"]);
    refuses(&[("STOWAGE_AUTH", "proxy")], &["STOWAGE_PROXY_USER_HEADER is not set"]);
}

#[test]
fn a_list_of_ways_must_make_sense() {
    refuses(&[("STOWAGE_AUTH", "open,registry")], &["STOWAGE_AUTH=", "only one can be meant"]);
    refuses(&[("STOWAGE_AUTH", "ldap")], &["\"ldap\"", "local, registry"]);
    refuses(&[("STOWAGE_AUTH", ",")], &["lists nothing"]);
    let forgotten = with(&OIDC, &[("STOWAGE_AUTH", "registry")]);
    refuses(&forgotten, &["STOWAGE_OIDC_ISSUER is set", "does not list oidc"]);
    let forgotten = with(&PROXY, &[("STOWAGE_AUTH", "open")]);
    refuses(&forgotten, &["STOWAGE_PROXY_FROM is set", "does not list proxy"]);
}

#[test]
fn a_file_of_users_must_be_right_when_the_server_starts() {
    refuses(&[("STOWAGE_AUTH_HTPASSWD", "/nowhere/htpasswd")], &["cannot be read"]);
    for (text, why) in [("# nobody\n", "without users"), ("# users\nalice:{SHA}abc\n", "line 2")] {
        let (_folder, path) = htpasswd(text);
        refuses(&[("STOWAGE_AUTH_HTPASSWD", &path)], &[why]);
    }
}

#[test]
fn a_provider_has_defaults() {
    let oidc = config(&OIDC).unwrap().oidc.unwrap();
    assert_eq!(oidc.issuer, "https://login.example.com/realms/main");
    assert_eq!(oidc.scopes, ["openid", "profile", "email"]);
    assert_eq!(oidc.groups_claim, "groups");
    assert_eq!(oidc.label, "login.example.com");
    assert!(oidc.name_claim.is_none() && oidc.client_secret.is_none() && oidc.ca_pem.is_none());
}

#[test]
fn a_provider_is_reached_safely_or_not_at_all() {
    let of = |issuer| with(&OIDC[1..], &[("STOWAGE_OIDC_ISSUER", issuer)]);
    for issuer in ["http://localhost:9000", "http://127.0.0.1/x", "http://[::1]:1", "http://idp.localhost"] {
        assert_eq!(config(&of(issuer)).unwrap().oidc.unwrap().issuer, issuer);
    }
    for (issuer, why) in [
        ("http://login.example.com", "not https"),
        ("http://10.0.0.1", "not https"),
        ("ftp://login.example.com", "https://"),
        ("login.example.com", "not an address"),
        ("https://login.example.com/?a", "after ?"),
        ("https://me:hunter2@login.example.com", "credentials"),
    ] {
        refuses(&of(issuer), &[why]);
        assert!(!config(&of(issuer)).unwrap_err().contains("hunter2"));
    }
    refuses(&with(&OIDC, &[("STOWAGE_OIDC_SCOPES", "profile")]), &["does not hold openid"]);
    refuses(&with(&OIDC, &[("STOWAGE_OIDC_SCOPES", "openid,email")]), &["commas"]);
    refuses(&with(&OIDC, &[("STOWAGE_OIDC_CA_FILE", "/nowhere.pem")]), &["cannot be read"]);
}

#[test]
fn a_secret_of_the_provider_is_not_shown() {
    let config = config(&with(&OIDC, &[("STOWAGE_OIDC_CLIENT_SECRET", "hunter2")])).unwrap();
    assert_eq!(config.oidc.as_ref().unwrap().client_secret.as_ref().unwrap().expose(), "hunter2");
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn the_public_address_is_a_host_or_a_path_of_one() {
    let of = |url| config(&[("STOWAGE_PUBLIC_URL", url)]);
    let url = of("https://stowage.example.com:8443").unwrap().public_url.unwrap();
    assert_eq!(url.as_str(), "https://stowage.example.com:8443/");
    assert!(of("https://example.com/tools/stowage/").is_ok());
    for (url, why) in [
        ("stowage.example.com", "not an address"),
        ("ftp://a", "neither http"),
        ("https://a/b//c", "has a path that has nothing between two slashes"),
        ("https://a/b%20c", "has a path that holds '%'"),
        ("https://a/?b", "after ?"),
        ("https://me:hunter2@a", "credentials"),
    ] {
        refuses(&[("STOWAGE_PUBLIC_URL", url)], &["STOWAGE_PUBLIC_URL", why]);
        assert!(!of(url).unwrap_err().contains("hunter2"));
    }
}

#[test]
fn a_proxy_is_believed_from_where_it_is_only() {
    let proxy =
        config(&with(&PROXY, &[("STOWAGE_PROXY_GROUPS_HEADER", "Remote-Groups")])).unwrap().proxy.unwrap();
    assert_eq!(proxy.user_header, "remote-user");
    assert_eq!(proxy.groups_header.unwrap(), "remote-groups");
    assert_eq!(proxy.from.to_string(), "127.0.0.1/32,10.0.0.0/8,::1/128");
    for (from, why) in [("proxy", "neither an address"), ("0.0.0.0/0", "everybody"), (",", "lists nothing")] {
        refuses(&with(&PROXY[..1], &[("STOWAGE_PROXY_FROM", from)]), &[why]);
    }
    let wrong = with(&PROXY[1..], &[("STOWAGE_PROXY_USER_HEADER", "Remote User")]);
    refuses(&wrong, &["no name of a header"]);
}

#[test]
fn nobody_is_believed_where_a_request_comes_from_unless_somebody_says_so() {
    let of = |text| config(&[("STOWAGE_TRUSTED_PROXIES", text)]);
    assert_eq!(of("").unwrap().trusted_proxies, Networks::default());
    assert_eq!(of("10.0.0.0/8, 127.0.0.1").unwrap().trusted_proxies.to_string(), "10.0.0.0/8,127.0.0.1/32");
    for (text, why) in [("nginx", "neither an address"), ("::/0", "everybody"), (" , ", "lists nothing")] {
        refuses(&[("STOWAGE_TRUSTED_PROXIES", text)], &["STOWAGE_TRUSTED_PROXIES=", why]);
    }
    let both = config(&with(&PROXY, &[("STOWAGE_TRUSTED_PROXIES", "192.0.2.1")])).unwrap();
    assert_ne!(both.proxy.unwrap().from, both.trusted_proxies, "neither list is the other");
}

#[test]
fn grants_come_from_a_variable_or_a_file() {
    let auth = ("STOWAGE_AUTH", "registry");
    let text = "administrator local:alice **; viewer everyone **\n# all\nviewer anonymous */public/**;";
    let grants = config(&[auth, ("STOWAGE_GRANTS", text)]).unwrap().grants;
    let grants: Vec<String> = grants.iter().map(ToString::to_string).collect();
    assert_eq!(
        grants,
        ["administrator local:alice **", "viewer everyone **", "viewer anonymous */public/**"]
    );

    let (_folder, path) = htpasswd("# who may what\n\nviewer group:a;b **\n");
    let file = ("STOWAGE_GRANTS_FILE", path.as_str());
    assert_eq!(config(&[auth, file]).unwrap().grants[0].to_string(), "viewer group:a;b **");
    refuses(&[auth, file, ("STOWAGE_GRANTS", text)], &["only one can hold the grants"]);
    refuses(&[("STOWAGE_GRANTS", text)], &["STOWAGE_GRANTS says who", "nobody signs in"]);
    refuses(&[("STOWAGE_AUTH", "open"), file], &["STOWAGE_GRANTS_FILE says who"]);
    refuses(&[auth, ("STOWAGE_GRANTS_FILE", "/nowhere/grants")], &["cannot be read"]);
}

#[test]
fn all_wrong_grants_are_told_of() {
    let auth = ("STOWAGE_AUTH", "registry");
    let text = "owner everyone **; viewer everyone **; viewer alice **";
    refuses(&[auth, ("STOWAGE_GRANTS", text)], &["\"owner everyone **\"", "\"viewer alice **\""]);
    let (_folder, path) = htpasswd("viewer everyone **\nowner everyone **\n");
    refuses(&[auth, ("STOWAGE_GRANTS_FILE", &path)], &["line 2", "no role"]);
}

#[test]
fn sessions_end_after_a_while() {
    let of = |idle, longest| config(&[("STOWAGE_SESSION_IDLE", idle), ("STOWAGE_SESSION_LONGEST", longest)]);
    let read = of("30m", "1d").unwrap();
    assert_eq!((read.idle.as_secs(), read.longest.as_secs()), (30 * 60, 24 * 60 * 60));
    let short = of("", "1h").unwrap();
    assert_eq!((short.idle.as_secs(), short.longest.as_secs()), (60 * 60, 60 * 60));
    for (idle, longest, why) in [
        ("1d", "1h", "longer than STOWAGE_SESSION_LONGEST"),
        ("8d", "", "longer than STOWAGE_SESSION_LONGEST"),
        ("5s", "", "less than a minute"),
        ("", "soon", "no length of time"),
    ] {
        refuses(&[("STOWAGE_SESSION_IDLE", idle), ("STOWAGE_SESSION_LONGEST", longest)], &[why]);
    }
}
