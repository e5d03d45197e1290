//! The history of sheets: a row for each revision, never changed.

use platform::db::TenantTx;
use platform::ids::{AccountId, TenantId};
use platform::{Error, Result, Timestamp};
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::lines;
use super::sheets::number;
use crate::domain::sheets::{By, Change, SheetKey};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sheet_changes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub layer: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub peer: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i64,
    pub lines: Vec<u8>,
    pub submitted: bool,
    /// Why it was reopened.
    pub reopened: Option<String>,
    pub account_id: AccountId,
    pub name: String,
    pub title: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

pub(crate) async fn add(tx: &TenantTx, changes: &[(SheetKey, Change)]) -> Result<()> {
    let rows = changes.iter().map(|(key, change)| {
        Ok(Model {
            tenant_id: tx.tenant_id(),
            season: key.season.clone(),
            unit: key.unit.clone(),
            layer: key.layer.clone(),
            peer: key.peer.clone(),
            revision: number(change.revision)?,
            lines: lines::encode_changes(&change.lines),
            submitted: change.submitted,
            reopened: change.reopened.clone(),
            account_id: change.by.account,
            name: change.by.name.clone(),
            title: change.by.title.clone(),
            at: change.by.at,
        }
        .into_active_model())
    });
    let rows: Vec<ActiveModel> = rows.collect::<Result<_>>()?;
    tx.insert_many::<Entity, ActiveModel, _>(rows).await?;
    Ok(())
}

/// At most `most` changes of a sheet that made a revision up to `last`, the newest first.
pub(crate) async fn up_to(tx: &TenantTx, key: &SheetKey, last: u64, most: u64) -> Result<Vec<Change>> {
    let rows = tx
        .find::<Entity>()
        .filter(Column::Season.eq(&key.season))
        .filter(Column::Unit.eq(&key.unit))
        .filter(Column::Layer.eq(&key.layer))
        .filter(Column::Peer.eq(&key.peer))
        .filter(Column::Revision.lte(i64::try_from(last).unwrap_or(i64::MAX)))
        .order_by_desc(Column::Revision)
        .limit(most)
        .all()
        .await?;
    rows.into_iter().map(change).collect()
}

fn change(row: Model) -> Result<Change> {
    Ok(Change {
        revision: u64::try_from(row.revision).map_err(Error::internal)?,
        lines: lines::decode_changes(&row.lines)?,
        submitted: row.submitted,
        reopened: row.reopened,
        by: By { account: row.account_id, name: row.name, title: row.title, at: row.at },
    })
}
