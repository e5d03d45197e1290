//! Approvals of runs: one for each person, never changed.

use std::collections::BTreeMap;

use platform::db::{DbResultExt as _, TenantTx};
use platform::ids::{AccountId, TenantId};
use platform::{Result, Timestamp};
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

use crate::domain::runs::{Approval, Run, RunId};
use crate::domain::sheets::By;
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "run_approvals")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: RunId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub official_id: String,
    pub account_id: AccountId,
    pub name: String,
    pub title: String,
    pub at: Timestamp,
    pub results_sha256: String,
    pub note: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Runs in one condition.
const RUNS: usize = 500;

/// The approvals of these runs, the first one of each first.
pub(crate) async fn of(tx: &TenantTx, runs: &[RunId]) -> Result<BTreeMap<RunId, Vec<Approval>>> {
    let mut found: BTreeMap<RunId, Vec<Approval>> = BTreeMap::new();
    for runs in runs.chunks(RUNS) {
        for row in tx.find::<Entity>().filter(Column::RunId.is_in(runs.iter().copied())).all().await? {
            found.entry(row.run_id).or_default().push(approval(row));
        }
    }
    found.values_mut().for_each(|approvals| approvals.sort_by_key(|approval| approval.by.at));
    Ok(found)
}

/// Adds an approval; `SAME_APPROVER` when the person has approved the run.
pub(crate) async fn add(tx: &TenantTx, run: &Run, approval: &Approval) -> Result<()> {
    let row = Model {
        tenant_id: tx.tenant_id(),
        run_id: run.id,
        official_id: approval.official.clone(),
        account_id: approval.by.account,
        name: approval.by.name.clone(),
        title: approval.by.title.clone(),
        at: approval.by.at,
        results_sha256: approval.results_sha256.clone(),
        note: approval.note.clone(),
    };
    let added = tx.insert::<Entity, ActiveModel>(row.into_active_model()).await;
    added.on_unique("run_approvals_run_id_official_id_key", || error::same_approver(run))
}

fn approval(row: Model) -> Approval {
    Approval {
        official: row.official_id,
        by: By { account: row.account_id, name: row.name, title: row.title, at: row.at },
        results_sha256: row.results_sha256,
        note: row.note,
    }
}
