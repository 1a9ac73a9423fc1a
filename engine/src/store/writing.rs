//! Transactions that write, and how often something was written.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::{BoxFuture, FutureExt};
use sqlx::any::AnyRow;
use sqlx::{Any, Executor, Transaction};

use super::database::Statement;
use super::{Result, StoreError};

/// How often something was written by this process, so that what was read before can be told from what would be read
/// now.
#[derive(Debug, Default)]
pub(super) struct Writes {
    /// Anything at all.
    all: AtomicU64,
    /// Anything that a list of tags may show.
    rows: AtomicU64,
    /// Nothing of that but when tags were last looked at.
    looks: AtomicU64,
}

/// What a transaction has written that a list of tags shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Rows,
    Looks,
    Nothing,
}

impl Writes {
    pub(super) fn all(&self) -> u64 {
        self.all.load(Ordering::SeqCst)
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows.load(Ordering::SeqCst)
    }

    pub(super) fn looks(&self) -> u64 {
        self.looks.load(Ordering::SeqCst)
    }

    fn count(&self, shown: Shown) {
        self.all.fetch_add(1, Ordering::SeqCst);
        match shown {
            Shown::Rows => drop(self.rows.fetch_add(1, Ordering::SeqCst)),
            Shown::Looks => drop(self.looks.fetch_add(1, Ordering::SeqCst)),
            Shown::Nothing => {}
        }
    }
}

/// A transaction that writes; it is undone unless it is committed.
pub(super) struct Writing {
    transaction: Transaction<'static, Any>,
    writes: Arc<Writes>,
}

impl Writing {
    pub(super) fn new(transaction: Transaction<'static, Any>, writes: Arc<Writes>) -> Self {
        Self { transaction, writes }
    }

    /// Runs a statement; returns how many rows it changed.
    pub(super) fn run<'a, 'q: 'a>(&'a mut self, query: Statement<'q>) -> BoxFuture<'a, Result<u64>> {
        async move { Ok(query.execute(&mut *self.transaction).await?.rows_affected()) }.boxed()
    }

    /// All rows of a statement.
    pub(super) fn all<'q>(&'q mut self, query: Statement<'q>) -> BoxFuture<'q, Result<Vec<AnyRow>>> {
        async move { Ok(query.fetch_all(&mut *self.transaction).await?) }.boxed()
    }

    /// The only row of a statement, if it has one.
    pub(super) fn optional<'q>(&'q mut self, query: Statement<'q>) -> BoxFuture<'q, Result<Option<AnyRow>>> {
        async move { Ok(query.fetch_optional(&mut *self.transaction).await?) }.boxed()
    }

    /// The only row of a statement.
    pub(super) fn one<'q>(&'q mut self, query: Statement<'q>) -> BoxFuture<'q, Result<AnyRow>> {
        async move { Ok(query.fetch_one(&mut *self.transaction).await?) }.boxed()
    }

    /// Runs several statements, none of which has parameters.
    pub(super) fn script<'q>(&'q mut self, text: &'q str) -> BoxFuture<'q, Result<()>> {
        // Without parameters it is sent as it is, and may be several statements.
        let running = Executor::execute(&mut *self.transaction, text);
        async move { running.await.map(|_| ()).map_err(Into::into) }.boxed()
    }

    pub(super) fn commit(self) -> BoxFuture<'static, Result<()>> {
        self.commit_as(Shown::Rows)
    }

    /// The same for a transaction that has written less than what lists of tags show.
    pub(super) fn commit_as(self, shown: Shown) -> BoxFuture<'static, Result<()>> {
        let Self { transaction, writes } = self;
        // It ends even if nobody waits for it any more, so that nothing is written that is not counted.
        let committing = tokio::spawn(async move {
            let result = transaction.commit().await;
            writes.count(shown);
            result
        });
        async move {
            let result = committing.await.map_err(|error| StoreError::Other { why: error.to_string() })?;
            Ok(result?)
        }
        .boxed()
    }
}
