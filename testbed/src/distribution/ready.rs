//! Waiting until a registry answers.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::program::Guarded;

/// Generous, because the machine may be compiling at the same time.
const DEADLINE: Duration = Duration::from_secs(60);
const INTERVAL: Duration = Duration::from_millis(20);

/// Returns when `/v2/` is answered by a registry, with whatever status; else the reason why it is not.
pub(super) async fn wait(process: &mut Guarded, url: &str, identity_pem: Option<&str>) -> Result<(), String> {
    let client = client(identity_pem).map_err(|error| format!("no HTTP client: {error}"))?;
    let deadline = Instant::now() + DEADLINE;
    loop {
        let last = match client.get(format!("{url}/v2/")).send().await {
            Ok(answer) if answer.headers().contains_key("docker-distribution-api-version") => return Ok(()),
            Ok(answer) => format!("{url}/v2/ is answered with {} by something else", answer.status()),
            Err(error) => format!("{url}/v2/ is not answered: {error}"),
        };
        if let Some(status) = process.ended() {
            return Err(format!("the process ended with {status}"));
        }
        if Instant::now() > deadline {
            return Err(format!("{last}, after {} seconds", DEADLINE.as_secs()));
        }
        sleep(INTERVAL).await;
    }
}

fn client(identity_pem: Option<&str>) -> reqwest::Result<reqwest::Client> {
    let mut builder = crate::http::client()
        .timeout(Duration::from_secs(5))
        // Expired certificates are on purpose, and nothing secret is sent.
        .tls_danger_accept_invalid_certs(true);
    if let Some(pem) = identity_pem {
        builder = builder.identity(reqwest::Identity::from_pem(pem.as_bytes())?);
    }
    builder.build()
}
