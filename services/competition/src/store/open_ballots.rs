//! The box of a vote that is open: the choices, and nothing of who made them.
//!
//! A row has a random id and the choice. That is not enough: a database knows more of a row than its columns. On PostgreSQL
//! a ballot would carry the number of the transaction (`xmin`) that wrote also the mark on the roll and the audit entry
//! "has voted", and would lie behind the ballots that came before it; both tell whose it is. (Two transactions would not do:
//! their numbers follow one another, and a crash between them would lose a ballot or a mark.) On SQLite rows would have
//! numbers in the order of coming, and even without them a page of the file shows which of its cells was written last.
//!
//! So **each ballot that is cast replaces the whole box**: all choices of the vote are read, deleted and written again in
//! one statement, under new random ids, in the order of those ids. At any moment all ballots of a vote are of one
//! transaction, that of whoever voted last, and their order is chance; an id lives until the next ballot, so copies of the
//! database have no id in common. A bloc has at most 1,000 units, so this costs little. It needs the right to delete,
//! which is why the box is a table apart: the close writes the choices, again under new ids and in one transaction, into
//! `ballots`, where they can only be added and read, and empties the box.
//!
//! What was deleted is removed soon: on SQLite it is overwritten at once (`secure_delete`), on PostgreSQL by autovacuum,
//! which this table calls without a threshold.
//!
//! What remains, and no schema can take away: whoever reads the database *before and after* one ballot (continually, or from
//! a write-ahead log or replica that is kept) sees one mark and one choice more. The first ballot of a vote is alone in
//! the box, and a unanimous count tells all. Nobody who is a member can see any of it: no RPC tells anything of the box
//! before the close, and then only its count. Operators: keep write-ahead logs no longer than backups need, and do not set
//! PostgreSQL to log the values of statements (`log_statement`, `log_min_duration_statement` with
//! `log_parameter_max_length` other than 0).
//!
//! The tests in `tests/votes/` hold all of this against both databases.

use platform::Result;
use platform::db::TenantTx;
use platform::ids::TenantId;
use sea_orm::IntoActiveModel;
use sea_orm::entity::prelude::*;

use crate::domain::votes::{Choice, VoteId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "open_ballots")]
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

/// What is in the box.
pub(crate) async fn choices(tx: &TenantTx, vote: VoteId) -> Result<Vec<Choice>> {
    let find = tx.find::<Entity>().columns([Column::Choice]).filter(Column::VoteId.eq(vote));
    let rows = find.all_tuples::<(String,)>().await?;
    let choice = |(unit,): (String,)| if unit.is_empty() { Choice::Blank } else { Choice::Candidate(unit) };
    Ok(rows.into_iter().map(choice).collect())
}

/// Puts one more ballot into the box, and with it writes all of them anew.
pub(crate) async fn cast(tx: &TenantTx, vote: VoteId, choice: Choice) -> Result<()> {
    let mut choices = choices(tx, vote).await?;
    choices.push(choice);
    empty(tx, vote).await?;
    let rows = shuffled(tx, choices).into_iter().map(|(ballot_id, choice)| {
        let row = Model { tenant_id: tx.tenant_id(), vote_id: vote, ballot_id, choice };
        IntoActiveModel::<ActiveModel>::into_active_model(row)
    });
    tx.insert_many::<Entity, ActiveModel, _>(rows.collect::<Vec<_>>()).await?;
    Ok(())
}

/// Takes everything out.
pub(crate) async fn empty(tx: &TenantTx, vote: VoteId) -> Result<()> {
    tx.delete::<Entity>().filter(Column::VoteId.eq(vote)).exec().await?;
    Ok(())
}

/// The choices as they are stored, under random ids and in their order: chance says which one is where.
pub(super) fn shuffled(tx: &TenantTx, choices: Vec<Choice>) -> Vec<(Uuid, String)> {
    let ids = tx.database().ids();
    let stored = choices.into_iter().map(|choice| match choice {
        Choice::Candidate(unit) => (ids.unlinkable(), unit),
        Choice::Blank => (ids.unlinkable(), String::new()),
    });
    let mut stored: Vec<_> = stored.collect();
    stored.sort_unstable_by_key(|(id, _)| *id);
    stored
}
