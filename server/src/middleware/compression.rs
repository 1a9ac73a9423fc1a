//! Compression of what we make ourselves; files lie compressed beside the originals.

use tower::layer::util::Stack;
use tower_http::compression::{CompressionLayer, CompressionLevel};

/// At 3, the usual level, it takes half as long again for pages that are a twentieth smaller.
const ZSTD: i32 = 1;
/// At 6, the usual level, it takes three times as long for pages that are a tenth smaller.
const GZIP: i32 = 3;

/// Compresses pages and JSON; what has been written is flushed whenever the page waits, so streaming stays streaming.
///
/// With zstd for those who can read it, which takes a third of gzip's time and makes smaller pages.
/// Without brotli: its encoders leave the process twice as large.
pub(crate) fn layer() -> Stack<CompressionLayer, CompressionLayer> {
    let none = CompressionLayer::new().no_gzip().no_zstd();
    let zstd = none.clone().zstd(true).quality(CompressionLevel::Precise(ZSTD));
    // What is compressed already is left as it is.
    let gzip = none.gzip(true).quality(CompressionLevel::Precise(GZIP));
    Stack::new(zstd, gzip)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::ready;

    use axum::body::{Body, Bytes};
    use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE};
    use axum::http::{Request, Response};
    use futures::channel::mpsc;
    use http_body_util::BodyExt;
    use tower::{Layer, ServiceExt, service_fn};

    use super::*;

    #[tokio::test]
    async fn what_is_written_leaves_before_the_rest_of_the_page_is_known() {
        for encoding in ["zstd", "gzip"] {
            leaves_at_once(encoding).await;
        }
    }

    async fn leaves_at_once(encoding: &str) {
        let (rows, body) = mpsc::unbounded::<Result<Bytes, Infallible>>();
        let page =
            Response::builder().header(CONTENT_TYPE, "text/html").body(Body::from_stream(body)).unwrap();
        let mut page = Some(page);
        let answer = service_fn(move |_: Request<Body>| ready(Ok::<_, Infallible>(page.take().unwrap())));
        rows.unbounded_send(Ok("<p>first</p>".repeat(100).into())).unwrap();
        let request = Request::get("/").header(ACCEPT_ENCODING, encoding).body(Body::empty()).unwrap();
        let mut response = layer().layer(answer).oneshot(request).await.unwrap();
        assert_eq!(response.headers()[CONTENT_ENCODING], encoding);
        // The sender is still open, so without a flush this would wait for ever.
        let mut n_bytes = 0;
        while n_bytes < 20 {
            let frame = response.body_mut().frame().await.unwrap().unwrap();
            n_bytes += frame.data_ref().unwrap().len();
        }
        drop(rows);
    }
}
