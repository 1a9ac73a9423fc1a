//! The layers that are being read: each once, however many ask for it, and few at a time.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use registry::{Digest, RepositoryName};
use tokio::sync::Semaphore;
use tracing::Instrument;

use super::fetch::Outcome;
use super::{LayerProgress, LayerState};
use crate::events::Event;
use crate::store::{KnownLayer, Lease};
use crate::upstream::{Upstream, unique};
use crate::{Engine, Error};

/// How many layers are read at once: reading is work for a processor, of which each takes one, and takes memory.
const AT_ONCE: usize = 2;
/// How many layers are read, wait to be, or have failed a while ago.
const MOST: usize = 512;
/// How often it is told how far a layer is.
const BEAT: Duration = Duration::from_secs(1);
/// After how long a layer that could not be fetched is read again for whoever asks for it.
const RETRY: Duration = Duration::from_secs(10);
/// Every how many beats the lease is renewed.
const RENEWAL: u32 = 8;

/// The layers that are being read by this process.
#[derive(Clone, Debug)]
pub(crate) struct Readings(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    all: Mutex<HashMap<Digest, Arc<Reading>>>,
    turns: Semaphore,
}

/// A layer that is read, waits to be, or could not be fetched.
#[derive(Debug)]
pub(super) struct Reading {
    /// Compressed bytes, where that is known.
    size: Option<u64>,
    /// How many of them were read.
    pub(super) read: AtomicU64,
    stage: Mutex<Stage>,
    /// The repositories in which somebody waits for it.
    places: Mutex<HashSet<(String, RepositoryName)>>,
}

#[derive(Clone, Debug)]
enum Stage {
    Waiting,
    Reading,
    /// Why, and when.
    Failed(String, Instant),
}

impl Default for Readings {
    fn default() -> Self {
        Self(Arc::new(Inner { all: Mutex::default(), turns: Semaphore::new(AT_ONCE) }))
    }
}

impl Readings {
    /// How far the reading of a layer is; nothing where nobody has asked for it.
    pub(super) fn state(&self, layer: &Digest) -> Option<LayerState> {
        let reading = locked(&self.0.all).get(layer).cloned()?;
        let stage = locked(&reading.stage).clone();
        Some(match stage {
            Stage::Waiting => LayerState::Waiting,
            Stage::Reading => LayerState::Reading(reading.read.load(Ordering::Relaxed)),
            Stage::Failed(why, _) => LayerState::Failed(why),
        })
    }

    /// Whether a layer that could not be fetched should be tried again by itself.
    pub(super) fn is_to_be_tried(&self, layer: &Digest) -> bool {
        let reading = locked(&self.0.all).get(layer).cloned();
        reading.is_none_or(|it| matches!(*locked(&it.stage), Stage::Failed(_, at) if at.elapsed() >= RETRY))
    }

    /// Takes down that somebody waits for a layer; what is to be read then, or nothing where it is read already.
    fn enter(
        &self,
        layer: &Digest,
        size: Option<u64>,
        place: (String, RepositoryName),
    ) -> Result<Option<Arc<Reading>>, Error> {
        let mut all = locked(&self.0.all);
        if let Some(known) = all.get(layer) {
            locked(&known.places).insert(place.clone());
            if !matches!(*locked(&known.stage), Stage::Failed(..)) {
                return Ok(None);
            }
        }
        if all.len() >= MOST {
            all.retain(|_, it| !matches!(*locked(&it.stage), Stage::Failed(..)));
        }
        if all.len() >= MOST {
            return Err(Error::Busy { n: all.len() });
        }
        let reading = Arc::new(Reading {
            size,
            read: AtomicU64::new(0),
            stage: Mutex::new(Stage::Waiting),
            places: Mutex::new(HashSet::from([place])),
        });
        all.insert(layer.clone(), Arc::clone(&reading));
        Ok(Some(reading))
    }

    fn leave(&self, layer: &Digest) {
        locked(&self.0.all).remove(layer);
    }
}

impl Engine {
    /// Has a layer read in the background, unless it is being read already.
    pub(super) fn begin_reading(
        &self,
        upstream: &Arc<Upstream>,
        repository: &RepositoryName,
        layer: &Digest,
        size: Option<u64>,
    ) -> Result<(), Error> {
        let place = (upstream.info.id.clone(), repository.clone());
        let Some(reading) = self.readings.enter(layer, size, place)? else { return Ok(()) };
        let waited_for = self.stopping.running();
        let (engine, upstream, repository, layer) =
            (self.as_server(), Arc::clone(upstream), repository.clone(), layer.clone());
        let task = async move {
            let read = engine.take_turn(&upstream, &repository, &layer, &reading).await;
            match read {
                Ok(()) => engine.readings.leave(&layer),
                Err(error) => {
                    tracing::warn!(%error, %repository, %layer, "a layer cannot be read");
                    *locked(&reading.stage) = Stage::Failed(error.to_string(), Instant::now());
                }
            }
            engine.tell_of(&layer, &reading, true);
            drop(waited_for);
        };
        tokio::spawn(task.in_current_span());
        Ok(())
    }

    /// Reads a layer when it is its turn, unless another replica has done so by then.
    async fn take_turn(
        &self,
        upstream: &Arc<Upstream>,
        repository: &RepositoryName,
        layer: &Digest,
        reading: &Arc<Reading>,
    ) -> Result<(), Error> {
        let stop = self.stopping.token();
        let turn = tokio::select! {
            turn = self.readings.0.turns.acquire() => turn,
            () = stop.cancelled() => return Err(Error::Stopped),
        };
        let (name, owner) = (format!("layer {layer}"), unique());
        let lease = loop {
            if self.is_read(layer).await? {
                return Ok(());
            }
            if let Some(lease) = self.store.take_lease(&name, &owner).await? {
                break lease;
            }
            tokio::select! {
                () = tokio::time::sleep(BEAT) => {}
                () = stop.cancelled() => return Err(Error::Stopped),
            }
        };
        // Another replica may have read it, and given the lease back, between the two questions.
        if self.is_read(layer).await? {
            return Ok(self.store.return_lease(&lease).await?);
        }
        *locked(&reading.stage) = Stage::Reading;
        let read = tokio::select! {
            read = self.fetch(upstream, repository, layer, reading, &stop) => read,
            // The registry may not have answered yet.
            () = stop.cancelled() => Err(Error::Stopped),
            error = self.beat(layer, reading, &lease) => Err(error),
        };
        let written = match read {
            Ok(Outcome::Index(index)) => self.store.write_layer(layer, Ok(&index)).await.map_err(Error::from),
            Ok(Outcome::Damaged(why)) => self.store.write_layer(layer, Err(&why)).await.map_err(Error::from),
            Err(error) => Err(error),
        };
        drop(turn);
        self.store.return_lease(&lease).await?;
        written
    }

    async fn is_read(&self, layer: &Digest) -> Result<bool, Error> {
        let known: HashMap<Digest, KnownLayer> = self.store.known_layers(std::slice::from_ref(layer)).await?;
        Ok(!known.is_empty())
    }

    /// Tells how far a layer is and keeps its lease, until that is lost.
    async fn beat(&self, layer: &Digest, reading: &Reading, lease: &Lease) -> Error {
        let mut number = 0_u32;
        loop {
            self.tell_of(layer, reading, false);
            tokio::time::sleep(BEAT).await;
            number = number.wrapping_add(1);
            if number.is_multiple_of(RENEWAL) {
                match self.store.renew_lease(lease).await {
                    Ok(true) => {}
                    Ok(false) => return Error::Stopped,
                    Err(error) => tracing::warn!(%error, "the lease of a layer cannot be renewed"),
                }
            }
        }
    }

    fn tell_of(&self, layer: &Digest, reading: &Reading, has_ended: bool) {
        for (registry, repository) in locked(&reading.places).iter() {
            self.events.publish(Event::Layer(LayerProgress {
                registry: registry.clone(),
                repository: repository.clone(),
                layer: layer.clone(),
                read: reading.read.load(Ordering::Relaxed),
                size: reading.size,
                has_ended,
            }));
        }
    }
}

fn locked<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is kept is whole after each statement.
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
