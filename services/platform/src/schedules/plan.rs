//! When a schedule fires: a cron expression in a time zone, shifted by the tenant's offset, or one instant. Pure.

use std::time::Duration;

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::Zoned;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use crate::ids::TenantId;
use crate::{Timestamp, Violation};

pub const DEFAULT_ZONE: &str = "Asia/Ho_Chi_Minh";

/// What fires later than this was missed: the leader looks each second, so only an outage explains it.
const GRACE: Duration = Duration::from_secs(60);

/// The most occurrences that one catch-up may run.
pub const MOST_MISSED: u32 = 100;

/// What happens to occurrences during which nobody could fire the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// They are left out; the next one fires in its time.
    Skip,
    /// One job stands for all of them.
    RunOnce,
    /// One job each, for the latest `bound` of them.
    RunAll { bound: u32 },
}

/// What a schedule follows.
#[derive(Clone, Debug)]
pub enum Plan {
    Cron(Box<Repeating>),
    /// Once, at this instant, without offset.
    Once(Timestamp),
}

/// A cron expression in its zone. Every occurrence comes `offset` later than the expression says.
#[derive(Clone, Debug)]
pub struct Repeating {
    cron: Cron,
    zone: TimeZone,
    offset: Duration,
}

/// What is to be done now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The occurrences to enqueue a job for, earliest first.
    pub occurrences: Vec<Timestamp>,
    /// When the schedule fires next; `None`: never again.
    pub next_at: Option<Timestamp>,
}

impl Repeating {
    /// Five fields, or six with seconds in front (an optional year stands last). All faults at once, for the fields
    /// `cron` and `zone`.
    pub fn parse(cron: &str, zone: &str, offset: Duration) -> Result<Self, Vec<Violation>> {
        let mut violations = Vec::new();
        let pattern =
            CronParser::builder().seconds(Seconds::Optional).year(Year::Optional).build().parse(cron);
        if let Err(error) = &pattern {
            let rule = format!("\"{cron}\" is no cron expression of 5, 6 or 7 fields: {error}");
            violations.push(Violation::new("cron", "CRON_INVALID", rule));
        }
        let named = TimeZone::get(zone);
        if named.is_err() {
            let rule = format!("\"{zone}\" is no time zone of the IANA data base, such as {DEFAULT_ZONE}");
            violations.push(Violation::new("zone", "ZONE_UNKNOWN", rule));
        }
        match (pattern, named) {
            (Ok(cron), Ok(zone)) => Ok(Self { cron, zone, offset }),
            _ => Err(violations),
        }
    }

    /// The first occurrence after `time`; `None` when the expression never matches again.
    pub fn next_after(&self, time: Timestamp) -> Option<Timestamp> {
        let found = self.cron.find_next_occurrence(&self.local(time)?, false).ok()?;
        Some(instant(&found).plus(self.offset))
    }

    /// The last occurrence at or before `time`.
    fn last_until(&self, time: Timestamp) -> Option<Timestamp> {
        // The search knows whole seconds: it starts at the second that `time` lies in, and that one counts.
        let found = self.cron.find_previous_occurrence(&self.local(time)?, true).ok()?;
        Some(instant(&found).plus(self.offset))
    }

    fn local(&self, time: Timestamp) -> Option<Zoned> {
        let utc = jiff::Timestamp::from_microsecond(time.minus(self.offset).micros()).ok()?;
        Some(utc.to_zoned(self.zone.clone()))
    }

    /// The latest occurrences from `from` until `now`, at most `bound`, earliest first.
    fn latest(&self, from: Timestamp, now: Timestamp, bound: u32) -> Vec<Timestamp> {
        let mut found = Vec::new();
        let mut until = now;
        while found.len() < usize::try_from(bound).unwrap_or(usize::MAX) {
            let Some(occurrence) = self.last_until(until).filter(|occurrence| *occurrence >= from) else {
                break;
            };
            found.push(occurrence);
            until = occurrence.minus(Duration::from_micros(1));
        }
        found.reverse();
        found
    }
}

fn instant(zoned: &Zoned) -> Timestamp {
    Timestamp::from_micros(zoned.timestamp().as_microsecond())
}

impl Plan {
    /// When a schedule made or resumed at `now` fires first. An instant in the past fires at once.
    pub fn first(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Cron(repeating) => repeating.next_after(now),
            Self::Once(at) => Some(*at),
        }
    }

    /// What is due at `now` for a schedule that was to fire at `next_at`.
    pub fn due(&self, next_at: Timestamp, now: Timestamp, missed: Missed) -> Due {
        if next_at > now {
            return Due { occurrences: Vec::new(), next_at: Some(next_at) };
        }
        let in_time = |occurrence: &Timestamp| now.since(*occurrence) <= GRACE;
        match self {
            Self::Once(at) => {
                // Once means once: only `Skip` lets it fall when its time is long over.
                let runs = missed != Missed::Skip || in_time(at);
                Due { occurrences: runs.then_some(*at).into_iter().collect(), next_at: None }
            }
            Self::Cron(repeating) => {
                let mut occurrences = match missed {
                    Missed::Skip | Missed::RunOnce => repeating.latest(next_at, now, 1),
                    Missed::RunAll { bound } => repeating.latest(next_at, now, bound.clamp(1, MOST_MISSED)),
                };
                if missed == Missed::Skip {
                    occurrences.retain(in_time);
                }
                Due { occurrences, next_at: repeating.next_after(now) }
            }
        }
    }
}

/// The tenant's own place within `spread`: always the same, and different tenants' places lie evenly.
pub fn offset(tenant: TenantId, spread: Duration) -> Duration {
    let digest = Sha256::digest(tenant.0.as_bytes());
    let number = digest.iter().take(8).fold(0u64, |number, byte| (number << 8) | u64::from(*byte));
    let seconds = spread.as_secs();
    Duration::from_secs(if seconds == 0 { 0 } else { number % seconds })
}

#[cfg(test)]
mod tests;
