//! Schedules: rows that say when a job of a tenant shall be enqueued, by cron expression or once.

pub mod plan;
