//! Honour votes, round by round, as they were opened. What came out of them stands in `vote_results`.

use platform::db::{DbResultExt as _, TenantTx};
use platform::ids::{AccountId, TenantId};
use platform::{Error, Result, Timestamp};
use prost::Message as _;
use proto::competition::v1::VoteRules;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, IntoActiveModel};

use super::{number, seasons, vote_candidates, vote_results};
use crate::domain::seasons::Season;
use crate::domain::signature::Signature;
use crate::domain::votes::{Vote, VoteId};
use crate::error;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "votes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub vote_id: VoteId,
    pub season: String,
    pub bloc: String,
    pub round: i64,
    /// An encoded `VoteRules`.
    pub rules: Vec<u8>,
    pub entitled: i64,
    /// Of a vote on paper.
    pub minutes_number: Option<String>,
    pub account_id: Option<AccountId>,
    pub account_name: String,
    pub account_title: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// Adds a round with its candidates; `VOTE_EXISTS` when the bloc has it.
pub(crate) async fn add(tx: &TenantTx, vote: &Vote) -> Result<()> {
    let row = Model {
        tenant_id: tx.tenant_id(),
        vote_id: vote.id,
        season: vote.season.clone(),
        bloc: vote.bloc.clone(),
        round: i64::from(vote.round),
        rules: vote.rules.encode_to_vec(),
        entitled: i64::from(vote.entitled),
        minutes_number: vote.minutes_number.clone(),
        account_id: vote.opened.account,
        account_name: vote.opened.name.clone(),
        account_title: vote.opened.title.clone(),
        at: vote.opened.at,
    };
    let exists = || error::vote_exists(&vote.bloc, "has this round of its honour vote");
    let added = tx.insert::<Entity, ActiveModel>(row.into_active_model()).await;
    added.on_unique("votes_season_bloc_round_key", exists)?;
    vote_candidates::add(tx, vote).await
}

/// The vote; `VOTE_UNKNOWN` when there is none.
pub(crate) async fn get(tx: &TenantTx, id: VoteId) -> Result<Vote> {
    let found = of(tx, Condition::all().add(Column::VoteId.eq(id))).await?.pop();
    found.ok_or_else(|| error::vote_unknown(id))
}

/// As [`get`], with its season, which nobody else changes until the transaction ends.
pub(crate) async fn hold(tx: &TenantTx, id: VoteId) -> Result<(Season, Vote)> {
    let row = tx.find::<Entity>().filter(Column::VoteId.eq(id)).one().await?;
    let row = row.ok_or_else(|| error::vote_unknown(id))?;
    let season = seasons::hold(tx, &row.season).await?;
    Ok((season, get(tx, id).await?))
}

/// The rounds of a bloc, the first one first.
pub(crate) async fn rounds(tx: &TenantTx, season: &str, bloc: &str) -> Result<Vec<Vote>> {
    of(tx, Condition::all().add(Column::Season.eq(season)).add(Column::Bloc.eq(bloc))).await
}

/// All votes of the season, by bloc and round.
pub(crate) async fn all(tx: &TenantTx, season: &str) -> Result<Vec<Vote>> {
    of(tx, Condition::all().add(Column::Season.eq(season))).await
}

/// These votes, by bloc and round.
pub(crate) async fn these(tx: &TenantTx, ids: impl IntoIterator<Item = VoteId>) -> Result<Vec<Vote>> {
    of(tx, Condition::all().add(Column::VoteId.is_in(ids))).await
}

/// The votes of the season, or of one bloc: bloc, round and id.
pub(crate) async fn keys(
    tx: &TenantTx,
    season: &str,
    bloc: Option<&str>,
) -> Result<Vec<(String, i64, VoteId)>> {
    let find = tx.find::<Entity>().columns([Column::Bloc, Column::Round, Column::VoteId]);
    let find = find.filter(Column::Season.eq(season)).filter_some(bloc, |bloc| Column::Bloc.eq(bloc));
    Ok(find.all_tuples().await?)
}

async fn of(tx: &TenantTx, which: Condition) -> Result<Vec<Vote>> {
    let rows = tx.find::<Entity>().filter(which.clone()).all().await?;
    let mut candidates = vote_candidates::of(tx, which.clone()).await?;
    let mut results = vote_results::of(tx, which).await?;
    let votes = rows.into_iter().map(|row| {
        let id = row.vote_id;
        vote(row, candidates.remove(&id).unwrap_or_default(), results.remove(&id))
    });
    let mut votes = votes.collect::<Result<Vec<Vote>>>()?;
    votes.sort_unstable_by(|one, other| (&one.bloc, one.round).cmp(&(&other.bloc, other.round)));
    Ok(votes)
}

fn vote(
    row: Model,
    candidates: std::collections::BTreeSet<String>,
    result: Option<crate::domain::votes::VoteResult>,
) -> Result<Vote> {
    Ok(Vote {
        id: row.vote_id,
        round: number(row.round)?,
        candidates,
        rules: VoteRules::decode(row.rules.as_slice()).map_err(Error::internal)?,
        entitled: number(row.entitled)?,
        minutes_number: row.minutes_number,
        opened: Signature {
            account: row.account_id,
            name: row.account_name,
            title: row.account_title,
            at: row.at,
        },
        result,
        season: row.season,
        bloc: row.bloc,
    })
}
