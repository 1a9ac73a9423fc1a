//! The id of what is being done, kept with its span, so that it reaches whatever is done in that span.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Span, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};
use uuid::Uuid;

use super::{BoxedLayer, traces};

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// The field of a span that holds it.
const FIELD: &str = "request_id";

/// Keeps the ids of spans.
#[derive(Debug)]
struct RequestIds;

/// The id of a span.
#[derive(Debug)]
struct RequestId(HeaderValue);

pub(super) fn layer() -> BoxedLayer {
    // Nothing else is looked at, so nothing else costs anything.
    let has_id = filter_fn(|metadata| metadata.is_span() && metadata.fields().field(FIELD).is_some());
    RequestIds.with_filter(has_id).boxed()
}

/// Tells a registry on behalf of what it is asked: the id of the request, or of what goes on in the background, and the
/// trace. It is called in the span of what is sent.
pub(crate) fn annotate(headers: &mut HeaderMap) {
    headers.insert(HEADER, current().unwrap_or_else(new_id));
    traces::inject(headers);
}

/// An id that nothing else has.
pub(crate) fn new_id() -> HeaderValue {
    HeaderValue::from_str(&Uuid::new_v4().to_string()).expect("a UUID is ASCII")
}

/// The id of the innermost span that has one.
fn current() -> Option<HeaderValue> {
    let found = Span::current().with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>()?.span(id)?;
        span.scope().find_map(|it| it.extensions().get::<RequestId>().map(|it| it.0.clone()))
    });
    found.flatten()
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for RequestIds {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut found = Found(None);
        attributes.record(&mut found);
        if let (Some(value), Some(span)) = (found.0, context.span(id)) {
            span.extensions_mut().insert(RequestId(value));
        }
    }
}

struct Found(Option<HeaderValue>);

impl Visit for Found {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == FIELD {
            self.0 = HeaderValue::from_str(value).ok();
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[test]
    fn what_is_done_within_something_carries_its_id() {
        let subscriber = tracing_subscriber::registry().with(vec![layer()]);
        tracing::subscriber::with_default(subscriber, || {
            assert_eq!(current(), None);
            let request = tracing::error_span!("request", request_id = "abc");
            request.in_scope(|| {
                tracing::info_span!("upstream").in_scope(|| assert_eq!(current().unwrap(), "abc"));
                let scan = tracing::error_span!(parent: None, "scan", request_id = String::from("def"));
                scan.in_scope(|| assert_eq!(current().unwrap(), "def"));
            });
            let mut headers = HeaderMap::new();
            annotate(&mut headers);
            assert_eq!(headers[HEADER].len(), 36, "nothing is sent without one");
        });
    }
}
