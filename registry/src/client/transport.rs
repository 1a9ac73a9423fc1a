//! The one place that sends HTTP to a registry: hosts, redirects, timeouts, sizes and retries are decided here.

mod outgoing;
mod passing;
mod redirects;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use backon::{ExponentialBuilder, Retryable};
use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode, redirect};
use tokio::time::Instant;
use tracing::Instrument;
use url::Url;

use crate::client::addresses::GuardedResolver;
use crate::client::body::Unread;
use crate::client::config::{Annotate, ClientConfig, Timeouts};
use crate::client::error_body::Complaint;
use crate::client::hosts::{self, Hosts, Route};
use crate::client::measures::{Exchange, Measures};
use crate::client::response::Response;
use crate::client::{failure, retry_after, tls};
use crate::error::{BlockedReason, Error};

pub(crate) use outgoing::{BoxError, Outgoing};
pub(crate) use passing::Passage;

/// The longest chain of redirects that is followed.
const MAX_REDIRECTS: usize = 5;

/// Sends requests, to the registry and to where it leads.
#[derive(Debug)]
pub(crate) struct Transport {
    /// For the registry and the hosts we trust.
    plain: reqwest::Client,
    /// For all others: resolves no name to a private address.
    guarded: reqwest::Client,
    hosts: Hosts,
    /// What the registry itself is told besides what the protocol says.
    headers: HeaderMap,
    /// What it is told of why it is asked.
    annotate: Annotate,
    measures: Arc<Measures>,
    timeouts: Timeouts,
    error_body: u64,
    retries: usize,
    retry_pause: Duration,
    counts_pulls: AtomicBool,
}

/// What to send.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    /// What is sent; empty unless something is written.
    pub(crate) body: Bytes,
    /// The longest body to read, in bytes.
    pub(crate) limit: u64,
    /// What is read, for people.
    pub(crate) what: String,
    /// Whether it is sent again after a failure that may pass.
    pub(crate) retry: bool,
}

/// When a call has to be over.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    at: Instant,
    after: Duration,
}

impl Deadline {
    pub(crate) fn after(after: Duration) -> Self {
        Self { at: Instant::now() + after, after }
    }
}

/// A try that failed, and whether another may do better.
struct Failure {
    error: Error,
    retry: bool,
    /// The pause that the other side asked for.
    pause: Option<Duration>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let retry = matches!(error, Error::Unreachable { .. } | Error::Timeout { .. });
        Self { error, retry, pause: None }
    }
}

impl Transport {
    pub(crate) fn new(config: &ClientConfig, measures: Arc<Measures>) -> Result<Self, Error> {
        let tls = tls::settings(&config.tls)?;
        let builder = || {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .http1_only()
                .tcp_nodelay(true)
                .pool_max_idle_per_host(config.concurrency)
                .connect_timeout(config.timeouts.connect)
                .redirect(redirect::Policy::none())
                .referer(false)
                .user_agent(&config.user_agent)
        };
        let invalid = |error: reqwest::Error| Error::InvalidConfig {
            setting: "user_agent".to_owned(),
            why: crate::shorten(&error.without_url().to_string()),
        };
        Ok(Self {
            plain: builder().build().map_err(invalid)?,
            guarded: builder().dns_resolver(GuardedResolver).build().map_err(invalid)?,
            hosts: Hosts::new(config.url.clone(), &config.trusted_hosts),
            headers: config.headers.clone(),
            annotate: config.annotate,
            measures,
            timeouts: config.timeouts,
            error_body: config.limits.error_body,
            retries: config.retries,
            retry_pause: config.retry_pause,
            counts_pulls: AtomicBool::new(false),
        })
    }

    /// Whether the registry has said how many pulls are left.
    pub(crate) fn counts_pulls(&self) -> bool {
        self.counts_pulls.load(Ordering::Relaxed)
    }

    /// Sends the request, follows where it leads, and tries again what may succeed.
    ///
    /// `authorization` goes to the scheme, host and port of the request's own address and nowhere else.
    pub(crate) async fn send(
        &self,
        request: &Request,
        authorization: Option<&HeaderValue>,
        deadline: Deadline,
    ) -> Result<Response, Error> {
        // What is put under a name or deleted may be put or deleted twice.
        let idempotent = matches!(request.method, Method::GET | Method::HEAD | Method::PUT | Method::DELETE);
        let n_retries = if request.retry && idempotent { self.retries } else { 0 };
        let pauses = ExponentialBuilder::new()
            .with_min_delay(self.retry_pause)
            .with_max_delay(self.timeouts.retry_after)
            .with_max_times(n_retries)
            .with_jitter();
        let sent = (|| self.try_once(request, authorization, deadline))
            .retry(pauses)
            .when(|failure: &Failure| failure.retry)
            .adjust(|failure, pause| {
                let pause = pause?.max(failure.pause.unwrap_or_default());
                let worthwhile = failure.pause.is_none_or(|asked| asked <= self.timeouts.retry_after);
                (worthwhile && Instant::now() + pause < deadline.at).then_some(pause)
            })
            .notify(|failure, pause| {
                self.measures.retried();
                tracing::debug!(error = %failure.error, ?pause, "trying again");
            });
        match tokio::time::timeout_at(deadline.at, sent).await {
            Ok(result) => result.map_err(|failure| failure.error),
            Err(_) => {
                Err(Error::Timeout { host: hosts::name(&request.url), after_secs: deadline.after.as_secs() })
            }
        }
    }

    /// One try, redirects included.
    async fn try_once(
        &self,
        request: &Request,
        authorization: Option<&HeaderValue>,
        deadline: Deadline,
    ) -> Result<Response, Failure> {
        let mut url = request.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let route = self.hosts.route(&url)?;
            let mut exchange = self.measures.exchange(&request.method, &url, route, deadline.at);
            let span = exchange.span();
            // Boxed, for it is a part of everything that is asked.
            let exchanged = Box::pin(self.exchange(request, authorization, &url, route, &mut exchange));
            match exchanged.instrument(span).await {
                Ok(Exchanged::Answer(response)) => return Ok(response),
                Ok(Exchanged::Redirect(target)) => url = target,
                Err(failure) => {
                    exchange.failed(&failure.error);
                    return Err(failure);
                }
            }
        }
        Err(Error::Blocked { host: hosts::name(&url), why: BlockedReason::TooManyRedirects }.into())
    }

    /// One request and what comes back.
    async fn exchange(
        &self,
        request: &Request,
        authorization: Option<&HeaderValue>,
        url: &Url,
        route: Route,
        exchange: &mut Exchange<'_>,
    ) -> Result<Exchanged, Failure> {
        let host = hosts::name(url);
        let mut sending = self.prepare(request, url, route, authorization);
        if redirects::is_change(&request.method) {
            sending = sending.body(request.body.clone());
        }
        let answer = sending.send().await;
        let answer = answer.map_err(|error| failure::meaning(&error, &host, self.timeouts.connect))?;
        exchange.answered(answer.status());
        // The query is left out of the log: at a blob store it is a signature.
        tracing::debug!(method = %request.method, host, path = url.path(), status = answer.status().as_u16(), "answered");
        let Some(target) = redirects::target(request, url, answer.status(), answer.headers()) else {
            return self.receive(request, answer, host, route).await.map(Exchanged::Answer);
        };
        // Reading what little there is lets the connection be used again.
        let _ = self.unread(answer, &host).start(self.error_body).await;
        Ok(Exchanged::Redirect(target?))
    }

    /// The request without its body, with what the host of an address is told besides.
    fn prepare(
        &self,
        request: &Request,
        url: &Url,
        route: Route,
        authorization: Option<&HeaderValue>,
    ) -> reqwest::RequestBuilder {
        let client = if route == Route::Guarded { &self.guarded } else { &self.plain };
        let mut headers = request.headers.clone();
        if let Some(authorization) = authorization.filter(|_| url.origin() == request.url.origin()) {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        if route == Route::Own {
            for (name, value) in &self.headers {
                headers.entry(name).or_insert_with(|| value.clone());
            }
            (self.annotate)(&mut headers);
        }
        client.request(request.method.clone(), url.clone()).headers(headers)
    }

    async fn receive(
        &self,
        request: &Request,
        answer: reqwest::Response,
        host: String,
        route: Route,
    ) -> Result<Response, Failure> {
        let (status, headers) = (answer.status(), answer.headers().clone());
        if route == Route::Own
            && (headers.contains_key("ratelimit-limit") || headers.contains_key("ratelimit-remaining"))
        {
            self.counts_pulls.store(true, Ordering::Relaxed);
        }
        let unread = self.unread(answer, &host);
        let body = if request.method == Method::HEAD {
            Bytes::new()
        } else if status.is_success() {
            unread.all(request.limit, &request.what).await?
        } else {
            unread.start(self.error_body).await?
        };
        self.measures.received(body.len());
        let pause = retry_after::retry_after(&headers, SystemTime::now());
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(Failure {
                error: Error::RateLimited { host, retry_after: pause },
                retry: true,
                pause,
            });
        }
        let response = Response { status, headers, body, host, own: route == Route::Own };
        if response.is_passing_trouble() {
            let error = response.upstream_error(&Complaint::read(&response.body));
            return Err(Failure { error, retry: true, pause });
        }
        Ok(response)
    }

    fn unread<'a>(&self, answer: reqwest::Response, host: &'a str) -> Unread<'a> {
        Unread { answer, host, connect_timeout: self.timeouts.connect }
    }
}

/// What came back.
enum Exchanged {
    Answer(Response),
    /// It is to be asked for there.
    Redirect(Url),
}
