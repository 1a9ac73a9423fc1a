//! A body that is sent on as it comes, and whether it still moves.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::Stream;
use futures::stream::BoxStream;
use http_body::{Body, Frame, SizeHint};
use tokio::time::Instant;

use crate::error::Error;

/// Why whoever sends something stopped.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A body that can be sent once.
pub(crate) struct Outgoing {
    /// The lock is never taken: it only says that nobody polls this from two places.
    chunks: Mutex<BoxStream<'static, Result<Bytes, BoxError>>>,
    length: Option<u64>,
    taken: u64,
    progress: Progress,
}

/// How far a body has come; shared by the body, which is given away, and whoever waits for the answer.
#[derive(Clone, Debug)]
pub(super) struct Progress(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// When something was taken last.
    moved: Instant,
    /// Whether whoever sends it is waited for, rather than who takes it.
    waits: bool,
    broken: bool,
    done: bool,
}

impl Outgoing {
    pub(crate) fn new(chunks: BoxStream<'static, Result<Bytes, BoxError>>, length: Option<u64>) -> Self {
        Self { chunks: Mutex::new(chunks), length, taken: 0, progress: Progress::new(false) }
    }

    pub(super) fn progress(&self) -> Progress {
        self.progress.clone()
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let chunks = self.chunks.get_mut().unwrap_or_else(PoisonError::into_inner);
        let polled = Pin::new(chunks).poll_next(cx);
        if let Poll::Ready(Some(Ok(chunk))) = &polled {
            self.taken += chunk.len() as u64;
        }
        // Whoever takes it knows how much there is, and does not ask whether there is more.
        let is_all = self.length.is_some_and(|it| self.taken >= it);
        self.progress.note(&polled, is_all);
        polled.map_ok(Frame::data)
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

impl Progress {
    /// Of what begins now; `done` says that nothing is to be sent.
    pub(super) fn new(done: bool) -> Self {
        let state = State { moved: Instant::now(), waits: false, broken: false, done };
        Self(Arc::new(Mutex::new(state)))
    }

    fn note(&self, polled: &Poll<Option<Result<Bytes, BoxError>>>, is_all: bool) {
        let mut state = self.lock();
        state.waits = polled.is_pending();
        match polled {
            Poll::Pending => return,
            Poll::Ready(Some(Ok(_))) => state.done = is_all,
            Poll::Ready(Some(Err(_))) => state.broken = true,
            Poll::Ready(None) => state.done = true,
        }
        state.moved = Instant::now();
    }

    /// Whether whoever sends it hung up.
    pub(super) fn is_broken(&self) -> bool {
        self.lock().broken
    }

    /// Waits until nothing has moved for as long as is allowed while it is sent, or until there was no answer for as
    /// long as is allowed after that; then tells whose fault it is.
    pub(super) async fn stalls(&self, host: &str, sending: Duration, answering: Duration) -> Error {
        loop {
            let (until, after) = {
                let state = self.lock();
                let after = if state.done { answering } else { sending };
                (state.moved + after, after)
            };
            if until > Instant::now() {
                tokio::time::sleep_until(until).await;
                continue;
            }
            return match self.lock().waits {
                true => broken_off(&format!("nothing more came for {} s", after.as_secs())),
                false => Error::Timeout { host: host.to_owned(), after_secs: after.as_secs() },
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is to be sent on did not come to its end.
pub(super) fn broken_off(why: &str) -> Error {
    Error::Unreadable { what: "what is to be sent on".to_owned(), why: why.to_owned() }
}
