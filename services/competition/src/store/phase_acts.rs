//! Openings and closings of phases. They are never changed.

use std::collections::BTreeMap;

use platform::db::{DbResultExt as _, TenantTx};
use platform::ids::{AccountId, TenantId};
use platform::{Result, Timestamp};
use proto::common::v1::Reason;
use proto::competition::v1::PhaseState;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::{value, word};
use crate::domain::phases::Act;
use crate::domain::signature::Signature;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "phase_acts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub season: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub phase: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub state: String,
    pub reason: String,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub account_title: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

const STATE: &str = "PHASE_STATE_";

/// The acts of each phase of the season, the first one first.
pub(crate) async fn of(tx: &TenantTx, season: &str) -> Result<BTreeMap<String, Vec<Act>>> {
    let rows = tx.find::<Entity>().filter(Column::Season.eq(season)).order_by_asc(Column::Number).all();
    let mut acts: BTreeMap<String, Vec<Act>> = BTreeMap::new();
    for row in rows.await? {
        let act = Act {
            state: value(STATE, &row.state, PhaseState::from_str_name)?,
            by: Signature {
                account: row.account_id,
                name: row.account_name,
                title: row.account_title,
                at: row.at,
            },
            reason: row.reason,
        };
        acts.entry(row.phase).or_default().push(act);
    }
    Ok(acts)
}

/// Adds the act that follows on `earlier` others.
pub(crate) async fn add(tx: &TenantTx, season: &str, phase: &str, earlier: usize, act: Act) -> Result<()> {
    let row = Model {
        tenant_id: tx.tenant_id(),
        season: season.to_owned(),
        phase: phase.to_owned(),
        number: i64::try_from(earlier).unwrap_or(i64::MAX),
        state: word(act.state.as_str_name(), STATE),
        reason: act.reason,
        account_id: act.by.account,
        account_name: act.by.name,
        account_title: act.by.title,
        at: act.by.at,
    };
    let met = || platform::Error::aborted(Reason::Conflict.code(), "two changes of the phase met: try again");
    let key = "phase_acts_season_phase_number_key";
    tx.insert::<Entity, _>(row.into_active_model()).await.on_unique(key, met)
}
