//! How long a job will probably run: a moving average of what its kind took for its tenant.

use std::collections::HashMap;
use std::time::Duration;

use crate::ids::TenantId;

/// Charged for a kind that has never ended anywhere.
const UNKNOWN: Duration = Duration::from_secs(1);

/// Each new run time counts for a quarter, all earlier ones for the rest.
const SHARE: u32 = 4;

/// Moving averages per kind and tenant, and per kind for tenants that have not run it yet.
#[derive(Debug, Default)]
pub(super) struct Estimates {
    kinds: HashMap<String, Kind>,
}

#[derive(Debug, Default)]
struct Kind {
    all: Option<Duration>,
    tenants: HashMap<TenantId, Duration>,
}

impl Estimates {
    pub(super) fn of(&self, tenant: TenantId, kind: &str) -> Duration {
        let Some(kind) = self.kinds.get(kind) else { return UNKNOWN };
        kind.tenants.get(&tenant).copied().or(kind.all).unwrap_or(UNKNOWN)
    }

    pub(super) fn observe(&mut self, tenant: TenantId, kind: &str, took: Duration) {
        let kind = self.kinds.entry(kind.to_owned()).or_default();
        kind.all = Some(mixed(kind.all, took));
        let own = kind.tenants.get(&tenant).copied();
        kind.tenants.insert(tenant, mixed(own, took));
    }
}

fn mixed(average: Option<Duration>, took: Duration) -> Duration {
    match average {
        Some(average) => (average * (SHARE - 1) + took) / SHARE,
        None => took,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_kind_is_judged_by_the_tenant_then_by_all_then_by_the_default() {
        let (one, two) = (TenantId(Uuid::from_u128(1)), TenantId(Uuid::from_u128(2)));
        let mut estimates = Estimates::default();
        assert_eq!(estimates.of(one, "classify"), UNKNOWN);
        estimates.observe(one, "classify", Duration::from_secs(8));
        assert_eq!(estimates.of(two, "classify"), Duration::from_secs(8));
        estimates.observe(two, "classify", Duration::from_secs(4));
        assert_eq!(estimates.of(two, "classify"), Duration::from_secs(4));
        assert_eq!(estimates.of(one, "classify"), Duration::from_secs(8));
        assert_eq!(estimates.of(one, "mail"), UNKNOWN);
    }

    #[test]
    fn the_average_follows_what_is_seen_and_forgets_an_outlier() {
        let tenant = TenantId(Uuid::from_u128(1));
        let mut estimates = Estimates::default();
        estimates.observe(tenant, "classify", Duration::from_secs(1000));
        for _ in 0..40 {
            estimates.observe(tenant, "classify", Duration::from_secs(2));
        }
        assert!(estimates.of(tenant, "classify") < Duration::from_millis(2100));
    }
}
