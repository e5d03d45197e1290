//! Putting, pausing and reading schedules, within a tenant or for one as an operator.

use std::sync::Arc;

use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel};

use super::plan::{DEFAULT_ZONE, MOST_MISSED, Missed};
use super::rows::{Column, Entity, MissedRuns, Model};
use super::{WAKE, runs};
use crate::Timestamp;
use crate::db::{DbError, Reach, Tx};
use crate::error::{Error, Result, Violation};
use crate::ids::{AccountId, TenantId};
use crate::input::Faults;
use crate::jobs::{Registry, Subject};

/// Reads and changes schedules in the transactions of its callers. A cheap handle.
#[derive(Clone, Debug)]
pub struct Schedules {
    registry: Arc<Registry>,
}

/// A schedule as it shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSchedule {
    /// A code, unique within the tenant.
    pub name: String,
    pub job_kind: String,
    /// The payload of the job, in words of its kind.
    pub subject: Subject,
    pub timing: Timing,
    pub missed: Missed,
    /// The tenant's own part of so many seconds is added to each time of a cron expression, at most 3600.
    pub spread_seconds: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Timing {
    /// `zone` empty: Asia/Ho_Chi_Minh.
    Cron {
        cron: String,
        zone: String,
    },
    Once(Timestamp),
}

const MOST_SPREAD: u32 = 3600;

impl Schedules {
    pub fn new(registry: Arc<Registry>) -> Self {
        Self { registry }
    }

    /// Refuses a schedule that cannot be put, or whose jobs would be about what is not there, with all its faults. It may
    /// ask other services: no transaction is open meanwhile.
    pub async fn check(&self, tenant: TenantId, new: &NewSchedule, now: Timestamp) -> Result<()> {
        let mut faults = violations(self.row(tenant, new, now))?;
        if !faults.iter().any(|fault| fault.field == "subject") {
            faults.extend(violations(self.registry.check(&new.job_kind, tenant, &new.subject).await)?);
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
    }

    /// Creates or replaces the schedule; one that somebody paused stays so, one that the platform paused for a fault goes
    /// on. All faults of it are told at once.
    ///
    /// One whose times stay the same keeps its next one: nothing is missed and nothing comes again. What has come due is
    /// over: an instant that is not after the latest one starts nothing. Another instant in the past starts at once.
    pub async fn put<S: Reach<Entity>>(
        &self,
        tx: &Tx<S>,
        tenant: TenantId,
        new: &NewSchedule,
        by: Option<AccountId>,
    ) -> Result<Model> {
        let now = now(tx);
        let mut row = self.row(tenant, new, now)?;
        row.updated_by = by;
        let before = held(tx, tenant, &new.name).await?;
        if let Some(before) = &before {
            row.paused = before.paused && before.fault.is_none();
            row.last_at = before.last_at;
            if row.fires_like(before) {
                row.next_at = before.next_at;
            } else if row.once_at.is_some() && row.once_at <= before.last_at {
                row.next_at = None;
            }
        }
        let active = row.clone().into_active_model().reset_all();
        let taken =
            || Error::aborted("CONFLICT", format!("somebody else puts the schedule \"{}\" too", new.name));
        match before {
            Some(_) => {
                if !tx.update_row(active).await? {
                    return Err(taken());
                }
            }
            None => tx.insert(active).await.map_err(|error| match error.unique() {
                Some(_) => taken(),
                None => error.into(),
            })?,
        }
        tx.notify(WAKE, "");
        Ok(row)
    }

    /// Stops the schedule; jobs that it made go on.
    pub async fn pause<S: Reach<Entity>>(
        &self,
        tx: &Tx<S>,
        tenant: TenantId,
        name: &str,
        by: Option<AccountId>,
    ) -> Result<Model> {
        self.set_paused(tx, tenant, name, true, by).await
    }

    /// Lets it go on. What passed meanwhile counts as missed.
    pub async fn resume<S: Reach<Entity>>(
        &self,
        tx: &Tx<S>,
        tenant: TenantId,
        name: &str,
        by: Option<AccountId>,
    ) -> Result<Model> {
        self.set_paused(tx, tenant, name, false, by).await
    }

    async fn set_paused<S: Reach<Entity>>(
        &self,
        tx: &Tx<S>,
        tenant: TenantId,
        name: &str,
        paused: bool,
        by: Option<AccountId>,
    ) -> Result<Model> {
        tx.update::<Entity>()
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::Name.eq(name))
            .set(Column::Paused, paused)
            .set(Column::Fault, None::<String>)
            .set(Column::UpdatedAt, now(tx))
            .set(Column::UpdatedBy, by)
            .exec()
            .await?;
        tx.notify(WAKE, "");
        self.get(tx, tenant, name).await
    }

    pub async fn get<S: Reach<Entity>>(&self, tx: &Tx<S>, tenant: TenantId, name: &str) -> Result<Model> {
        let unknown = || Error::not_found("SCHEDULE_UNKNOWN", format!("there is no schedule \"{name}\""));
        find(tx, tenant, name).await?.ok_or_else(unknown)
    }

    /// All of them, or those of one tenant, by tenant and name.
    pub async fn list<S: Reach<Entity>>(&self, tx: &Tx<S>, tenant: Option<TenantId>) -> Result<Vec<Model>> {
        let rows = tx.find::<Entity>().filter_some(tenant, |tenant| Column::TenantId.eq(tenant));
        let mut rows = rows.all().await?;
        rows.sort_by(|a, b| (a.tenant_id, &a.name).cmp(&(b.tenant_id, &b.name)));
        Ok(rows)
    }

    /// What came due, the newest first, before the given time.
    pub async fn runs<S: Reach<runs::Entity>>(
        &self,
        tx: &Tx<S>,
        tenant: TenantId,
        name: &str,
        limit: u64,
        before: Option<Timestamp>,
    ) -> Result<Vec<runs::Model>> {
        let rows = tx
            .find::<runs::Entity>()
            .filter(runs::Column::TenantId.eq(tenant))
            .filter(runs::Column::Name.eq(name))
            .filter_some(before, |before| runs::Column::DueAt.lt(before))
            .order_by_desc(runs::Column::DueAt)
            .limit(limit);
        Ok(rows.all().await?)
    }

    fn row(&self, tenant: TenantId, new: &NewSchedule, now: Timestamp) -> Result<Model> {
        let mut faults = Faults::new();
        faults.code("name", &new.name);
        faults.between("spread_seconds", new.spread_seconds, 0, MOST_SPREAD);
        let mut faults = faults.none().err().map_or_else(Vec::new, |error| error.violations().to_vec());
        if let Err(error) = self.registry.draft(&new.job_kind, &new.subject) {
            faults.extend(error.violations().iter().cloned());
        }
        let (missed, bound) = match new.missed {
            Missed::Skip => (MissedRuns::Skip, 1),
            Missed::RunOnce => (MissedRuns::Once, 1),
            Missed::RunAll { bound } => (MissedRuns::All, bound.clamp(1, MOST_MISSED)),
        };
        let (cron, once_at, zone) = match &new.timing {
            Timing::Cron { cron, zone } => (Some(cron.clone()), None, zone.as_str()),
            Timing::Once(at) => (None, Some(*at), ""),
        };
        let mut row = Model {
            tenant_id: tenant,
            name: new.name.clone(),
            job_kind: new.job_kind.clone(),
            subject: serde_json::to_string(&new.subject).map_err(Error::internal)?,
            cron,
            once_at,
            zone: if zone.is_empty() { DEFAULT_ZONE } else { zone }.to_owned(),
            missed,
            missed_bound: i64::from(bound),
            spread_seconds: i64::from(new.spread_seconds),
            paused: false,
            fault: None,
            next_at: None,
            last_at: None,
            updated_at: now,
            updated_by: None,
        };
        match row.plan() {
            Ok(plan) => row.next_at = plan.and_then(|plan| plan.first(now)),
            Err(more) => faults.extend(more),
        }
        if faults.is_empty() { Ok(row) } else { Err(Error::invalid(faults)) }
    }
}

/// What is wrong with a request; other errors stay what they are.
fn violations<T>(checked: Result<T>) -> Result<Vec<Violation>> {
    match checked {
        Ok(_) => Ok(Vec::new()),
        Err(error) if error.violations().is_empty() => Err(error),
        Err(error) => Ok(error.violations().to_vec()),
    }
}

async fn find<S: Reach<Entity>>(tx: &Tx<S>, tenant: TenantId, name: &str) -> Result<Option<Model>, DbError> {
    tx.find::<Entity>().filter(Column::TenantId.eq(tenant)).filter(Column::Name.eq(name)).one().await
}

/// As [`find`]; neither another put nor the leader changes the row until this transaction ends.
async fn held<S: Reach<Entity>>(tx: &Tx<S>, tenant: TenantId, name: &str) -> Result<Option<Model>, DbError> {
    let row = tx.find::<Entity>().filter(Column::TenantId.eq(tenant)).filter(Column::Name.eq(name));
    row.for_update().one().await
}

fn now<S>(tx: &Tx<S>) -> Timestamp {
    tx.database().ids().clock().now()
}
