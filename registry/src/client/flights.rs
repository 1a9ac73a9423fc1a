//! One request for many who want the same thing at the same time.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};

use crate::error::Error;

type Flight<V> = BoxFuture<'static, Result<V, Error>>;
type Flying<K, V> = Arc<Mutex<HashMap<K, WeakShared<Flight<V>>>>>;

/// What is under way. Nothing is kept once it has arrived, or once nobody waits for it any more.
pub(crate) struct Flights<K, V> {
    flying: Flying<K, V>,
}

impl<K, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self { flying: Flying::default() }
    }
}

impl<K, V> fmt::Debug for Flights<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flights").finish_non_exhaustive()
    }
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// The result of the flight that is under way, or else of this one.
    pub(crate) async fn join(
        &self,
        key: K,
        flight: impl Future<Output = Result<V, Error>> + Send + 'static,
    ) -> Result<V, Error> {
        let shared = {
            let mut flying = self.flying.lock().unwrap_or_else(PoisonError::into_inner);
            match flying.get(&key).and_then(WeakShared::upgrade) {
                Some(shared) => shared,
                None => {
                    let landing = Landing { flying: Arc::clone(&self.flying), key: key.clone() };
                    let shared: Shared<Flight<V>> = async move {
                        let _landing = landing;
                        flight.await
                    }
                    .boxed()
                    .shared();
                    if let Some(weak) = shared.downgrade() {
                        flying.insert(key, weak);
                    }
                    shared
                }
            }
        };
        shared.await
    }
}

/// Removes a flight from the list when it has arrived, or when the last who waited has gone.
struct Landing<K: Eq + Hash, V> {
    flying: Flying<K, V>,
    key: K,
}

impl<K: Eq + Hash, V> Drop for Landing<K, V> {
    fn drop(&mut self) {
        // What is removed is dropped only after the lock is released.
        let removed = self.flying.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
        drop(removed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn many_who_ask_at_once_share_one_flight_and_nothing_is_kept() {
        let flights = Flights::<u8, usize>::default();
        let (started, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let flight = || {
            let (started, gate) = (Arc::clone(&started), Arc::clone(&gate));
            async move {
                let number = started.fetch_add(1, Ordering::SeqCst);
                let _permit = gate.acquire().await.unwrap();
                Ok(number)
            }
        };
        let all = join_all((0..20).map(|_| flights.join(1, flight())));
        let open = async { gate.add_permits(1) };
        let (results, ()) = tokio::join!(all, open);
        assert!(results.iter().all(|it| *it == Ok(0)));
        assert!(flights.flying.lock().unwrap().is_empty());
        assert_eq!(flights.join(1, flight()).await, Ok(1));
    }

    #[tokio::test]
    async fn a_flight_goes_on_when_the_one_who_started_it_leaves() {
        let flights = Flights::<u8, u8>::default();
        let gate = Arc::new(Semaphore::new(0));
        let waiting = Arc::clone(&gate);
        let mut first = Box::pin(flights.join(1, async move {
            let _permit = waiting.acquire().await.unwrap();
            Ok(7)
        }));
        assert!(futures::poll!(&mut first).is_pending());
        let second = flights.join(1, async { Ok(8) });
        let mut second = Box::pin(second);
        assert!(futures::poll!(&mut second).is_pending());
        drop(first);
        gate.add_permits(1);
        assert_eq!(second.await, Ok(7));
    }

    #[tokio::test]
    async fn a_flight_that_nobody_waits_for_leaves_nothing_behind() {
        let flights = Flights::<u8, u8>::default();
        let mut only = Box::pin(flights.join(1, std::future::pending()));
        assert!(futures::poll!(&mut only).is_pending());
        drop(only);
        assert!(flights.flying.lock().unwrap().is_empty());
    }
}
