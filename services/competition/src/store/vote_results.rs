//! What came out of closed votes.

use std::collections::BTreeMap;

use platform::db::{DbResultExt as _, TenantTx};
use platform::ids::{AccountId, TenantId};
use platform::{Result, Timestamp};
use proto::competition::v1::VoteOutcome;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, IntoActiveModel};

use super::{number, value, vote_counts, votes, word};
use crate::domain::signature::Signature;
use crate::domain::tally::{Count, Verdict};
use crate::domain::votes::{VoteId, VoteResult};
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "vote_results")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub vote_id: VoteId,
    pub outcome: String,
    pub leading_unit: Option<String>,
    pub blank: i64,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub account_title: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

const OUTCOME: &str = "VOTE_OUTCOME_";

/// Those of the votes that meet a condition and are closed.
pub(super) async fn of(tx: &TenantTx, which: Condition) -> Result<BTreeMap<VoteId, VoteResult>> {
    let of_vote = [(Column::VoteId, votes::Column::VoteId)];
    let rows = tx.find::<Entity>().having_row::<votes::Entity>(of_vote, which.clone()).all().await?;
    let mut counts = vote_counts::of(tx, which).await?;
    let results = rows.into_iter().map(|row| {
        let vote_counts::Counts { votes, run_off } = counts.remove(&row.vote_id).unwrap_or_default();
        let verdict = Verdict {
            outcome: value(OUTCOME, &row.outcome, VoteOutcome::from_str_name)?,
            leading_unit: row.leading_unit,
            run_off,
        };
        let closed = Signature {
            account: row.account_id,
            name: row.account_name,
            title: row.account_title,
            at: row.at,
        };
        let count = Count { votes, blank: number(row.blank)? };
        Ok((row.vote_id, VoteResult { count, verdict, closed }))
    });
    results.collect()
}

/// Writes the result with its counts, for ever; `BALLOT_CLOSED` when the vote has one.
pub(crate) async fn add(tx: &TenantTx, vote: VoteId, result: &VoteResult) -> Result<()> {
    let row = Model {
        tenant_id: tx.tenant_id(),
        vote_id: vote,
        outcome: word(result.verdict.outcome.as_str_name(), OUTCOME),
        leading_unit: result.verdict.leading_unit.clone(),
        blank: i64::from(result.count.blank),
        account_id: result.closed.account,
        account_name: result.closed.name.clone(),
        account_title: result.closed.title.clone(),
        at: result.closed.at,
    };
    let added = tx.insert::<Entity, ActiveModel>(row.into_active_model()).await;
    added.on_unique("vote_results_vote_id_key", error::ballot_closed)?;
    vote_counts::add(tx, vote, result).await
}
