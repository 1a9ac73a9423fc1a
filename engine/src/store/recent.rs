//! Answers of a moment ago, for as long as nothing was written since.

use std::hash::Hash;
use std::time::Duration;

use moka::future::Cache;
use registry::RepositoryName;

use super::database::Database;
use super::{RegistryId, RepositoryRecord, Result};

/// How long at most, because some answers depend on the time, and somebody may write into the file whose writes are not
/// counted.
const KEPT_FOR: Duration = Duration::from_secs(1);
/// How many answers to one question are kept.
const ANSWERS: u64 = 1024;

/// What every page asks for. Asking the database takes two changes of threads each time, which is most of what a page
/// costs that is remembered.
#[derive(Debug, Default)]
pub(super) struct Recent {
    pub(super) repositories: Answers<(RegistryId, RepositoryName), Option<RepositoryRecord>>,
    pub(super) is_busy: Answers<(), bool>,
}

/// The answers to one question, each with how often something was written before it was read.
#[derive(Debug)]
pub(super) struct Answers<K, V>(Cache<K, (u64, V)>)
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static;

impl<K, V> Default for Answers<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self(Cache::builder().max_capacity(ANSWERS).time_to_live(KEPT_FOR).build())
    }
}

impl<K, V> Answers<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// The answer of a moment ago, or else the one that is read now.
    pub(super) async fn get_or(
        &self,
        database: &Database,
        key: K,
        read: impl Future<Output = Result<V>>,
    ) -> Result<V> {
        let writes = database.writes().all();
        if let Some((_, answer)) = self.0.get(&key).await.filter(|(before, _)| *before == writes) {
            return Ok(answer);
        }
        let answer = read.await?;
        self.0.insert(key, (writes, answer.clone())).await;
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::super::StoreLocation;
    use super::super::writing::Shown;
    use super::*;

    #[tokio::test]
    async fn an_answer_is_read_again_after_anything_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let location = StoreLocation::File(folder.path().join("stowage.db"));
        let database = Database::open(&location).await.unwrap();
        let answers = Answers::default();
        let ask = async |now: u32| answers.get_or(&database, "key", async { Ok(now) }).await.unwrap();
        assert_eq!((ask(1).await, ask(2).await), (1, 1));
        assert_eq!(answers.get_or(&database, "another", async { Ok(7) }).await.unwrap(), 7);
        for shown in [Shown::Rows, Shown::Looks, Shown::Nothing] {
            let before = ask(3).await;
            database.write().await.unwrap().commit_as(shown).await.unwrap();
            assert_eq!((ask(before + 10).await, ask(0).await), (before + 10, before + 10), "{shown:?}");
        }
    }

    #[tokio::test]
    async fn what_was_read_before_a_write_is_not_taken_for_what_is_there_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let location = StoreLocation::File(folder.path().join("stowage.db"));
        let database = Database::open(&location).await.unwrap();
        let answers = Answers::default();
        let slow = answers.get_or(&database, (), async {
            database.write().await?.commit().await?;
            Ok("before")
        });
        assert_eq!(slow.await.unwrap(), "before");
        assert_eq!(answers.get_or(&database, (), async { Ok("after") }).await.unwrap(), "after");
    }
}
