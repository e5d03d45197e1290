//! The table `jobs`: the truth about every job of a service.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;

use super::state::{Lane, State};
use crate::Timestamp;
use crate::ids::{AccountId, JobId, TenantId};

/// What a job is about, in words of its kind: `season` → `2023`. Never a secret or a person's name.
pub type Subject = BTreeMap<String, String>;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: JobId,
    /// Which [`Job`](super::Job) reads the payload, such as `classify`.
    pub kind: String,
    pub lane: Lane,
    /// JSON, in the form of `payload_version` of the kind.
    pub payload: String,
    pub payload_version: i64,
    /// JSON object of strings: see [`Subject`].
    pub subject: String,
    /// At most one job of a tenant and kind with this key waits for its first start.
    pub unique_key: Option<String>,
    /// Within its tenant and lane, the lower goes first: the negated priority, so that one index gives the order.
    pub rank: i64,
    pub run_at: Timestamp,
    pub state: State,
    /// Attempts that ended in an error since the job was enqueued or replayed, out of `max_failures`.
    pub failures: i64,
    pub max_failures: i64,
    /// Attempts that ended with their worker's death, counted apart, since the job was enqueued or replayed.
    pub crashes: i64,
    /// Fencing token: counts the claims of this job, so it also numbers its attempts. What an attempt writes holds only
    /// while this is still its own number.
    pub fence: i64,
    /// Until when the worker has it; only while `running`.
    pub lease_until: Option<Timestamp>,
    pub worker_id: Option<Uuid>,
    pub dispatched_at: Option<Timestamp>,
    /// When somebody asked the running job to stop.
    pub cancel_asked_at: Option<Timestamp>,
    pub phase: String,
    pub done: i64,
    /// Zero while not known.
    pub total: i64,
    /// The latest error, for people.
    pub error: Option<String>,
    /// W3C trace context of the work that enqueued it; may be empty.
    pub trace: String,
    /// Name of the schedule that made it.
    pub schedule: Option<String>,
    pub enqueued_by: Option<AccountId>,
    pub enqueued_at: Timestamp,
    /// When the latest attempt began.
    pub started_at: Option<Timestamp>,
    /// Only in a final state.
    pub finished_at: Option<Timestamp>,
}

impl Model {
    /// What it is about; empty when the column holds something else.
    pub fn subject(&self) -> Subject {
        serde_json::from_str(&self.subject).unwrap_or_default()
    }

    /// When its latest attempt ended, how long that took.
    pub fn run_time(&self) -> Option<std::time::Duration> {
        Some(self.finished_at?.since(self.started_at?))
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

crate::tenant_entity!(Entity);
crate::platform_entity!(Entity);
