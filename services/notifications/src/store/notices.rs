//! What there was to tell: never changed.

use std::collections::BTreeMap;

use platform::db::TenantTx;
use platform::ids::{EventId, TenantId};
use platform::{Error, Result};
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

use crate::domain::notices::Notice;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notices")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: EventId,
    pub kind: String,
    pub season: String,
    pub run_id: String,
    pub run_number: i64,
    pub facts: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

pub(crate) async fn add(tx: &TenantTx, notice: &Notice) -> Result<()> {
    let row = Model {
        tenant_id: tx.tenant_id(),
        event_id: notice.event,
        kind: notice.facts.kind().as_str().to_owned(),
        season: notice.season.clone(),
        run_id: notice.run_id.clone(),
        run_number: i64::from(notice.run_number),
        facts: serde_json::to_string(&notice.facts).map_err(Error::internal)?,
    };
    Ok(tx.insert::<Entity, ActiveModel>(row.into_active_model()).await?)
}

pub(crate) async fn find(tx: &TenantTx, event: EventId) -> Result<Option<Notice>> {
    Ok(of(tx, [event]).await?.remove(&event))
}

/// The notices of these events.
pub(crate) async fn of(
    tx: &TenantTx,
    events: impl IntoIterator<Item = EventId>,
) -> Result<BTreeMap<EventId, Notice>> {
    let rows = tx.find::<Entity>().filter(Column::EventId.is_in(events)).all().await?;
    rows.into_iter().map(|row| Ok((row.event_id, notice(row)?))).collect()
}

fn notice(row: Model) -> Result<Notice> {
    Ok(Notice {
        event: row.event_id,
        season: row.season,
        run_id: row.run_id,
        run_number: u32::try_from(row.run_number).map_err(Error::internal)?,
        facts: serde_json::from_str(&row.facts).map_err(Error::internal)?,
    })
}
