//! What was done with commendations. It is never changed.

use std::collections::BTreeMap;

use platform::db::TenantTx;
use platform::ids::{AccountId, TenantId};
use platform::{Error, Result, Timestamp};
use proto::competition::v1::CommendationState;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::{value, word};
use crate::domain::commendations::{Act, Commendation, CommendationId};
use crate::domain::signature::Signature;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "commendation_acts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub commendation_id: CommendationId,
    /// 0 for the proposal, and so on.
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

const STATE: &str = "COMMENDATION_STATE_";

/// The acts of each commendation, the first one first.
pub(crate) async fn of(tx: &TenantTx, ids: &[CommendationId]) -> Result<BTreeMap<CommendationId, Vec<Act>>> {
    let find = tx.find::<Entity>().filter(Column::CommendationId.is_in(ids.iter().copied()));
    let rows = find.order_by_asc(Column::Number).all().await?;
    let mut acts: BTreeMap<CommendationId, Vec<Act>> = BTreeMap::new();
    for row in rows {
        let by = Signature {
            account: row.account_id,
            name: row.account_name,
            title: row.account_title,
            at: row.at,
        };
        let state = value(STATE, &row.state, CommendationState::from_str_name)?;
        acts.entry(row.commendation_id).or_default().push(Act { state, by, reason: row.reason });
    }
    Ok(acts)
}

/// Adds the last act of each of the commendations.
pub(crate) async fn add_last(tx: &TenantTx, all: &[Commendation]) -> Result<()> {
    let last = all.iter().filter_map(|one| one.acts.split_last().map(|(last, before)| (one, last, before)));
    let rows = last.map(|(one, last, before)| {
        let row = Model {
            tenant_id: tx.tenant_id(),
            commendation_id: one.id,
            number: i64::try_from(before.len()).map_err(Error::internal)?,
            state: word(last.state.as_str_name(), STATE),
            reason: last.reason.clone(),
            account_id: last.by.account,
            account_name: last.by.name.clone(),
            account_title: last.by.title.clone(),
            at: last.by.at,
        };
        Ok(IntoActiveModel::<ActiveModel>::into_active_model(row))
    });
    tx.insert_many::<Entity, ActiveModel, _>(rows.collect::<Result<Vec<_>>>()?).await?;
    Ok(())
}
