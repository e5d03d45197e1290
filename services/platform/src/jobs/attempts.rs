//! The table `job_attempts`: each time that a worker took a job, and how it ended. Replays do not delete it.

use sea_orm::entity::prelude::*;

use crate::Timestamp;
use crate::ids::{JobId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "job_attempts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: JobId,
    /// The fencing token of the claim, 1 for the first.
    #[sea_orm(primary_key, auto_increment = false)]
    pub attempt: i64,
    pub worker_id: Uuid,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    /// Absent while it runs.
    pub outcome: Option<Outcome>,
    pub error: Option<String>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Outcome {
    #[sea_orm(string_value = "succeeded")]
    Succeeded,
    #[sea_orm(string_value = "failed")]
    Failed,
    /// Its worker vanished.
    #[sea_orm(string_value = "crashed")]
    Crashed,
    #[sea_orm(string_value = "cancelled")]
    Cancelled,
    /// Its process stopped and gave the job back: it cost nothing.
    #[sea_orm(string_value = "released")]
    Released,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

crate::tenant_entity!(Entity);
crate::platform_entity!(Entity);
