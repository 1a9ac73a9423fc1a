//! Proxies, which are configured by the environment: so the test runs once more, as a child with another one.

use std::env;
use std::process::Command;

use registry::client::Client;
use registry::fake::{Answer, Fake};

use crate::support::config;

/// Set in the child, to the host of the proxy.
const CHILD: &str = "REGISTRY_TEST_PROXY";

#[tokio::test]
async fn goes_through_the_proxy_unless_the_host_is_exempt() {
    if env::var_os(CHILD).is_some() {
        return in_the_child().await;
    }
    // A proxy for plain HTTP sees a request whose address is the whole one, which the fake answers by its path.
    let proxy = Fake::start().await;
    proxy.on("GET", "/v2/", Answer::status(200));
    let exempt = Fake::start().await;
    exempt.on("GET", "/v2/", Answer::status(200));
    let mut child = Command::new(env::current_exe().unwrap());
    child
        .args(["--exact", "proxy::goes_through_the_proxy_unless_the_host_is_exempt", "--nocapture"])
        .env(CHILD, exempt.url().as_str())
        .env("HTTP_PROXY", proxy.url().as_str())
        .env("http_proxy", proxy.url().as_str())
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1");
    let output = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(proxy.seen().len(), 1);
    assert_eq!(proxy.seen()[0].header("host"), "registry.invalid");
    assert_eq!(exempt.seen().len(), 1);
}

async fn in_the_child() {
    // Only the proxy can know this name.
    let proxied = Client::new(config("http://registry.invalid".parse().unwrap())).unwrap();
    assert_eq!(proxied.ping().await, Ok(()));
    let exempt = env::var(CHILD).unwrap().parse().unwrap();
    assert_eq!(Client::new(config(exempt)).unwrap().ping().await, Ok(()));
}
