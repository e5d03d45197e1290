//! Honour votes.
//!
//! Who has voted and what was chosen stand in tables that have nothing in common but the vote. How the choice is kept
//! apart, also from what the databases themselves know of a row (the transaction that wrote it, its place in the file), is
//! told in `services/competition/src/store/open_ballots.rs`; read it before anything here is changed. No table of ballots
//! has a condition: PostgreSQL puts the whole row that breaks one into its log.
//!
//! All but the open ballots is written once.

use crate::{DbErr, Rights, Schema, Table, boolean, bytes, integer, text, uuid};

crate::migration!(Votes, "competition_0004_votes", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    for table in [votes(), candidates(), roll(), marks(), open_ballots(), ballots(), results(), counts()] {
        schema.create(table).await?;
    }
    Ok(())
}

fn votes() -> Table {
    Table::tenant("votes")
        .column(uuid("vote_id"))
        .column(text("season"))
        .column(text("bloc"))
        // 1 for the first.
        .column(integer("round"))
        // An encoded VoteRules message, with every part of it.
        .column(bytes("rules"))
        .column(integer("entitled"))
        // Of the minutes of a vote on paper.
        .column(text("minutes_number").null())
        // Who opened it.
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at"))
        .key(["vote_id"])
        .unique(["season", "bloc", "round"])
        .reference(["season", "bloc"], "blocs", ["season", "code"])
        .runtime(Rights::Append)
}

fn candidates() -> Table {
    Table::tenant("vote_candidates")
        .column(uuid("vote_id"))
        .column(text("unit"))
        .key(["vote_id", "unit"])
        .reference(["vote_id"], "votes", ["vote_id"])
        .runtime(Rights::Append)
}

/// The units that may cast a ballot.
fn roll() -> Table {
    Table::tenant("vote_roll")
        .column(uuid("vote_id"))
        .column(text("unit"))
        .key(["vote_id", "unit"])
        .reference(["vote_id"], "votes", ["vote_id"])
        .runtime(Rights::Append)
        .without_rowid()
}

/// The units that have cast it. The key refuses a second one.
fn marks() -> Table {
    Table::tenant("vote_marks")
        .column(uuid("vote_id"))
        .column(text("unit"))
        .key(["vote_id", "unit"])
        .reference(["vote_id", "unit"], "vote_roll", ["vote_id", "unit"])
        .runtime(Rights::Append)
        .without_rowid()
}

/// The box of a vote that is open. With each ballot all are replaced.
fn open_ballots() -> Table {
    Table::tenant("open_ballots")
        .column(uuid("vote_id"))
        // Random.
        .column(uuid("ballot_id"))
        // The code of the chosen unit; empty: blank.
        .column(text("choice"))
        .key(["vote_id", "ballot_id"])
        .without_rowid()
        .swept()
}

/// What was in the box when the vote was closed, for who counts again.
fn ballots() -> Table {
    Table::tenant("ballots")
        .column(uuid("vote_id"))
        // Random, and another one than in the box.
        .column(uuid("ballot_id"))
        // The code of the chosen unit; empty: blank.
        .column(text("choice"))
        .key(["vote_id", "ballot_id"])
        .runtime(Rights::Append)
        .without_rowid()
}

fn results() -> Table {
    Table::tenant("vote_results")
        .column(uuid("vote_id"))
        .column(text("outcome"))
        .column(text("leading_unit").null())
        .column(integer("blank"))
        // Who closed the vote.
        .column(uuid("account_id").null())
        .column(text("account_name"))
        .column(text("account_title"))
        .column(integer("at"))
        .key(["vote_id"])
        .reference(["vote_id"], "votes", ["vote_id"])
        .runtime(Rights::Append)
}

fn counts() -> Table {
    Table::tenant("vote_counts")
        .column(uuid("vote_id"))
        .column(text("unit"))
        .column(integer("votes"))
        // Whether it goes into the run-off.
        .column(boolean("run_off"))
        .key(["vote_id", "unit"])
        .reference(["vote_id", "unit"], "vote_candidates", ["vote_id", "unit"])
        .runtime(Rights::Append)
}
