//! What collects traces, as small as it can be.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use prost::Message;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

type Received = Arc<Mutex<Vec<(HeaderMap, ExportTraceServiceRequest)>>>;

/// It takes everything, and forgets nothing.
pub(super) struct Collector {
    pub(super) url: String,
    received: Received,
    _server: AbortOnDropHandle<()>,
}

/// What was sent of a span.
#[derive(Debug)]
pub(super) struct Span {
    pub(super) service: String,
    pub(super) name: String,
    pub(super) trace: String,
    pub(super) id: String,
    /// Empty where it is the first.
    pub(super) parent: String,
    attributes: Vec<(String, String)>,
}

impl Collector {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let received = Received::default();
        let router = Router::new().route("/v1/traces", post(take)).with_state(Arc::clone(&received));
        let serving = async move { axum::serve(listener, router).await.unwrap() };
        Self { url, received, _server: AbortOnDropHandle::new(tokio::spawn(serving)) }
    }

    /// The headers of everything that was sent.
    pub(super) fn headers(&self) -> Vec<HeaderMap> {
        self.received.lock().unwrap().iter().map(|it| it.0.clone()).collect()
    }

    pub(super) fn spans(&self) -> Vec<Span> {
        let received = self.received.lock().unwrap();
        let mut spans = Vec::new();
        for sent in received.iter().flat_map(|it| &it.1.resource_spans) {
            let resource = attributes(&sent.resource.as_ref().unwrap().attributes);
            let service = resource.into_iter().find(|it| it.0 == "service.name").unwrap().1;
            for span in sent.scope_spans.iter().flat_map(|it| &it.spans) {
                spans.push(Span {
                    service: service.clone(),
                    name: span.name.clone(),
                    trace: hex(&span.trace_id),
                    id: hex(&span.span_id),
                    parent: hex(&span.parent_span_id),
                    attributes: attributes(&span.attributes),
                });
            }
        }
        spans
    }
}

impl Span {
    /// An attribute as text; empty if there is none.
    pub(super) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|it| it.0 == name).map(|it| it.1.as_str()).unwrap_or_default()
    }
}

async fn take(State(received): State<Received>, headers: HeaderMap, body: Bytes) {
    let sent = ExportTraceServiceRequest::decode(body).unwrap();
    received.lock().unwrap().push((headers, sent));
}

fn attributes(list: &[KeyValue]) -> Vec<(String, String)> {
    let text = |it: &KeyValue| match it.value.as_ref().and_then(|it| it.value.as_ref()) {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    list.iter().map(|it| (it.key.clone(), text(it))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|it| format!("{it:02x}")).collect()
}
