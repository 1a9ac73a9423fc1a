//! Doing what a job is for, step by step.

mod settling;
mod step;
mod unsettled;

use std::slice;

use futures::future::{FutureExt, join};
use registry::Tag;
use registry::client::Deletes;
use registry::deletion::Step;
use tokio_util::sync::CancellationToken;

use super::execute::{Beside, Looked, Pace, Taken, Trouble, Worker};
use super::runner::Halt;
use super::support::support;
use super::view::View;
use super::{Task, Why};
use crate::inventory::tags::revalidate;
use crate::place::Place;
use crate::store::{ItemRecord, JobRecord, StoreError};
use crate::{Engine, Error};

use self::unsettled::{Done, Unsettled, unsettled};

/// How many items are read at a time.
const READ: usize = 1000;

/// What a job has come to.
struct Progress<'a> {
    view: View<'a>,
    /// How many steps failed in a row.
    failures: usize,
    /// Tags that were put back.
    touched: Vec<Tag>,
    halted: Result<(), Halt>,
}

impl Engine {
    /// Takes every step that was not taken yet.
    ///
    /// A step that stands alone is taken while it is found out what came of those before it, for the registry takes its
    /// time for both.
    pub(super) async fn work(&self, job: &JobRecord, stop: &CancellationToken) -> Result<(), Halt> {
        let upstream = self.upstream(&job.registry)?;
        let place = Place::note(upstream, &job.repository).await?;
        let support = support(&place).await.map_err(Error::from)?;
        refuse_what_cannot_be_done(&support.by_digest)?;
        let worker = Worker { place: &place, job, support, pace: Pace::default() };
        let items = self.open_items(&job.id).await?;
        let steps = items.iter().filter_map(|(_, task)| step_of(task).cloned());
        let view = View::new(self, &place, steps);
        let mut progress = Progress { view, failures: 0, touched: Vec::new(), halted: Ok(()) };
        let mut ahead = None;
        let mut open = items.iter();
        let result = self.take_all(&worker, &mut progress, &mut open, &mut ahead, stop).await;
        self.let_go(&worker, open.as_slice(), ahead, &progress.halted).await?;
        result?;
        if progress.touched.is_empty() {
            self.store.sum_up(place.id, None).await?;
        } else if let Err(error) = revalidate(&place, progress.touched).await {
            tracing::debug!(%error, "what was put back will be seen by the next look");
        }
        progress.halted
    }

    /// Takes one step after the other, until nothing is left or something halts it. What is left is in `open` then, and
    /// what was seen of the first of it in `ahead`.
    async fn take_all<'a>(
        &self,
        worker: &Worker<'_>,
        progress: &mut Progress<'_>,
        open: &mut slice::Iter<'a, (ItemRecord, Task)>,
        ahead: &mut Option<Looked>,
        stop: &CancellationToken,
    ) -> Result<(), Halt> {
        let (unsettled, mut batches) = unsettled();
        let settling = async {
            while let Some(steps) = batches.next().await {
                batches.answer(self.settle(worker, steps).await);
            }
        };
        let taking = self.take_each(worker, progress, open, ahead, unsettled, stop);
        join(taking.boxed(), settling.boxed()).await.0
    }

    async fn take_each<'a>(
        &self,
        worker: &Worker<'_>,
        progress: &mut Progress<'_>,
        open: &mut slice::Iter<'a, (ItemRecord, Task)>,
        ahead: &mut Option<Looked>,
        mut unsettled: Unsettled<'a>,
        stop: &CancellationToken,
    ) -> Result<(), Halt> {
        while let Some(current) = open.as_slice().first() {
            let (item, task) = current;
            // Where a manifest is deleted, it is asked in the transaction that writes down that this begins.
            let is_asked_later = matches!(step_of(task), Some(Step::RemoveManifest { .. }));
            if stop.is_cancelled() || !is_asked_later {
                progress.halted = self.may_go_on(worker.job, stop).await;
            }
            let is_alone = step_of(task).is_some_and(|step| progress.view.stands_alone(step));
            if unsettled.is_unknown() && !is_alone {
                self.settle_all(worker, progress, &mut unsettled, stop).await?;
            }
            if progress.halted.is_err() {
                break;
            }
            open.next();
            let next = open.as_slice().first();
            let mut beside = Beside {
                looked: ahead.take(),
                next: next.and_then(|(item, task)| Some((item, step_of(task)?))),
                ahead: None,
            };
            let result = self.take(worker, &mut progress.view, item, task, &mut beside, stop).await;
            *ahead = beside.ahead.take();
            worker.let_go(item, beside.looked.take()).await?;
            while let Some(settled) = unsettled.settled() {
                self.conclude(worker, progress, settled, stop).await?;
            }
            let ending = match result {
                Ok(Taken::Said) => None,
                Err(Trouble::Left) => {
                    progress.halted = Err(self.why_left(worker.job, stop).await);
                    break;
                }
                Ok(Taken::Ended(it)) => Some(self.judge(worker.job, progress, task, Ok(it), stop).await?),
                Err(error) => Some(self.judge(worker.job, progress, task, Err(error), stop).await?),
            };
            unsettled.add(Done { open: current, ending, n_tags: progress.view.n_tags() }).await;
            if progress.halted.is_err() {
                break;
            }
        }
        self.settle_all(worker, progress, &mut unsettled, stop).await
    }

    /// Settles all steps that were taken, and waits for it.
    async fn settle_all(
        &self,
        worker: &Worker<'_>,
        progress: &mut Progress<'_>,
        unsettled: &mut Unsettled<'_>,
        stop: &CancellationToken,
    ) -> Result<(), Halt> {
        worker.pace.rest();
        while let Some(settled) = unsettled.settle().await {
            self.conclude(worker, progress, settled, stop).await?;
        }
        Ok(())
    }

    /// Takes out of the trash what is not deleted any more: what was kept ahead, and what was begun before this process
    /// went on with the job; unless the job goes on, here or on another replica.
    async fn let_go(
        &self,
        worker: &Worker<'_>,
        open: &[(ItemRecord, Task)],
        ahead: Option<Looked>,
        halted: &Result<(), Halt>,
    ) -> Result<(), StoreError> {
        if matches!(halted, Err(Halt::Left)) {
            return Ok(());
        }
        if let Some((item, _)) = open.first() {
            worker.let_go(item, ahead).await?;
        }
        for (item, task) in open.iter().filter(|(item, _)| item.begun) {
            if let Some(step) = step_of(task) {
                worker.let_go_of_begun(item, step).await?;
            }
        }
        Ok(())
    }

    async fn why_left(&self, job: &JobRecord, stop: &CancellationToken) -> Halt {
        self.may_go_on(job, stop).await.err().unwrap_or(Halt::Left)
    }

    /// The parts that have come to no end yet.
    async fn open_items(&self, job: &str) -> Result<Vec<(ItemRecord, Task)>, StoreError> {
        let mut open = Vec::new();
        let mut from = 0;
        loop {
            let items = self.store.job_items(job, from, READ).await?;
            let Some(last) = items.last() else { return Ok(open) };
            from = usize::try_from(last.position).unwrap_or(usize::MAX).saturating_add(1);
            for item in items.into_iter().filter(|it| it.outcome.is_none()) {
                let task = Task::read(&item)?;
                open.push((item, task));
            }
        }
    }
}

fn refuse_what_cannot_be_done(deletes: &Deletes) -> Result<(), Halt> {
    let message = String::new();
    match deletes {
        Deletes::Yes => Ok(()),
        Deletes::Off => Err(Halt::Failed(Why::DeletionOff { message })),
        Deletes::ReadOnly => Err(Halt::Failed(Why::ReadOnly { message })),
        Deletes::Denied(message) => Err(Halt::Failed(Why::NotAllowed { message: message.clone() })),
    }
}

fn step_of(task: &Task) -> Option<&Step> {
    match task {
        Task::Delete(step) => Some(step),
        Task::Restore { .. } => None,
    }
}
