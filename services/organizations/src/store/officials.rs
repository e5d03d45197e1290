//! Officials.

use std::collections::BTreeMap;

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::{date, optional_date};
use crate::domain::officials::{Official, OfficialId};
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "officials")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub official_id: OfficialId,
    pub name: String,
    pub title: String,
    /// None: the federation.
    pub unit: Option<String>,
    pub first_day: String,
    pub last_day: Option<String>,
    pub email: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Where officials hold their office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Anywhere,
    Federation,
    Unit(String),
}

pub(crate) async fn add(tx: &TenantTx, officials: &[(OfficialId, &Official)]) -> Result<()> {
    let rows: Vec<_> =
        officials.iter().map(|(id, official)| row(tx, *id, official).into_active_model()).collect();
    tx.insert_many::<Entity, ActiveModel, _>(rows).await?;
    Ok(())
}

/// The official; `OFFICIAL_UNKNOWN` when there is none.
pub(crate) async fn get(tx: &TenantTx, id: OfficialId) -> Result<Official> {
    let row = tx.find::<Entity>().filter(Column::OfficialId.eq(id)).one().await?;
    official(row.ok_or_else(|| error::official_unknown(id))?).map(|(_, official)| official)
}

/// The official, kept from others' changes until the transaction ends.
pub(crate) async fn held(tx: &TenantTx, id: OfficialId) -> Result<Official> {
    let row = tx.find::<Entity>().filter(Column::OfficialId.eq(id)).for_update().one().await?;
    official(row.ok_or_else(|| error::official_unknown(id))?).map(|(_, official)| official)
}

pub(crate) async fn by_ids(
    tx: &TenantTx,
    ids: impl IntoIterator<Item = OfficialId>,
) -> Result<BTreeMap<OfficialId, Official>> {
    let ids: Vec<OfficialId> = ids.into_iter().collect();
    let mut found = BTreeMap::new();
    for ids in ids.chunks(1000) {
        let rows = tx.find::<Entity>().filter(Column::OfficialId.is_in(ids.iter().copied())).all().await?;
        for row in rows {
            let (id, official) = official(row)?;
            found.insert(id, official);
        }
    }
    Ok(found)
}

pub(crate) async fn at(tx: &TenantTx, place: &Place) -> Result<Vec<(OfficialId, Official)>> {
    let find = tx.find::<Entity>();
    let find = match place {
        Place::Anywhere => find,
        Place::Federation => find.filter(Column::Unit.is_null()),
        Place::Unit(unit) => find.filter(Column::Unit.eq(unit.as_str())),
    };
    find.all().await?.into_iter().map(official).collect()
}

/// Writes a changed official.
pub(crate) async fn change(tx: &TenantTx, id: OfficialId, official: &Official) -> Result<()> {
    let row = row(tx, id, official).into_active_model();
    tx.update_row::<Entity, ActiveModel>(row.reset_all()).await?;
    Ok(())
}

fn row(tx: &TenantTx, id: OfficialId, official: &Official) -> Model {
    Model {
        tenant_id: tx.tenant_id(),
        official_id: id,
        name: official.name.clone(),
        title: official.title.clone(),
        unit: official.unit.clone(),
        first_day: official.from.to_string(),
        last_day: official.to.map(|day| day.to_string()),
        email: official.email.clone(),
    }
}

fn official(row: Model) -> Result<(OfficialId, Official)> {
    let official = Official {
        from: date(&row.first_day)?,
        to: optional_date(row.last_day.as_deref())?,
        name: row.name,
        title: row.title,
        unit: row.unit,
        email: row.email,
    };
    Ok((row.official_id, official))
}
