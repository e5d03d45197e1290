//! Classification runs: their states, and what a campaign gives.

mod access;
mod outcome;
mod run;

pub(crate) use access::Asker;
pub(crate) use outcome::{Classification, classify};
pub(crate) use run::{Approval, Classify, Finished, JobState, Run, RunId, Started, State};
