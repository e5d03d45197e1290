//! The table `schedule_runs`: each occurrence that came due, once, and what was done about it.

use std::collections::BTreeMap;

use sea_orm::entity::prelude::*;

use crate::Timestamp;
use crate::db::{Database, DbError, SystemUse};
use crate::ids::{JobId, TenantId};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "schedule_runs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub due_at: Timestamp,
    pub outcome: RunOutcome,
    pub job_id: Option<JobId>,
    pub fired_at: Timestamp,
}

/// What a schedule did about an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum RunOutcome {
    #[sea_orm(string_value = "enqueued")]
    Enqueued,
    /// The job of an earlier occurrence had not begun yet; it stands for this one too.
    #[sea_orm(string_value = "already_waiting")]
    AlreadyWaiting,
    /// It was missed.
    #[sea_orm(string_value = "skipped")]
    Skipped,
    /// The tenant was suspended.
    #[sea_orm(string_value = "suspended")]
    Suspended,
    /// No job could be made of it. The schedule is paused and says why.
    #[sea_orm(string_value = "failed")]
    Failed,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

crate::tenant_entity!(Entity);
crate::platform_entity!(Entity);

/// Deletes one batch of runs that were due before `before`; says whether there may be more.
pub(crate) async fn forget_runs(db: &Database, before: Timestamp, batch: u64) -> Result<bool, DbError> {
    let tx = db.system_write(SystemUse::Retention).await?;
    let rows: Vec<(TenantId, Timestamp)> = tx
        .find::<Entity>()
        .filter(Column::DueAt.lt(before))
        .columns([Column::TenantId, Column::DueAt])
        .limit(batch)
        .all_tuples()
        .await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let mut by_tenant = BTreeMap::<_, Vec<_>>::new();
    for (tenant, due_at) in rows {
        by_tenant.entry(tenant).or_default().push(due_at);
    }
    for (tenant, due_at) in by_tenant {
        tx.delete::<Entity>()
            .filter(Column::TenantId.eq(tenant))
            .filter(Column::DueAt.is_in(due_at))
            .exec()
            .await?;
    }
    tx.commit().await?;
    Ok(true)
}
