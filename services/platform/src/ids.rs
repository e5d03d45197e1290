//! Typed ids. Rows get UUIDv7 (in order of creation); what must not tell when it was made gets UUIDv4.

use std::sync::{Arc, Mutex, PoisonError};

use uuid::{Builder, Timestamp as UuidTimestamp, Uuid};

use crate::clock::Clock;
use crate::random::Random;

/// Makes ids from the clock and the generator that tests own.
#[derive(Clone, Debug)]
pub struct Ids {
    clock: Clock,
    random: Random,
    /// The latest id from [`Ids::next`].
    latest: Arc<Mutex<u128>>,
}

impl Ids {
    pub fn new(clock: Clock, random: Random) -> Self {
        Self { clock, random, latest: Arc::default() }
    }

    /// The clock whose time is in the ids.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn random(&self) -> &Random {
        &self.random
    }

    /// A new UUIDv7: its first bits are the time in milliseconds. It is greater than all that this handle and its clones
    /// made before.
    pub fn next(&self) -> Uuid {
        let millis = u64::try_from(self.clock.now().micros() / 1000).unwrap_or(0);
        let fresh = Builder::from_unix_timestamp_millis(millis, &self.random.bytes::<10>()).into_uuid();
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        // Within one millisecond, chance decides; the one after the latest is as good. The random bits are the last ones.
        *latest = fresh.as_u128().max(latest.saturating_add(1));
        Uuid::from_u128(*latest)
    }

    /// A new UUIDv4: it tells nothing, neither when nor in which order it was made.
    pub fn unlinkable(&self) -> Uuid {
        Builder::from_random_bytes(self.random.bytes::<16>()).into_uuid()
    }
}

/// The time that a UUIDv7 carries, in microseconds since 1970; `None` for other versions.
pub fn made_at(id: Uuid) -> Option<crate::Timestamp> {
    let (seconds, nanos) = id.get_timestamp().map(|t: UuidTimestamp| t.to_unix())?;
    let micros = i64::try_from(seconds).ok()?.checked_mul(1_000_000)?;
    Some(crate::Timestamp::from_micros(micros + i64::from(nanos / 1000)))
}

/// Declares id types: UUIDs that cannot be taken for one another.
#[macro_export]
macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub uuid::Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        impl From<uuid::Uuid> for $name {
            fn from(id: uuid::Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for uuid::Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

typed_ids! {
    /// A tenant: one provincial federation.
    TenantId,
    /// An account that signs in.
    AccountId,
    /// A job row.
    JobId,
    /// A schedule row.
    ScheduleId,
    /// An event in an outbox, and its twin in the inbox of each consumer.
    EventId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;

    #[test]
    fn row_ids_carry_their_time_and_unlinkable_ones_do_not() {
        let ids =
            Ids::new(Clock::manual(Timestamp::from_micros(1_700_000_000_123_000)).clock(), Random::seeded(1));
        assert_eq!(made_at(ids.next()), Some(Timestamp::from_micros(1_700_000_000_123_000)));
        assert_eq!(ids.next().get_version_num(), 7);
        assert_eq!(ids.unlinkable().get_version_num(), 4);
        let many: Vec<_> = (0..100).map(|_| ids.next()).collect();
        assert!(many.is_sorted_by(|a, b| a < b), "in order of creation");
        assert!(many.iter().all(|id| id.get_version_num() == 7));
    }
}
