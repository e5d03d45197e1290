//! The votes that the candidates got, as they were counted at the close.

use std::collections::{BTreeMap, BTreeSet};

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, IntoActiveModel};

use super::{number, votes};
use crate::domain::votes::{VoteId, VoteResult};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vote_counts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub vote_id: VoteId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    pub votes: i64,
    /// Whether it goes into the run-off.
    pub run_off: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// What the candidates of a vote got.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) votes: BTreeMap<String, u32>,
    pub(super) run_off: BTreeSet<String>,
}

/// Those of the votes that meet a condition.
pub(super) async fn of(tx: &TenantTx, which: Condition) -> Result<BTreeMap<VoteId, Counts>> {
    let of_vote = [(Column::VoteId, votes::Column::VoteId)];
    let rows = tx.find::<Entity>().having_row::<votes::Entity>(of_vote, which).all().await?;
    let mut counts: BTreeMap<VoteId, Counts> = BTreeMap::new();
    for row in rows {
        let of_vote = counts.entry(row.vote_id).or_default();
        of_vote.votes.insert(row.unit.clone(), number(row.votes)?);
        if row.run_off {
            of_vote.run_off.insert(row.unit);
        }
    }
    Ok(counts)
}

pub(super) async fn add(tx: &TenantTx, vote: VoteId, result: &VoteResult) -> Result<()> {
    let rows = result.count.votes.iter().map(|(unit, votes)| {
        let row = Model {
            tenant_id: tx.tenant_id(),
            vote_id: vote,
            unit: unit.clone(),
            votes: i64::from(*votes),
            run_off: result.verdict.run_off.contains(unit),
        };
        IntoActiveModel::<ActiveModel>::into_active_model(row)
    });
    tx.insert_many::<Entity, ActiveModel, _>(rows.collect::<Vec<_>>()).await?;
    Ok(())
}
