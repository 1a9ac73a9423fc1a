//! The one place that sends HTTP to the provider: timeouts, sizes and redirects are decided here.

use std::error::Error as _;
use std::time::Duration;

use futures::future::BoxFuture;
use openidconnect::{HttpRequest, HttpResponse};
use registry::client::{TlsConfig, tls_settings};
use reqwest::redirect;

/// How long a whole exchange may take, and how long a connection.
const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest answer that is read, in bytes.
const LIMIT: usize = 1024 * 1024;

/// Sends requests to the provider.
#[derive(Clone, Debug)]
pub(super) struct Http {
    client: reqwest::Client,
    only_https: bool,
}

/// Why there is no answer. No address is part of it, for it may hold a code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum HttpError {
    /// It leads to plain http, where anybody between could read along.
    #[error("it leads to an address without https")]
    NotHttps,
    /// What was to be sent is no request.
    #[error("it leads to an address that cannot be asked")]
    Unaskable,
    /// It took too long.
    #[error("it does not answer within {} seconds", TIMEOUT.as_secs())]
    Timeout,
    /// The answer is longer than any that makes sense.
    #[error("it answers more than {LIMIT} bytes")]
    TooLarge,
    /// There is no connection, or it broke.
    #[error("it cannot be reached ({0})")]
    Unreachable(String),
}

impl Http {
    /// Trusts the authorities of the system and those in PEM form.
    pub(super) fn new(ca_pem: Option<&[u8]>, only_https: bool) -> Result<Self, String> {
        let tls = TlsConfig { ca_pem: ca_pem.map(<[u8]>::to_vec), ..TlsConfig::default() };
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls_settings(&tls).map_err(|error| error.to_string())?)
            .http1_only()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            // A redirect could lead tokens and requests anywhere.
            .redirect(redirect::Policy::none())
            .referer(false)
            .user_agent(concat!("stowage/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| error.without_url().to_string())?;
        Ok(Self { client, only_https })
    }

    /// Whether nothing is sent but over https.
    pub(super) fn only_https(&self) -> bool {
        self.only_https
    }

    /// The same as a function, which is what the library of the protocol asks for.
    pub(super) fn sender(
        &self,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, HttpError>> + Send + Sync + use<>
    {
        let http = self.clone();
        move |request| -> BoxFuture<'static, Result<HttpResponse, HttpError>> {
            let http = http.clone();
            Box::pin(async move { http.send(request).await })
        }
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = reqwest::Request::try_from(request).map_err(|_| HttpError::Unaskable)?;
        if self.only_https && request.url().scheme() != "https" {
            return Err(HttpError::NotHttps);
        }
        let mut answer = self.client.execute(request).await.map_err(meaning)?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(meaning)? {
            body.extend_from_slice(&chunk);
            if body.len() > LIMIT {
                return Err(HttpError::TooLarge);
            }
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}

fn meaning(error: reqwest::Error) -> HttpError {
    if error.is_timeout() {
        return HttpError::Timeout;
    }
    let error = error.without_url();
    // The deepest cause says what happened, those above it only where.
    let mut deepest = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        deepest = cause.to_string();
        next = cause.source();
    }
    HttpError::Unreachable(deepest)
}
