//! What was recorded against targets, for ever.

use platform::db::TenantTx;
use platform::ids::{AccountId, TenantId};
use platform::{Result, Timestamp};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::date;
use crate::domain::progress::Recorded;
use crate::domain::signature::Signature;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "progress")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    /// In the order of recording.
    #[sea_orm(primary_key, auto_increment = false)]
    pub progress_id: Uuid,
    pub target: String,
    pub figure: String,
    /// In ten-thousandths.
    pub actual: i64,
    pub as_of: String,
    pub note: String,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub account_title: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

pub(crate) async fn add(tx: &TenantTx, season: &str, unit: &str, recorded: Vec<Recorded>) -> Result<()> {
    let rows = recorded.into_iter().map(|entry| {
        let row = Model {
            tenant_id: tx.tenant_id(),
            season: season.to_owned(),
            unit: unit.to_owned(),
            progress_id: tx.database().ids().next(),
            target: entry.target,
            figure: entry.figure,
            actual: entry.actual,
            as_of: entry.as_of.to_string(),
            note: entry.note,
            account_id: entry.by.account,
            account_name: entry.by.name,
            account_title: entry.by.title,
            at: entry.by.at,
        };
        IntoActiveModel::<ActiveModel>::into_active_model(row)
    });
    tx.insert_many::<Entity, ActiveModel, _>(rows.collect::<Vec<_>>()).await?;
    Ok(())
}

/// What was recorded for a unit, or for one target of it, with ids that rise in the order of recording.
pub(crate) async fn of(
    tx: &TenantTx,
    season: &str,
    unit: &str,
    target: Option<&str>,
) -> Result<Vec<(Uuid, Recorded)>> {
    let rows = tx
        .find::<Entity>()
        .filter(Column::Season.eq(season))
        .filter(Column::Unit.eq(unit))
        .filter_some(target, |target| Column::Target.eq(target))
        .all()
        .await?;
    let recorded = rows.into_iter().map(|row| {
        let by = Signature {
            account: row.account_id,
            name: row.account_name,
            title: row.account_title,
            at: row.at,
        };
        let recorded = Recorded {
            target: row.target,
            figure: row.figure,
            actual: row.actual,
            as_of: date(&row.as_of)?,
            note: row.note,
            by,
        };
        Ok((row.progress_id, recorded))
    });
    recorded.collect()
}
