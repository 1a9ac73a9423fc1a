//! What is counted of scans and jobs; nothing, in a process without a recorder.

use std::sync::Arc;

use metrics::{Counter, Gauge, SharedString, counter, describe_counter, describe_gauge, gauge};
use registry::client::{Raised, count_lookups};

use crate::deletion::{JobState, Outcome};
use crate::store::ScanState;

const SCANS_RUNNING: &str = "stowage_scans_running";
const SCANS: &str = "stowage_scans_total";
const SCAN_DONE: &str = "stowage_scan_items_done";
const SCAN_EXPECTED: &str = "stowage_scan_items_expected";
const SCANNED_TAGS: &str = "stowage_scanned_tags_total";
const JOBS_RUNNING: &str = "stowage_jobs_running";
const JOBS: &str = "stowage_jobs_total";
const STEPS: &str = "stowage_job_steps_total";
const FREEABLE: &str = "stowage_job_freeable_bytes";

/// Says what the engine's metrics mean, those of its clients included.
pub fn describe_metrics() {
    registry::client::describe_metrics();
    describe_gauge!(SCANS_RUNNING, "Scans that this process carries out.");
    describe_counter!(SCANS, "Scans that have ended, by how.");
    describe_gauge!(
        SCAN_DONE,
        "What running scans have looked at: tags, or repositories where `scope` is `registry`."
    );
    describe_gauge!(
        SCAN_EXPECTED,
        "What running scans will have looked at in the end, as far as that is known."
    );
    describe_counter!(SCANNED_TAGS, "Tags that scans have looked at.");
    describe_gauge!(JOBS_RUNNING, "Jobs that this process carries out.");
    describe_counter!(JOBS, "Jobs that have ended, by how.");
    describe_counter!(STEPS, "Parts of jobs that have come to an end, by what became of them.");
    describe_gauge!(
        FREEABLE,
        "Bytes that the registry's next garbage collection frees when the running jobs are done, as their plans say."
    );
    for cache in ["inventory", "permissions", "summaries"] {
        count_lookups(cache, true, 0);
        count_lookups(cache, false, 0);
    }
}

/// The metrics of one registry.
#[derive(Clone, Debug)]
pub(crate) struct Measures {
    registry: SharedString,
}

impl Measures {
    /// Makes all of them known, so that what has not happened yet is nought and not absent.
    pub(crate) fn new(registry: &str) -> Self {
        let it = Self { registry: SharedString::from(Arc::<str>::from(registry)) };
        for scope in ["registry", "repository"] {
            drop(it.scan(scope));
            for state in [ScanState::Done, ScanState::Failed, ScanState::Stopped] {
                it.scans(scope, state).increment(0);
            }
        }
        it.scanned_tags().increment(0);
        drop(it.job(0));
        for state in [JobState::Done, JobState::Failed, JobState::Stopped] {
            it.jobs(state).increment(0);
        }
        for outcome in Outcome::ALL {
            it.steps(outcome).increment(0);
        }
        it
    }

    /// A scan that begins.
    pub(crate) fn scan(&self, scope: &'static str) -> ScanMeasure {
        let gauge_of = |name| gauge!(name, "registry" => self.registry.clone(), "scope" => scope);
        ScanMeasure {
            _running: Raised::by_one(&gauge_of(SCANS_RUNNING)),
            done: gauge_of(SCAN_DONE),
            expected: gauge_of(SCAN_EXPECTED),
            tags: if scope == "repository" { self.scanned_tags() } else { Counter::noop() },
        }
    }

    /// Scans of a scope that ended like this.
    pub(crate) fn scans(&self, scope: &'static str, state: ScanState) -> Counter {
        counter!(SCANS, "registry" => self.registry.clone(), "scope" => scope, "result" => state.word())
    }

    fn scanned_tags(&self) -> Counter {
        counter!(SCANNED_TAGS, "registry" => self.registry.clone())
    }

    /// A job that begins, with the bytes that its plan frees; it runs until what is returned is dropped.
    pub(crate) fn job(&self, n_bytes: u64) -> [Raised; 2] {
        let n_bytes = n_bytes as f64;
        let registry = || self.registry.clone();
        [
            Raised::by_one(&gauge!(JOBS_RUNNING, "registry" => registry())),
            Raised::by(&gauge!(FREEABLE, "registry" => registry()), n_bytes),
        ]
    }

    /// Jobs that ended like this.
    pub(crate) fn jobs(&self, state: JobState) -> Counter {
        counter!(JOBS, "registry" => self.registry.clone(), "result" => state.word())
    }

    /// Parts of jobs that this became of.
    pub(crate) fn steps(&self, outcome: Outcome) -> Counter {
        counter!(STEPS, "registry" => self.registry.clone(), "outcome" => outcome.word())
    }
}

/// The metrics of a scan that runs.
#[derive(Debug)]
pub(crate) struct ScanMeasure {
    _running: Raised,
    done: Gauge,
    expected: Gauge,
    tags: Counter,
}

impl ScanMeasure {
    pub(crate) fn expect(&self, n: usize) {
        self.expected.increment(float(n));
    }

    pub(crate) fn advance(&self, n: usize) {
        self.done.increment(float(n));
        self.tags.increment(n as u64);
    }

    /// Takes back what a scan has added to the gauges.
    pub(crate) fn take_back(&self, n_done: usize, n_expected: usize) {
        self.done.decrement(float(n_done));
        self.expected.decrement(float(n_expected));
    }
}

fn float(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}
