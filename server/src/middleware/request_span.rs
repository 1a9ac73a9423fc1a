//! The span of a request: what is logged, asked of registries and traced because of it happens in there.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Frame, SizeHint};
use tracing::{Instrument, Span};

use super::request_id::RequestId;
use super::request_log::{Route, is_noise};
use crate::metrics::method_label;
use crate::telemetry::{continue_trace, describe_answer};

/// Answers the request in a span of its own, which lasts until the answer was sent.
pub(crate) async fn enter(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    // Readiness asks registries, who are told on behalf of what; the others ask nobody.
    if is_noise(&path) && path != "/readyz" {
        return next.run(request).await;
    }
    let id = request.extensions().get::<RequestId>().map(RequestId::as_str);
    let span = tracing::error_span!("request", request_id = id, otel.kind = "server");
    continue_trace(&span, request.headers());
    let method = method_label(request.method());
    let response = next.run(request).instrument(span.clone()).await;
    describe_answer(&span, method, Route::of(&response), &path, response.status());
    response.map(|body| match body.size_hint().exact() {
        Some(_) => body,
        None => Body::new(InSpan { body, span }),
    })
}

/// A body that is made while it is sent, as pages are.
struct InSpan {
    body: Body,
    span: Span,
}

impl HttpBody for InSpan {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let it = self.get_mut();
        let _entered = it.span.enter();
        Pin::new(&mut it.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
