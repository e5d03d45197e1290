//! The tables `schedules` and `schedule_runs`.

use sea_orm::entity::prelude::*;

use super::plan::{Missed, Plan, Repeating, offset};
use crate::ids::{AccountId, TenantId};
use crate::jobs::Subject;
use crate::{Timestamp, Violation};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "schedules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    /// A code, such as `year-end-2023`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub job_kind: String,
    /// JSON object of strings: the payload of the job.
    pub subject: String,
    /// Either this or `once_at`.
    pub cron: Option<String>,
    pub once_at: Option<Timestamp>,
    /// IANA time zone of `cron`.
    pub zone: String,
    pub missed: MissedRuns,
    /// For [`MissedRuns::All`].
    pub missed_bound: i64,
    pub spread_seconds: i64,
    pub paused: bool,
    /// Why the platform has paused it: its latest occurrence could not be turned into a job.
    pub fault: Option<String>,
    /// The next occurrence, offset included. Also kept while paused: what passes meanwhile counts as missed.
    pub next_at: Option<Timestamp>,
    /// The latest occurrence that came due.
    pub last_at: Option<Timestamp>,
    pub updated_at: Timestamp,
    pub updated_by: Option<AccountId>,
}

/// See [`Missed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum MissedRuns {
    #[sea_orm(string_value = "skip")]
    Skip,
    #[sea_orm(string_value = "once")]
    Once,
    #[sea_orm(string_value = "all")]
    All,
}

impl Model {
    pub fn subject(&self) -> Subject {
        serde_json::from_str(&self.subject).unwrap_or_default()
    }

    pub fn missed(&self) -> Missed {
        match self.missed {
            MissedRuns::Skip => Missed::Skip,
            MissedRuns::Once => Missed::RunOnce,
            MissedRuns::All => Missed::RunAll { bound: u32::try_from(self.missed_bound).unwrap_or(1) },
        }
    }

    /// Whether it fires at the same times as `other` does.
    pub fn fires_like(&self, other: &Self) -> bool {
        self.once_at == other.once_at
            && self.cron == other.cron
            && (self.cron.is_none()
                || (&self.zone, self.spread_seconds) == (&other.zone, other.spread_seconds))
    }

    /// When it fires; `None`: never.
    pub fn plan(&self) -> Result<Option<Plan>, Vec<Violation>> {
        let spread = std::time::Duration::from_secs(u64::try_from(self.spread_seconds).unwrap_or(0));
        match (&self.cron, self.once_at) {
            (Some(cron), _) => {
                let repeating = Repeating::parse(cron, &self.zone, offset(self.tenant_id, spread))?;
                Ok(Some(Plan::Cron(Box::new(repeating))))
            }
            (None, Some(at)) => Ok(Some(Plan::Once(at))),
            (None, None) => Ok(None),
        }
    }
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

crate::tenant_entity!(Entity);
crate::platform_entity!(Entity);
