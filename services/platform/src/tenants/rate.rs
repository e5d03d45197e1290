//! How many calls a minute the members of a tenant may make: a bucket that holds a minute's calls and fills evenly.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::Timestamp;
use crate::ids::TenantId;

const MINUTE: u64 = 60_000_000;

/// The buckets of the tenants. Each is one instant: when it will be full again.
#[derive(Debug, Default)]
pub(super) struct Rate(Mutex<HashMap<TenantId, Timestamp>>);

impl Rate {
    /// Takes one call out of the tenant's bucket; when it is empty, tells how long it takes to the next call.
    pub(super) fn take(&self, tenant: TenantId, per_minute: u64, now: Timestamp) -> Result<(), Duration> {
        let (each, room) = bucket(per_minute);
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full = buckets.entry(tenant).or_insert(now);
        let after = (*full).max(now).plus(each);
        let over = after.since(now.plus(room));
        if over.is_zero() {
            *full = after;
            Ok(())
        } else {
            Err(over)
        }
    }
}

/// How long it takes until there is room for one more call, and how much time the bucket holds.
pub(super) fn bucket(per_minute: u64) -> (Duration, Duration) {
    let each = Duration::from_micros(MINUTE.checked_div(per_minute).unwrap_or(MINUTE));
    (each, Duration::from_micros(if per_minute == 0 { 0 } else { MINUTE }))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NORTH: TenantId = TenantId(Uuid::from_u128(1));
    const SOUTH: TenantId = TenantId(Uuid::from_u128(2));

    #[test]
    fn a_tenant_has_a_minutes_calls_at_once_and_then_one_at_a_time() {
        let (rate, start) = (Rate::default(), Timestamp::from_micros(1_700_000_000_000_000));
        let after = |seconds| start.plus(Duration::from_secs(seconds));
        assert!((0..6).all(|_| rate.take(NORTH, 6, start).is_ok()));
        assert_eq!(rate.take(NORTH, 6, start), Err(Duration::from_secs(10)));
        assert_eq!(rate.take(NORTH, 6, after(4)), Err(Duration::from_secs(6)));
        // The other's calls are not these.
        assert_eq!(rate.take(SOUTH, 6, start), Ok(()));
        assert_eq!(rate.take(NORTH, 6, after(10)), Ok(()));
        assert!(rate.take(NORTH, 6, after(10)).is_err());
        assert!((0..6).all(|_| rate.take(NORTH, 6, after(3600)).is_ok()), "more than full it is not");
        assert!(rate.take(NORTH, 6, after(3600)).is_err());
    }

    #[test]
    fn a_quota_of_nothing_lets_nothing_through_and_a_huge_one_everything() {
        let (rate, now) = (Rate::default(), Timestamp::from_micros(0));
        assert_eq!(rate.take(NORTH, 0, now), Err(Duration::from_secs(60)));
        assert!((0..1000).all(|_| rate.take(SOUTH, u64::MAX, now).is_ok()));
    }
}
