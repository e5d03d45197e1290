//! The only source of time. Tests own it: a manual clock moves when told to, and wakes who sleeps on it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;

/// An instant in UTC as microseconds since 1970-01-01T00:00:00Z: what the databases store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn micros(self) -> i64 {
        self.0
    }

    /// The instant `by` later, or the last one that can be written.
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(micros(by)))
    }

    /// The instant `by` earlier, or the first one that can be written.
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(micros(by)))
    }

    /// How long after `earlier` this is; zero when it is not later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

/// As contracts have it; microseconds, like ours.
impl From<Timestamp> for prost_types::Timestamp {
    fn from(instant: Timestamp) -> Self {
        let nanos = i32::try_from(instant.0.rem_euclid(1_000_000) * 1000).unwrap_or_default();
        Self { seconds: instant.0.div_euclid(1_000_000), nanos }
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(timestamp) => write!(f, "{timestamp}"),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// A cheap handle on a clock; all clones show the same time.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Manual(Arc<watch::Sender<Timestamp>>),
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::System => f.write_str("Clock::system"),
            Source::Manual(time) => write!(f, "Clock::manual({})", *time.borrow()),
        }
    }
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until [`ManualClock::advance`] moves it.
    pub fn manual(start: Timestamp) -> ManualClock {
        ManualClock(Arc::new(watch::Sender::new(start)))
    }

    #[allow(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => {
                Timestamp(micros(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()))
            }
            Source::Manual(time) => *time.borrow(),
        }
    }

    /// Waits until this clock shows `deadline` or later.
    pub async fn sleep_until(&self, deadline: Timestamp) {
        match &self.0 {
            Source::System => tokio::time::sleep(deadline.since(self.now())).await,
            Source::Manual(time) => {
                // The sender lives in self, so the wait cannot end for want of one.
                let _ = time.subscribe().wait_for(|now| *now >= deadline).await;
            }
        }
    }

    pub async fn sleep(&self, duration: Duration) {
        self.sleep_until(self.now().plus(duration)).await;
    }

    /// Runs `work` for at most `limit` by this clock; `None` when the time was over first.
    pub async fn timeout<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.sleep(limit) => None,
        }
    }

    /// Starts a stop-watch for measurements (metrics, logs). It always runs on the machine's steady clock.
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn stopwatch(&self) -> Stopwatch {
        Stopwatch(Instant::now())
    }
}

/// See [`Clock::stopwatch`].
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The hand that moves a manual clock.
#[derive(Clone)]
pub struct ManualClock(Arc<watch::Sender<Timestamp>>);

impl ManualClock {
    pub fn clock(&self) -> Clock {
        Clock(Source::Manual(Arc::clone(&self.0)))
    }

    pub fn advance(&self, by: Duration) {
        self.0.send_modify(|now| *now = now.plus(by));
    }

    /// Moves to `time`; a clock never goes back.
    pub fn advance_to(&self, time: Timestamp) {
        self.0.send_modify(|now| *now = (*now).max(time));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_manual_clock_wakes_sleepers_only_when_their_time_has_come() {
        let hand = Clock::manual(Timestamp::from_micros(0));
        let clock = hand.clock();
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            let deadline = clock.now().plus(Duration::from_secs(3600));
            async move { clock.sleep_until(deadline).await }
        });
        hand.advance(Duration::from_secs(3599));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        hand.advance(Duration::from_secs(1));
        sleeper.await.expect("the sleeper ends");
        assert_eq!(clock.now(), Timestamp::from_micros(3_600_000_000));
    }

    #[test]
    fn timestamps_print_as_rfc_3339() {
        assert_eq!(Timestamp::from_micros(1_700_000_000_123_456).to_string(), "2023-11-14T22:13:20.123456Z");
    }

    #[test]
    fn contracts_have_seconds_and_nanoseconds() {
        let told = |micros| prost_types::Timestamp::from(Timestamp::from_micros(micros));
        assert_eq!(told(1_500_000), prost_types::Timestamp { seconds: 1, nanos: 500_000_000 });
        assert_eq!(told(-1), prost_types::Timestamp { seconds: -1, nanos: 999_999_000 });
    }
}
