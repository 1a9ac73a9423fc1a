//! What a repository holds while a job is at work in it.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use registry::deletion::{Changed, Holdings, Step, check};
use registry::{Digest, Error as RegistryError, attached};
use tokio::time::Instant;

use super::execute::without;
use super::{Why, world};
use crate::place::Place;
use crate::{Engine, Error};

/// All tags are looked at again when the last look is so long ago, and so many times as long as it took.
const LOOK_AGAIN: (Duration, u32) = (Duration::from_secs(30), 10);

/// What the repository holds, as steps are checked against it.
pub(super) struct View<'a> {
    engine: &'a Engine,
    pub(super) place: &'a Place,
    /// The steps that are still to be taken. What is not among them stays, and so does what it needs.
    steps: HashSet<Step>,
    looked: Option<(Instant, Duration)>,
    holdings: Holdings,
    /// What indexes need.
    needed: HashSet<Digest>,
    /// Why steps must not be taken, by now; absent where it has to be found out anew.
    changed: Option<HashMap<Step, Changed>>,
}

impl<'a> View<'a> {
    pub(super) fn new(engine: &'a Engine, place: &'a Place, steps: impl Iterator<Item = Step>) -> Self {
        Self {
            engine,
            place,
            steps: steps.collect(),
            looked: None,
            holdings: Holdings::default(),
            needed: HashSet::new(),
            changed: None,
        }
    }

    /// Looks at all tags, unless that was just done.
    pub(super) async fn refresh(&mut self) -> Result<(), Error> {
        let (shortest, times) = LOOK_AGAIN;
        if self.looked.is_some_and(|(at, took)| at.elapsed() < shortest.max(took * times)) {
            return Ok(());
        }
        let began = Instant::now();
        match world::look_at_all(self.place).await {
            // What is not there any more harms nobody, and each step finds that out.
            Ok(()) | Err(Error::Registry(RegistryError::RepositoryUnknown { .. })) => {}
            Err(error) => return Err(error),
        }
        self.holdings = self.engine.store.holdings(self.place.id).await?;
        self.needed = self.holdings.manifests.values().flat_map(|it| it.children.iter().cloned()).collect();
        self.changed = None;
        self.looked = Some((Instant::now(), began.elapsed()));
        Ok(())
    }

    /// How many tags it has.
    pub(super) fn n_tags(&self) -> usize {
        self.holdings.tags.len()
    }

    /// Whether nothing else has to do with what a step is about, so that it may be taken before it is known what came of
    /// the step before it.
    pub(super) fn stands_alone(&self, step: &Step) -> bool {
        let Step::RemoveManifest { digest, tags } = step else { return false };
        let held = self.holdings.manifests.get(digest);
        let is_attached = held.is_none_or(|it| it.subject.is_some())
            || tags.iter().any(|tag| attached::parse(tag).is_some());
        !is_attached && !self.needed.contains(digest)
    }

    /// Why a step must not be taken.
    pub(super) fn changed(&mut self, step: &Step) -> Option<Why> {
        let changed = self.changed.get_or_insert_with(|| {
            let steps: Vec<Step> = self.steps.iter().cloned().collect();
            let results = check(&self.holdings, &steps);
            steps.into_iter().zip(results).filter_map(|(step, result)| Some((step, result.err()?))).collect()
        });
        changed.get(step).cloned().map(Why::from)
    }

    /// A step was taken, so what it was about needs nothing any more.
    pub(super) fn taken(&mut self, step: &Step) {
        without(&mut self.holdings, step);
        self.steps.remove(step);
    }

    /// A step was not taken, so what it was about stays, and needs what it needs.
    pub(super) fn left_alone(&mut self, step: &Step) {
        self.steps.remove(step);
        self.changed = None;
    }
}
