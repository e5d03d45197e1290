//! The marks on the roll: which units have cast their ballot. A mark is never taken off.

use std::collections::{BTreeMap, BTreeSet};

use platform::Result;
use platform::db::{DbResultExt as _, TenantTx};
use platform::ids::TenantId;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Expr, ExprTrait as _};

use super::number;
use crate::domain::votes::VoteId;
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vote_marks")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub vote_id: VoteId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Marks that the unit has voted; `ALREADY_VOTED` when it has.
pub(crate) async fn set(tx: &TenantTx, vote: VoteId, unit: &str) -> Result<()> {
    let row = Model { tenant_id: tx.tenant_id(), vote_id: vote, unit: unit.to_owned() };
    let added = tx.insert::<Entity, ActiveModel>(row.into_active_model()).await;
    added.on_unique("vote_marks_vote_id_unit_key", || error::already_voted(unit))
}

/// The units that have voted.
pub(crate) async fn of(tx: &TenantTx, vote: VoteId) -> Result<BTreeSet<String>> {
    let rows = tx.find::<Entity>().filter(Column::VoteId.eq(vote)).all().await?;
    Ok(rows.into_iter().map(|row| row.unit).collect())
}

/// How many have, in each of these votes where one has.
pub(crate) async fn counts(
    tx: &TenantTx,
    votes: impl IntoIterator<Item = VoteId>,
) -> Result<BTreeMap<VoteId, u32>> {
    let find =
        tx.find::<Entity>().columns([Column::VoteId]).value_as(Expr::col(Column::Unit).count(), "marks");
    let rows: Vec<(VoteId, i64)> =
        find.filter(Column::VoteId.is_in(votes)).group_by(Column::VoteId).all_tuples().await?;
    rows.into_iter().map(|(vote, marks)| Ok((vote, number(marks)?))).collect()
}
