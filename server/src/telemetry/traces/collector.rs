//! Sending to what collects the traces.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::{Request, Response};
use opentelemetry_http::{HttpClient, HttpError};
use registry::client::{TlsConfig, tls_settings};
use reqwest::redirect;
use tokio::runtime::Handle;

use crate::config::TracesConfig;

/// The longest answer that is read, in bytes; a few would do.
const LIMIT: usize = 64 * 1024;

/// What collects the traces, as the library of OpenTelemetry wants to speak to it.
#[derive(Debug)]
pub(super) struct Collector {
    client: reqwest::Client,
    host: String,
    /// Where sending happens: the thread that gathers spans has no runtime.
    runtime: Handle,
    /// Whether the last try failed, so that the log tells of it once and not every few seconds.
    is_failing: AtomicBool,
}

impl Collector {
    pub(super) fn new(config: &TracesConfig) -> Result<Self, String> {
        let tls = TlsConfig { ca_pem: config.ca_pem.clone(), ..TlsConfig::default() };
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls_settings(&tls).map_err(|error| error.to_string())?)
            .http1_only()
            .timeout(config.timeout)
            .redirect(redirect::Policy::none())
            .referer(false)
            .user_agent(concat!("stowage/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| error.without_url().to_string())?;
        let host = config.endpoint.host_str().unwrap_or_default().to_owned();
        Ok(Self { client, host, runtime: Handle::current(), is_failing: AtomicBool::new(false) })
    }

    /// Says so when it begins to fail, and when it is well again.
    fn note(&self, trouble: Option<&str>) {
        let was_failing = self.is_failing.swap(trouble.is_some(), Ordering::Relaxed);
        match (trouble, was_failing) {
            (Some(why), false) => {
                tracing::warn!(
                    host = self.host,
                    why,
                    "traces cannot be sent, and are lost until they can be"
                );
            }
            (None, true) => tracing::info!(host = self.host, "traces are sent again"),
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sent = match reqwest::Request::try_from(request) {
            Ok(request) => self.runtime.spawn(send(self.client.clone(), request)).await,
            Err(error) => return Err(error.without_url().into()),
        };
        // The runtime stops before the thread does.
        let answer = sent.map_err(HttpError::from)?.map_err(|error| {
            let why = error.without_url();
            self.note(Some(&why.to_string()));
            HttpError::from(why)
        })?;
        let status = answer.status();
        self.note((!status.is_success()).then(|| status.to_string()).as_deref());
        Ok(answer)
    }
}

async fn send(client: reqwest::Client, request: reqwest::Request) -> reqwest::Result<Response<Bytes>> {
    let mut answer = client.execute(request).await?;
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        body.extend_from_slice(&chunk[..chunk.len().min(LIMIT - body.len())]);
        if body.len() == LIMIT {
            break;
        }
    }
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    Ok(response)
}
