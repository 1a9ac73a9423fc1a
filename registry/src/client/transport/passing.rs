//! Sending on what somebody else sends, and what is answered, without holding either.

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use reqwest::header::HeaderValue;
use tokio::time::timeout;

use super::outgoing::{Outgoing, Progress, broken_off};
use super::{MAX_REDIRECTS, Request, Transport, redirects};
use crate::client::failure;
use crate::client::hosts::{self, Route};
use crate::client::response::Response;
use crate::error::{BlockedReason, Error};

/// A request that is sent on.
pub(crate) struct Passage {
    /// The request; its body is empty where there is a stream.
    pub(crate) request: Request,
    /// What can be sent once; gone after that.
    pub(crate) stream: Option<Outgoing>,
    /// Whether there was a stream, and it is gone.
    pub(crate) spent: bool,
}

impl Transport {
    /// Sends it, once, and follows where reading leads. The body of a success is left to be read as it comes; that of
    /// anything else is read as far as an error is worth.
    pub(crate) async fn pass(
        &self,
        passage: &mut Passage,
        authorization: Option<&HeaderValue>,
    ) -> Result<(Response, Option<reqwest::Response>), Error> {
        let mut url = passage.request.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let route = self.hosts.route(&url)?;
            let host = hosts::name(&url);
            let mut sending = self.prepare(&passage.request, &url, route, authorization);
            let mut progress = Progress::new(true);
            if let Some(stream) = passage.stream.take() {
                progress = stream.progress();
                passage.spent = true;
                sending = sending.body(reqwest::Body::wrap(stream));
            } else if redirects::is_change(&passage.request.method) {
                sending = sending.body(passage.request.body.clone());
            }
            let answering = match redirects::is_change(&passage.request.method) {
                true => self.timeouts.written,
                false => self.timeouts.catalog,
            };
            let answer = tokio::select! {
                answer = sending.send() => answer.map_err(|error| match progress.is_broken() {
                    true => broken_off("whoever sends it has hung up"),
                    false => failure::meaning(&error, &host, self.timeouts.connect),
                })?,
                error = progress.stalls(&host, self.timeouts.stalled, answering) => return Err(error),
            };
            let (status, headers) = (answer.status(), answer.headers().clone());
            tracing::debug!(method = %passage.request.method, host, path = url.path(), status = status.as_u16(), "passed on");
            if let Some(target) = redirects::target(&passage.request, &url, status, &headers) {
                let _ = self.read_soon(answer, &host).await;
                url = target?;
                if passage.spent {
                    let why = BlockedReason::ChangeElsewhere;
                    return Err(Error::Blocked { host: hosts::name(&url), why });
                }
                continue;
            }
            let own = route == Route::Own;
            if status.is_success() {
                return Ok((Response { status, headers, body: Bytes::new(), host, own }, Some(answer)));
            }
            let body = self.read_soon(answer, &host).await?;
            return Ok((Response { status, headers, body, host, own }, None));
        }
        Err(Error::Blocked { host: hosts::name(&url), why: BlockedReason::TooManyRedirects })
    }

    /// As much of the body as an error is worth, if it comes soon.
    async fn read_soon(&self, answer: reqwest::Response, host: &str) -> Result<Bytes, Error> {
        let stalled = self.timeouts.stalled;
        let late = || Error::Timeout { host: host.to_owned(), after_secs: stalled.as_secs() };
        timeout(stalled, self.unread(answer, host).start(self.error_body)).await.map_err(|_| late())?
    }

    /// The body of an answer, as it comes. Where it ends too early, or nothing comes for too long, the last item is an
    /// error, so that nobody takes a part for the whole.
    pub(crate) fn rest(
        &self,
        answer: reqwest::Response,
        host: String,
    ) -> BoxStream<'static, Result<Bytes, Error>> {
        let (stalled, connect) = (self.timeouts.stalled, self.timeouts.connect);
        stream::try_unfold((answer, host), move |(mut answer, host)| async move {
            match timeout(stalled, answer.chunk()).await {
                Ok(Ok(chunk)) => Ok(chunk.map(|it| (it, (answer, host)))),
                Ok(Err(error)) => Err(failure::meaning(&error, &host, connect)),
                Err(_) => Err(Error::Timeout { host, after_secs: stalled.as_secs() }),
            }
        })
        .boxed()
    }
}
