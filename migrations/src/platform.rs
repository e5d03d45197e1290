//! The tables that every service has, one file per group. The newest migration is last.

mod audit;
mod events;
mod idempotency;
mod jobs;
mod leases;
mod schedules;
mod schema_state;
mod tenants;
mod withdrawals;

use crate::Migrations;

/// The shared migrations, in order.
pub fn migrations() -> Migrations {
    vec![
        Box::new(schema_state::SchemaState),
        Box::new(tenants::Tenants),
        Box::new(leases::Leases),
        Box::new(jobs::Jobs),
        Box::new(schedules::Schedules),
        Box::new(events::Events),
        Box::new(idempotency::Idempotency),
        Box::new(audit::Audit),
        Box::new(withdrawals::Withdrawals),
    ]
}
