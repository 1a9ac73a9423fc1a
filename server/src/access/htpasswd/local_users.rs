//! The file of users, which is read again when it changes.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use registry::client::Secret;
use tokio::sync::Semaphore;
use tokio::task;

use super::{Fingerprint, Users, parse};

/// How often the file is looked at, at most.
const PAUSE: Duration = Duration::from_secs(1);
/// A file that changed more recently than this may change again without another time: some systems count in seconds.
const SETTLED: Duration = Duration::from_secs(2);
/// How many passwords are compared at once: it is meant to be slow, and must not keep pages waiting.
const AT_ONCE: usize = 2;
/// How much of a password bcrypt reads, in bytes.
const LONGEST: usize = 72;

/// Those who sign in with a name and a password.
#[derive(Debug)]
pub(crate) struct LocalUsers {
    path: PathBuf,
    state: Mutex<State>,
    permits: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct State {
    users: Arc<Users>,
    seen: Option<Stamp>,
    looked: Option<Instant>,
}

/// What changes with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    changed: Option<SystemTime>,
    len: u64,
}

impl LocalUsers {
    /// Reads the file; nobody can sign in while there is none.
    pub(crate) fn open(path: PathBuf) -> Self {
        let users = Self { path, state: Mutex::default(), permits: Arc::new(Semaphore::new(AT_ONCE)) };
        users.at(Instant::now());
        users
    }

    /// Whether a password is that of a person, and how it is recognised later that both still are what they were.
    ///
    /// How long it takes tells nothing of who is there.
    pub(crate) async fn check(&self, name: &str, password: &Secret) -> Option<Fingerprint> {
        let users = self.at(Instant::now());
        let known = users.hash_of(name).is_some();
        let hash = users.hash_of(name).map_or_else(|| users.dummy(), str::to_owned);
        // Of a longer one, or one with a zero in it, only the beginning would count.
        let whole = password.expose().len() <= LONGEST && !password.expose().contains('\0');
        // It goes along, so that it is not given to others before this is done, even when nobody waits for it any more.
        let permit = Arc::clone(&self.permits).acquire_owned().await.ok()?;
        let (stored, password) = (hash.clone(), password.clone());
        let compared = task::spawn_blocking(move || {
            let fits = bcrypt::verify(password.expose(), &stored).unwrap_or(false);
            drop(permit);
            fits
        });
        let fits = compared.await.unwrap_or(false);
        (known && whole && fits).then(|| Fingerprint::of(&hash))
    }

    /// Whether somebody is there, whatever their password.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.at(Instant::now()).hash_of(name).is_some()
    }

    /// Whether somebody is still there with the password they had.
    pub(crate) fn is_current(&self, name: &str, fingerprint: &str) -> bool {
        let users = self.at(Instant::now());
        users.hash_of(name).is_some_and(|hash| Fingerprint::of(hash).as_str() == fingerprint)
    }

    /// Who is there. The file is small and at hand, so nobody is kept waiting for it.
    fn at(&self, now: Instant) -> Arc<Users> {
        // Whoever panicked left users behind that can be used.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.looked.is_none_or(|it| now.saturating_duration_since(it) >= PAUSE) {
            state.looked = Some(now);
            self.look(&mut state);
        }
        Arc::clone(&state.users)
    }

    fn look(&self, state: &mut State) {
        let path = self.path.display();
        let stamp = match fs::metadata(&self.path) {
            Ok(found) => Stamp { changed: found.modified().ok(), len: found.len() },
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if !state.users.is_empty() {
                    tracing::warn!(%path, "the file of users is gone, so that nobody in it can sign in");
                }
                *state = State { looked: state.looked, ..State::default() };
                return;
            }
            Err(error) => {
                tracing::warn!(%path, %error, "the file of users cannot be looked at; those read before still count");
                return;
            }
        };
        if state.seen == Some(stamp) {
            return;
        }
        let settled = stamp.changed.is_some_and(|it| it.elapsed().is_ok_and(|it| it > SETTLED));
        state.seen = settled.then_some(stamp);
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) => {
                tracing::warn!(%path, %error, "the file of users cannot be read; those read before still count");
                return;
            }
        };
        match parse(&text) {
            Ok(users) => state.users = Arc::new(users),
            Err(error) => {
                tracing::warn!(%path, %error, "the file of users has a mistake; those read before still count");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: &str = "alice:$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2\n";
    /// The password is `hunter2`.
    const CHANGED: &str = "alice:$2y$04$Stowage.tests.only/12uQ41KqS7WEnR.fThqeXJdr/6x/v7ZLZy\n";

    fn users(text: &str) -> (tempfile::TempDir, LocalUsers) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("htpasswd");
        fs::write(&path, text).unwrap();
        (folder, LocalUsers::open(path))
    }

    async fn signs_in(users: &LocalUsers, name: &str, password: &str) -> bool {
        users.check(name, &Secret::new(password)).await.is_some()
    }

    #[tokio::test]
    async fn only_the_right_password_of_somebody_who_is_there_counts() {
        let (_folder, users) = users(ALICE);
        assert!(signs_in(&users, "alice", "correct horse").await);
        for (name, password) in [
            ("alice", "correct"),
            ("alice", ""),
            ("bob", "correct horse"),
            ("", ""),
            ("ALICE", "correct horse"),
        ] {
            assert!(!signs_in(&users, name, password).await, "{name} {password}");
        }
    }

    #[tokio::test]
    async fn what_bcrypt_would_not_read_is_not_left_out() {
        let long = "x".repeat(LONGEST);
        let hash = bcrypt::hash(&long, 4).unwrap();
        let (_folder, users) = users(&format!("{ALICE}bob:{hash}\n"));
        assert!(signs_in(&users, "bob", &long).await);
        assert!(!signs_in(&users, "bob", &format!("{long}y")).await);
        assert!(!signs_in(&users, "alice", "correct horse\0x").await);
    }

    #[tokio::test]
    async fn another_password_ends_what_began_with_the_old_one() {
        let (_folder, users) = users(ALICE);
        let fingerprint = users.check("alice", &Secret::new("correct horse")).await.unwrap();
        assert!(users.is_current("alice", fingerprint.as_str()));
        assert!(!users.is_current("bob", fingerprint.as_str()) && !users.is_current("alice", ""));
        fs::write(&users.path, CHANGED).unwrap();
        users.at(Instant::now() + PAUSE);
        assert!(!users.is_current("alice", fingerprint.as_str()));
        assert!(
            signs_in(&users, "alice", "hunter2").await && !signs_in(&users, "alice", "correct horse").await
        );
    }

    #[test]
    fn a_file_is_looked_at_once_a_second_at_most() {
        let (_folder, users) = users(ALICE);
        let begun = Instant::now();
        users.at(begun + PAUSE);
        fs::write(&users.path, CHANGED).unwrap();
        assert!(users.at(begun + PAUSE).hash_of("alice").unwrap().starts_with("$2y$05"));
        assert!(users.at(begun + 2 * PAUSE).hash_of("alice").unwrap().starts_with("$2y$04"));
    }

    #[test]
    fn a_mistake_keeps_those_who_were_there_and_a_file_that_is_gone_nobody() {
        let (_folder, users) = users(ALICE);
        let now = Instant::now();
        fs::write(&users.path, "alice:plain\n").unwrap();
        assert!(!users.at(now + PAUSE).is_empty());
        fs::remove_file(&users.path).unwrap();
        assert!(users.at(now + 2 * PAUSE).is_empty());
        fs::write(&users.path, ALICE).unwrap();
        assert!(!users.at(now + 3 * PAUSE).is_empty());
    }
}
