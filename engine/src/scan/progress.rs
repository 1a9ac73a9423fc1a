//! How far a scan is.

use jiff::Timestamp;
use registry::RepositoryName;

use crate::store::{Millis, ScanRecord, ScanState};

/// How far a scan is, or how it ended.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct ScanProgress {
    /// Its number, by which it can be stopped.
    pub id: i64,
    /// The id of the registry.
    pub registry: String,
    /// The repository; absent for a scan of the whole registry.
    pub repository: Option<RepositoryName>,
    /// What has become of it.
    pub state: ScanState,
    /// How many tags have been looked at; repositories for a scan of the whole registry.
    pub n_done: usize,
    /// How many there are, as far as that is known.
    pub n_total: usize,
    /// How many a second.
    pub rate: f64,
    /// How many seconds it will take from now on, if it goes on like this; absent where that cannot be told.
    pub seconds_left: Option<u64>,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Why it gave up, in a sentence.
    pub error: Option<String>,
}

impl ScanProgress {
    pub(crate) fn of(registry: &str, record: ScanRecord) -> Self {
        let until = record.finished.unwrap_or(record.heartbeat);
        let millis = u32::try_from((until - record.started).max(1)).unwrap_or(u32::MAX);
        let number = |it: usize| f64::from(u32::try_from(it).unwrap_or(u32::MAX));
        let rate = number(record.n_done) * 1000.0 / f64::from(millis);
        let left = number(record.n_total.saturating_sub(record.n_done));
        let is_running = record.state == ScanState::Running;
        Self {
            id: record.id.0,
            registry: registry.to_owned(),
            repository: record.repository,
            state: record.state,
            n_done: record.n_done,
            n_total: record.n_total,
            rate,
            seconds_left: (is_running && rate > 0.0)
                .then(|| std::time::Duration::try_from_secs_f64(left / rate).ok())
                .flatten()
                .map(|it| it.as_secs()),
            started: timestamp(record.started),
            finished: record.finished.map(timestamp),
            error: record.error,
        }
    }
}

/// The instant of so many milliseconds since 1970.
pub(crate) fn timestamp(millis: Millis) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or_default()
}
