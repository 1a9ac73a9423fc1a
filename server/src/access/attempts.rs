//! How often one may try to sign in.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use moka::ops::compute::Op;
use moka::sync::Cache;

/// How many may fail before one has to wait: with one name, and from one address, which may be that of a whole office.
const FREE_BY_NAME: u32 = 5;
const FREE_BY_ADDRESS: u32 = 20;
/// The longest that one has to wait.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// What failed longer ago than this is forgotten.
const WINDOW: Duration = Duration::from_secs(60 * 60);
/// For how long an address is known as somebody's.
const KNOWN_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const MOST_COUNTS: u64 = 100_000;
const MOST_KNOWN: u64 = 10_000;
/// No name is longer, in characters; more of it would only fill memory.
const LONGEST_NAME: usize = 200;

/// Counts what failed, by name and by address.
///
/// An address from which somebody has signed in before has a count of its own with their name: whoever tries the name
/// from elsewhere makes nobody wait there. It is kept in memory only, for each server.
pub(crate) struct Attempts {
    counts: Cache<Key, Count>,
    known: Cache<(String, IpAddr), ()>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Name(String),
    Address(IpAddr),
    /// A name from an address that is known as theirs.
    Known(String, IpAddr),
}

#[derive(Clone, Copy, Debug)]
struct Count {
    failures: u32,
    last: Instant,
}

impl Default for Attempts {
    fn default() -> Self {
        Self {
            counts: Cache::builder().max_capacity(MOST_COUNTS).time_to_live(WINDOW).build(),
            known: Cache::builder().max_capacity(MOST_KNOWN).time_to_live(KNOWN_FOR).build(),
        }
    }
}

/// Names and addresses are nobody's business.
impl fmt::Debug for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempts").finish_non_exhaustive()
    }
}

impl Attempts {
    /// Whether one may try now, else how long one has to wait.
    ///
    /// A try counts as failed until it is known better, so that many at once are no way around it, nor is hanging up.
    pub(crate) fn check(&self, address: IpAddr, name: &str) -> Result<(), Duration> {
        self.check_at(address, name, Instant::now())
    }

    /// The password was wrong: one waits from now on.
    pub(crate) fn failed(&self, address: IpAddr, name: &str) {
        self.failed_at(address, name, Instant::now());
    }

    /// Whether the password was right was not to be known, so the try counts for nothing.
    pub(crate) fn undecided(&self, address: IpAddr, name: &str) {
        self.keys(address, name).into_iter().for_each(|key| self.give_back(key));
    }

    /// The password was right, and the address is known as theirs. What others tried goes on counting elsewhere.
    pub(crate) fn succeeded(&self, address: IpAddr, name: &str) {
        self.undecided(address, name);
        let (name, address) = (shorten(name), network_of(address));
        self.counts.invalidate(&Key::Known(name.clone(), address));
        self.known.insert((name, address), ());
    }

    fn check_at(&self, address: IpAddr, name: &str, now: Instant) -> Result<(), Duration> {
        let mut taken = Vec::new();
        for key in self.keys(address, name) {
            if let Err(wait) = self.take(key.clone(), now) {
                // What is refused counts nowhere.
                taken.into_iter().for_each(|key| self.give_back(key));
                return Err(wait);
            }
            taken.push(key);
        }
        Ok(())
    }

    fn failed_at(&self, address: IpAddr, name: &str, now: Instant) {
        for key in self.keys(address, name) {
            let _ = self.counts.entry(key).and_compute_with(|entry| match entry {
                Some(entry) => Op::Put(Count { last: now, ..entry.into_value() }),
                None => Op::Nop,
            });
        }
    }

    /// What a try counts for.
    fn keys(&self, address: IpAddr, name: &str) -> Vec<Key> {
        let (name, address) = (shorten(name), network_of(address));
        let pair = (name, address);
        match self.known.contains_key(&pair) {
            true => vec![Key::Known(pair.0, pair.1)],
            false => vec![Key::Address(pair.1), Key::Name(pair.0)],
        }
    }

    /// Counts one more as failed, unless one has to wait.
    fn take(&self, key: Key, now: Instant) -> Result<(), Duration> {
        let free = if matches!(key, Key::Address(_)) { FREE_BY_ADDRESS } else { FREE_BY_NAME };
        let mut wait = Duration::ZERO;
        let _ = self.counts.entry(key).and_compute_with(|entry| {
            let count = entry.map(|it| it.into_value()).filter(|it| !it.is_forgotten(now));
            let count = count.unwrap_or(Count { failures: 0, last: now });
            wait = count.wait(free, now);
            if wait.is_zero() {
                Op::Put(Count { failures: count.failures.saturating_add(1), last: now })
            } else {
                Op::Nop
            }
        });
        if wait.is_zero() { Ok(()) } else { Err(wait) }
    }

    fn give_back(&self, key: Key) {
        let _ = self.counts.entry(key).and_compute_with(|entry| match entry.map(|it| it.into_value()) {
            Some(count) if count.failures > 1 => Op::Put(Count { failures: count.failures - 1, ..count }),
            Some(_) => Op::Remove,
            None => Op::Nop,
        });
    }
}

impl Count {
    fn is_forgotten(self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) >= WINDOW
    }

    /// How long one still has to wait: twice as long each time, from a second on.
    fn wait(self, free: u32, now: Instant) -> Duration {
        let Some(more) = self.failures.checked_sub(free) else { return Duration::ZERO };
        let pause = 2_u64.checked_pow(more).map_or(LONGEST, Duration::from_secs).min(LONGEST);
        pause.saturating_sub(now.saturating_duration_since(self.last))
    }
}

fn shorten(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

/// What counts as one address: of IPv6, everybody has a whole network.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

    fn elsewhere(number: u8) -> IpAddr {
        IpAddr::from([198, 51, 100, number])
    }

    /// Tries and fails, each time from another address.
    fn attack(attempts: &Attempts, name: &str, times: u8, now: Instant) {
        for number in 0..times {
            attempts.check_at(elsewhere(number), name, now).unwrap();
            attempts.failed_at(elsewhere(number), name, now);
        }
    }

    fn seconds(wait: Result<(), Duration>) -> u64 {
        wait.err().map_or(0, |it| it.as_secs())
    }

    #[test]
    fn one_waits_longer_each_time() {
        let (attempts, begun) = (Attempts::default(), Instant::now());
        attack(&attempts, "alice", 5, begun);
        let mut now = begun;
        for pause in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
            assert_eq!(seconds(attempts.check_at(HERE, "alice", now)), pause);
            now += Duration::from_secs(pause - 1);
            assert_eq!(seconds(attempts.check_at(HERE, "alice", now)), 1);
            now += Duration::from_secs(1);
            assert_eq!(attempts.check_at(elsewhere(7), "alice", now), Ok(()));
            attempts.failed_at(elsewhere(7), "alice", now);
        }
        assert_eq!(attempts.check_at(HERE, "alice", now + WINDOW), Ok(()));
    }

    #[test]
    fn other_names_do_not_wait() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        attack(&attempts, "alice", 5, now);
        assert!(attempts.check_at(HERE, "alice", now).is_err());
        assert_eq!(attempts.check_at(HERE, "bob", now), Ok(()));
    }

    #[test]
    fn an_address_waits_whatever_the_name() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        for number in 0..FREE_BY_ADDRESS {
            assert_eq!(attempts.check_at(HERE, &format!("name{number}"), now), Ok(()));
        }
        assert_eq!(seconds(attempts.check_at(HERE, "another", now)), 1);
        assert_eq!(attempts.check_at(elsewhere(1), "another", now), Ok(()));
    }

    #[test]
    fn what_is_refused_counts_nowhere() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        attack(&attempts, "alice", 5, now);
        for _ in 0..100 {
            assert!(attempts.check_at(HERE, "alice", now).is_err());
        }
        assert_eq!(attempts.check_at(HERE, "bob", now), Ok(()));
        assert_eq!(attempts.check_at(HERE, "alice", now + Duration::from_secs(1)), Ok(()));
    }

    #[test]
    fn nobody_is_locked_out_where_they_were_before() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        attempts.check_at(HERE, "alice", now).unwrap();
        attempts.succeeded(HERE, "alice");
        attack(&attempts, "alice", 5, now);
        assert!(attempts.check_at(elsewhere(99), "alice", now).is_err());
        assert_eq!(attempts.check_at(HERE, "alice", now), Ok(()));
        // There, too, nobody may guess for ever.
        for _ in 1..FREE_BY_NAME {
            assert_eq!(attempts.check_at(HERE, "alice", now), Ok(()));
        }
        assert_eq!(seconds(attempts.check_at(HERE, "alice", now)), 1);
    }

    #[test]
    fn a_success_elsewhere_forgives_no_guesses() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        for number in 0..FREE_BY_ADDRESS {
            attempts.check_at(HERE, &format!("name{number}"), now).unwrap();
        }
        let later = now + Duration::from_secs(1);
        attempts.check_at(HERE, "mallory", later).unwrap();
        attempts.succeeded(HERE, "mallory");
        assert_eq!(seconds(attempts.check_at(HERE, "alice", later)), 1);
    }

    #[test]
    fn what_was_not_to_be_known_counts_for_nothing() {
        let (attempts, now) = (Attempts::default(), Instant::now());
        for _ in 0..100 {
            assert_eq!(attempts.check_at(HERE, "alice", now), Ok(()));
            attempts.undecided(HERE, "alice");
        }
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let of = |text: &str| network_of(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
