//! What was decided on the classes of units, and taken back. Rows are never changed.

use std::collections::BTreeMap;

use platform::db::{DbResultExt as _, TenantTx};
use platform::ids::{AccountId, TenantId};
use platform::{Error, Result, Timestamp};
use proto::common::v1::Reason;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use crate::domain::decisions::{Decision, DecisionAct, decisions};
use crate::domain::signature::Signature;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decisions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// None: the decision before was withdrawn.
    pub class: Option<String>,
    pub reason: String,
    pub number: String,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub account_title: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// The acts on a unit's class, the first one first.
pub(crate) async fn acts(tx: &TenantTx, season: &str, unit: &str) -> Result<Vec<DecisionAct>> {
    Ok(by_unit(tx, season, Some(unit)).await?.remove(unit).unwrap_or_default())
}

/// All decisions of the season, or on one unit, by unit and in their order.
pub(crate) async fn all(tx: &TenantTx, season: &str, unit: Option<&str>) -> Result<Vec<Decision>> {
    let acts = by_unit(tx, season, unit).await?;
    Ok(acts.iter().flat_map(|(unit, acts)| decisions(unit, acts)).collect())
}

/// Adds the act that follows on `earlier` others.
pub(crate) async fn add(
    tx: &TenantTx,
    season: &str,
    unit: &str,
    earlier: usize,
    act: DecisionAct,
) -> Result<()> {
    let row = Model {
        tenant_id: tx.tenant_id(),
        season: season.to_owned(),
        unit: unit.to_owned(),
        position: i64::try_from(earlier).unwrap_or(i64::MAX),
        class: act.class,
        reason: act.reason,
        number: act.number,
        account_id: act.by.account,
        account_name: act.by.name,
        account_title: act.by.title,
        at: act.by.at,
    };
    let met = || Error::aborted(Reason::Conflict.code(), "two decisions on the unit met: try again");
    let added = tx.insert::<Entity, ActiveModel>(row.into_active_model()).await;
    added.on_unique("decisions_season_unit_position_key", met)
}

async fn by_unit(
    tx: &TenantTx,
    season: &str,
    unit: Option<&str>,
) -> Result<BTreeMap<String, Vec<DecisionAct>>> {
    let find = tx.find::<Entity>().filter(Column::Season.eq(season));
    let find = find.filter_some(unit, |unit| Column::Unit.eq(unit)).order_by_asc(Column::Position);
    let mut acts: BTreeMap<String, Vec<DecisionAct>> = BTreeMap::new();
    for row in find.all().await? {
        let by = Signature {
            account: row.account_id,
            name: row.account_name,
            title: row.account_title,
            at: row.at,
        };
        let act = DecisionAct { class: row.class, reason: row.reason, number: row.number, by };
        acts.entry(row.unit).or_default().push(act);
    }
    Ok(acts)
}
