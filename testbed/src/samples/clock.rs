//! When the samples were made.

use jiff::{SignedDuration, Timestamp};

/// The moment that the samples' dates are counted back from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock(Timestamp);

impl Clock {
    /// 15 January 2026, noon: with it, every digest is the same on every run.
    pub const FIXED: Self = Self(Timestamp::constant(1_768_478_400, 0));

    /// The current hour, for a demo whose dates look alive.
    pub fn now() -> Self {
        let seconds = Timestamp::now().as_second();
        Timestamp::from_second(seconds - seconds.rem_euclid(3600)).map_or(Self::FIXED, Self)
    }

    /// Counted back from this moment.
    pub fn at(moment: Timestamp) -> Self {
        Self(moment)
    }

    /// The moment itself.
    pub fn moment(self) -> Timestamp {
        self.0
    }

    /// So many days earlier, at a time of the day that differs from day to day.
    pub fn days_ago(self, days: i64) -> Timestamp {
        let minutes = (days * 7_919).rem_euclid(540);
        self.earlier(SignedDuration::from_hours(24 * days) + SignedDuration::from_mins(minutes))
    }

    /// So many hours earlier.
    pub fn hours_ago(self, hours: i64) -> Timestamp {
        self.earlier(SignedDuration::from_hours(hours))
    }

    fn earlier(self, by: SignedDuration) -> Timestamp {
        self.0.checked_sub(by).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}
