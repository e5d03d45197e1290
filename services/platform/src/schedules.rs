//! Schedules: rows that say when a job of a tenant shall be enqueued, by cron expression or once.

mod fire;
mod keep;
pub mod plan;
mod rows;
mod rpc;
mod runs;

pub(crate) use fire::run;
pub use keep::{NewSchedule, Schedules, Timing};
pub use plan::Missed;
pub use rows::{MissedRuns, Model as ScheduleRow};
pub use rpc::ScheduleRpc;
pub(crate) use runs::forget_runs;
pub use runs::{Model as ScheduleRun, RunOutcome};

/// The channel on which changed schedules wake the leader.
const WAKE: &str = "schedules";
