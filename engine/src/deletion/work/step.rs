//! Taking one step, where that is still allowed, and again where it fails in passing.

use std::time::Duration;

use registry::Error as RegistryError;
use registry::deletion::Step;
use tokio_util::sync::CancellationToken;

use crate::deletion::execute::{Beside, Taken, Trouble, Worker};
use crate::deletion::view::View;
use crate::deletion::{Task, Why};
use crate::store::ItemRecord;
use crate::{Engine, Error};

/// How long is waited before a step is tried again that failed in passing.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(10), Duration::from_secs(30)];
/// A registry that asks for a longer pause is left alone.
const LONGEST_PAUSE: Duration = Duration::from_secs(10 * 60);

impl Engine {
    /// Takes one step: again after a pause, where it fails in passing.
    pub(super) async fn take(
        &self,
        worker: &Worker<'_>,
        view: &mut View<'_>,
        item: &ItemRecord,
        task: &Task,
        beside: &mut Beside<'_>,
        stop: &CancellationToken,
    ) -> Result<Taken, Trouble> {
        let mut pauses = PAUSES.into_iter();
        let mut item = item.clone();
        loop {
            let result = match task {
                Task::Restore { entry, overwrite, .. } => {
                    Box::pin(worker.restore(&item, *entry, *overwrite)).await.map(Taken::Ended)
                }
                Task::Delete(step) => match self.is_allowed(worker, view, &item, step).await {
                    // All tags may just have been looked at, which takes its time.
                    Ok(None) if stop.is_cancelled() && !item.begun => return Err(Trouble::Left),
                    Ok(None) => Box::pin(worker.delete(&item, step, beside)).await,
                    Ok(Some(why)) => return worker.leave_alone(&item, why).await.map(Taken::Ended),
                    Err(Error::Registry(error)) => Err(error.into()),
                    Err(Error::Store(error)) => Err(error.into()),
                    Err(_) => return Err(Trouble::Left),
                },
            };
            match result {
                Err(Trouble::Registry(error)) if error.is_temporary() => {
                    if stop.is_cancelled() {
                        return Err(Trouble::Left);
                    }
                    let Some(pause) = pauses.next() else { return Err(error.into()) };
                    let asked = match &error {
                        RegistryError::RateLimited { retry_after: Some(asked), .. } => *asked,
                        _ => Duration::ZERO,
                    };
                    if asked > LONGEST_PAUSE {
                        return Err(error.into());
                    }
                    tracing::debug!(%error, "a step of a job is tried again after a pause");
                    tokio::select! {
                        () = tokio::time::sleep(pause.max(asked)) => {}
                        () = stop.cancelled() => return Err(Trouble::Left),
                    }
                    // It may have been begun by the try that failed.
                    let from = usize::try_from(item.position).unwrap_or_default();
                    if let Some(now) = self.store.job_items(&worker.job.id, from, 1).await?.into_iter().next()
                    {
                        item = now;
                    }
                }
                result => return result,
            }
        }
    }

    /// Why a step must not be taken now; nothing where it may. One that was begun is ended, unless nothing has come of
    /// it yet: what was changed before the job went on counts as much as what was changed before the job.
    async fn is_allowed(
        &self,
        worker: &Worker<'_>,
        view: &mut View<'_>,
        item: &ItemRecord,
        step: &Step,
    ) -> Result<Option<Why>, Error> {
        view.refresh().await?;
        if item.begun && worker.has_changed(step).await? {
            return Ok(None);
        }
        if let Some((tag, _)) = self.policy.protected(&view.place.name, step.tags().iter()).into_iter().next()
        {
            return Ok(Some(Why::Protected { tag }));
        }
        Ok(view.changed(step))
    }
}
