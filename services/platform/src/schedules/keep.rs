//! Putting, pausing and reading schedules, within a tenant or for one as an operator.

use std::sync::Arc;

use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel};

use super::plan::{DEFAULT_ZONE, MOST_MISSED, Missed};
use super::rows::{Column, Entity, MissedRuns, Model};
use super::{WAKE, runs};
use crate::db::{DbError, Reach, Tx};
use crate::error::{Error, Result};
use crate::ids::{AccountId, TenantId};
use crate::jobs::{Registry, Subject};
use crate::{Timestamp, Violation};

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
    pub by: Option<AccountId>,
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
const LONGEST_NAME: usize = 64;

impl Schedules {
    pub fn new(registry: Arc<Registry>) -> Self {
        Self { registry }
    }

    /// Creates or replaces the schedule; one that is paused stays so. All faults of it are told at once.
    pub async fn put<S>(&self, tx: &Tx<S>, tenant: TenantId, new: &NewSchedule) -> Result<Model>
    where
        S: Reach<Entity>,
    {
        let now = now(tx);
        let mut row = self.row(tenant, new, now)?;
        let before = find(tx, tenant, &new.name).await?;
        if let Some(before) = &before {
            row.paused = before.paused;
            row.last_at = before.last_at;
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

    /// By tenant and name, from after the given one on.
    pub async fn list<S: Reach<Entity>>(
        &self,
        tx: &Tx<S>,
        tenant: Option<TenantId>,
        limit: usize,
        after: Option<&(TenantId, String)>,
    ) -> Result<Vec<Model>> {
        let mut rows =
            tx.find::<Entity>().filter_some(tenant, |tenant| Column::TenantId.eq(tenant)).all().await?;
        // Names are ordered by bytes, whatever the database's collation.
        rows.sort_by(|a, b| (a.tenant_id, &a.name).cmp(&(b.tenant_id, &b.name)));
        rows.retain(|row| after.is_none_or(|(tenant, name)| (row.tenant_id, &row.name) > (*tenant, name)));
        rows.truncate(limit);
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
        let mut faults = Vec::new();
        if !is_code(&new.name) {
            let rule = format!("\"{}\" is no code of 1 to {LONGEST_NAME} of a-z, 0-9, '.' and '-'", new.name);
            faults.push(Violation::new("name", "CODE_INVALID", rule));
        }
        if new.spread_seconds > MOST_SPREAD {
            let rule = format!("{} is over the maximum {MOST_SPREAD}", new.spread_seconds);
            faults.push(Violation::new("spread_seconds", "NUMBER_INVALID", rule));
        }
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
            next_at: None,
            last_at: None,
            updated_at: now,
            updated_by: new.by,
        };
        match row.plan() {
            Ok(plan) => row.next_at = plan.and_then(|plan| plan.first(now)),
            Err(more) => faults.extend(more),
        }
        if faults.is_empty() { Ok(row) } else { Err(Error::invalid(faults)) }
    }
}

fn is_code(name: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.' || byte == b'-';
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(allowed)
}

async fn find<S: Reach<Entity>>(tx: &Tx<S>, tenant: TenantId, name: &str) -> Result<Option<Model>, DbError> {
    tx.find::<Entity>().filter(Column::TenantId.eq(tenant)).filter(Column::Name.eq(name)).one().await
}

fn now<S>(tx: &Tx<S>) -> Timestamp {
    tx.database().ids().clock().now()
}
