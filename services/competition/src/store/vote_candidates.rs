//! The units that can be chosen in a vote.

use std::collections::{BTreeMap, BTreeSet};

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, IntoActiveModel};

use super::votes;
use crate::domain::votes::{Vote, VoteId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vote_candidates")]
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

/// Those of the votes that meet a condition.
pub(super) async fn of(tx: &TenantTx, which: Condition) -> Result<BTreeMap<VoteId, BTreeSet<String>>> {
    let of_vote = [(Column::VoteId, votes::Column::VoteId)];
    let rows = tx.find::<Entity>().having_row::<votes::Entity>(of_vote, which).all().await?;
    let mut candidates: BTreeMap<VoteId, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        candidates.entry(row.vote_id).or_default().insert(row.unit);
    }
    Ok(candidates)
}

pub(super) async fn add(tx: &TenantTx, vote: &Vote) -> Result<()> {
    let rows = vote.candidates.iter().map(|unit| {
        let row = Model { tenant_id: tx.tenant_id(), vote_id: vote.id, unit: unit.clone() };
        IntoActiveModel::<ActiveModel>::into_active_model(row)
    });
    tx.insert_many::<Entity, ActiveModel, _>(rows.collect::<Vec<_>>()).await?;
    Ok(())
}
