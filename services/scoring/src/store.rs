//! The tables of scoring, one file each: entity and queries. Every function takes the transaction.

mod lines;
pub(crate) mod publications;
pub(crate) mod run_approvals;
pub(crate) mod run_blocs;
pub(crate) mod run_documents;
pub(crate) mod run_explanations;
pub(crate) mod run_faults;
pub(crate) mod run_jobs;
pub(crate) mod run_sets;
pub(crate) mod run_units;
pub(crate) mod runs;
pub(crate) mod sheet_changes;
pub(crate) mod sheets;
