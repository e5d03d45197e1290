//! The ballots of closed votes, for who counts again. They are never changed; see `open_ballots` for how they stay secret.

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use super::open_ballots;
use crate::domain::votes::{Choice, VoteId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ballots")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub vote_id: VoteId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub ballot_id: Uuid,
    /// The code of the chosen unit; empty: blank.
    pub choice: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Takes everything out of the box of a vote and keeps it.
pub(crate) async fn keep(tx: &TenantTx, vote: VoteId, choices: Vec<Choice>) -> Result<()> {
    open_ballots::empty(tx, vote).await?;
    let rows = open_ballots::shuffled(tx, choices).into_iter().map(|(ballot_id, choice)| {
        let row = Model { tenant_id: tx.tenant_id(), vote_id: vote, ballot_id, choice };
        IntoActiveModel::<ActiveModel>::into_active_model(row)
    });
    tx.insert_many::<Entity, ActiveModel, _>(rows.collect::<Vec<_>>()).await?;
    Ok(())
}
