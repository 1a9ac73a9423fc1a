//! Reading what comes back, and no more of it than is wanted.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::client::failure;
use crate::error::Error;

/// An answer whose body is still to be read.
pub(crate) struct Unread<'a> {
    pub(crate) answer: reqwest::Response,
    pub(crate) host: &'a str,
    /// What errors say of how long was waited.
    pub(crate) connect_timeout: Duration,
}

impl Unread<'_> {
    /// The whole body, which must not be longer than the limit; `what` names it for people.
    pub(crate) async fn all(mut self, limit: u64, what: &str) -> Result<Bytes, Error> {
        let too_large = || Error::TooLarge { what: what.to_owned(), limit };
        let announced = self.answer.content_length().unwrap_or_default();
        if announced > limit {
            return Err(too_large());
        }
        // Only a part of what is announced is set aside, for it may never come.
        let mut body =
            BytesMut::with_capacity(usize::try_from(announced.min(1024 * 1024)).unwrap_or_default());
        while let Some(chunk) = self.next_chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() as u64 > limit {
                return Err(too_large());
            }
        }
        Ok(body.freeze())
    }

    /// As much of the body as an error is worth.
    pub(crate) async fn start(mut self, limit: u64) -> Result<Bytes, Error> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self.next_chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() as u64 > limit {
                body.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
                break;
            }
        }
        Ok(body.freeze())
    }

    async fn next_chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let chunk = self.answer.chunk().await;
        chunk.map_err(|error| failure::meaning(&error, self.host, self.connect_timeout))
    }
}
