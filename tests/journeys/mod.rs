//! What users do, through the services' gRPC API, on both backends.

mod commendations;
mod competition_blocs;
mod competition_commendations;
mod competition_conferences;
mod competition_criteria;
mod competition_decisions;
mod competition_flags;
mod competition_gather;
mod competition_pacts;
mod competition_seasons;
mod competition_targets;
mod federation;
mod organizations_accounts;
mod organizations_gather;
mod organizations_tenants;
mod organizations_units;
mod results;
mod runs;
mod runs_approvals;
mod runs_documents;
mod runs_faults;
mod runs_jobs;
mod scoring_paper;
mod scoring_reading;
mod scoring_sheets;
pub(crate) mod season;
mod sheets;
