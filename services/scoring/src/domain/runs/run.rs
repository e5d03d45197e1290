//! A run as it is kept.

use platform::Timestamp;
use platform::ids::{AccountId, JobId};
use proto::common::v1::Act;
use proto::scoring::v1 as wire;
use serde::{Deserialize, Serialize};

use crate::domain::sheets::By;

platform::typed_ids! {
    /// A classification run.
    RunId,
}

/// What the job of a pending run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobState {
    Waits,
    Works,
    Ended,
}

/// What the job of a run is asked for. A schedule names nothing but the season; the run is made when its job begins.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Classify {
    pub(crate) season: String,
}

/// Where a run is, as it is kept; whether a pending one waits or is at work says its job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Pending,
    Failed,
    Draft,
    Published,
    Rejected,
}

impl State {
    pub(crate) const ALL: [Self; 5] =
        [Self::Pending, Self::Failed, Self::Draft, Self::Published, Self::Rejected];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Rejected => "rejected",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) id: RunId,
    pub(crate) season: String,
    /// 1 for the first of the season.
    pub(crate) number: u32,
    pub(crate) job: JobId,
    pub(crate) state: State,
    pub(crate) started: Started,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) finished: Finished,
    /// Who dropped it, and why.
    pub(crate) rejected: Option<(By, String)>,
    pub(crate) published_at: Option<Timestamp>,
}

/// Who started a run; a schedule has no account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Started {
    pub(crate) account: Option<AccountId>,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) at: Timestamp,
}

/// What a run ended with; empty before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Finished {
    pub(crate) season_revision: u64,
    pub(crate) campaign_sha256: String,
    pub(crate) results_sha256: String,
    /// Bytes of the documents.
    pub(crate) campaign_size: u64,
    pub(crate) results_size: u64,
    pub(crate) units: u32,
    pub(crate) ranked: u32,
    pub(crate) faults: u32,
    /// Why it failed when it was not the campaign's fault.
    pub(crate) error: String,
}

/// One of the two approvals that a run needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Approval {
    /// The person, whatever the account.
    pub(crate) official: String,
    pub(crate) by: By,
    pub(crate) results_sha256: String,
    pub(crate) note: String,
}

impl Approval {
    fn to_proto(&self) -> wire::Approval {
        wire::Approval {
            act: Some(self.by.to_proto()),
            results_sha256: self.results_sha256.clone(),
            note: self.note.clone(),
        }
    }
}

/// What a run that was cancelled says.
const CANCELLED: &str = "the job of the run was cancelled";

impl Run {
    /// Where it is, by the state of its job (none: the job is forgotten). A job that was cancelled while the run waited
    /// cannot tell it.
    pub(crate) fn shown_state(&self, job: Option<JobState>) -> wire::RunState {
        match (self.state, job) {
            (State::Pending, Some(JobState::Waits)) => wire::RunState::Queued,
            (State::Pending, Some(JobState::Works)) => wire::RunState::Running,
            (State::Pending | State::Failed, _) => wire::RunState::Failed,
            (State::Draft, _) => wire::RunState::Draft,
            (State::Published, _) => wire::RunState::Published,
            (State::Rejected, _) => wire::RunState::Rejected,
        }
    }

    /// Whether its job will still do something for it.
    pub(crate) fn is_alive(&self, job: Option<JobState>) -> bool {
        self.state == State::Pending && job.is_some_and(|job| job != JobState::Ended)
    }

    /// A run that waited for a job that was cancelled, as failed at `now`.
    pub(crate) fn given_up(self, now: Timestamp) -> Self {
        let finished = Finished { error: CANCELLED.to_owned(), ..self.finished };
        Self { state: State::Failed, finished_at: Some(now), finished, ..self }
    }

    pub(crate) fn to_proto(&self, job: Option<JobState>, approvals: &[Approval]) -> wire::Run {
        let state = self.shown_state(job);
        let cancelled = self.state == State::Pending && state == wire::RunState::Failed;
        let Finished { season_revision, campaign_sha256, results_sha256, units, faults, error, .. } =
            self.finished.clone();
        wire::Run {
            id: self.id.to_string(),
            season: self.season.clone(),
            number: self.number,
            state: state.into(),
            job_id: self.job.to_string(),
            started: Some(self.started.to_proto()),
            finished_at: self.finished_at.map(Into::into),
            season_revision,
            campaign_sha256,
            results_sha256,
            units,
            faults,
            error: if cancelled { CANCELLED.to_owned() } else { error },
            approvals: approvals.iter().map(Approval::to_proto).collect(),
            rejected: self.rejected.as_ref().map(|(by, _)| by.to_proto()),
            rejection_reason: self.rejected.as_ref().map(|(_, why)| why.clone()).unwrap_or_default(),
            published_at: self.published_at.map(Into::into),
        }
    }

    pub(crate) fn to_published(&self) -> wire::PublishedRun {
        wire::PublishedRun {
            run_id: self.id.to_string(),
            number: self.number,
            published_at: self.published_at.map(Into::into),
            campaign_sha256: self.finished.campaign_sha256.clone(),
            results_sha256: self.finished.results_sha256.clone(),
        }
    }
}

impl Started {
    fn to_proto(&self) -> Act {
        Act {
            account_id: self.account.map(|account| account.to_string()).unwrap_or_default(),
            name: self.name.clone(),
            title: self.title.clone(),
            at: Some(self.at.into()),
        }
    }
}
