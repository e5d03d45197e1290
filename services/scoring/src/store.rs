//! The tables of scoring, one file each: entity and queries. Every function takes the transaction.

pub(crate) mod heard_changes;
mod lines;
pub(crate) mod live_members;
pub(crate) mod live_standings;
pub(crate) mod publications;
pub(crate) mod run_approvals;
pub(crate) mod run_blocs;
pub(crate) mod run_documents;
pub(crate) mod run_explanations;
pub(crate) mod run_faults;
pub(crate) mod run_freshness;
pub(crate) mod run_jobs;
pub(crate) mod run_sets;
pub(crate) mod run_units;
pub(crate) mod runs;
pub(crate) mod sheet_changes;
pub(crate) mod sheets;
pub(crate) mod staleness;
