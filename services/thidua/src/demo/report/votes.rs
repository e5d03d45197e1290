//! The honour votes.

use std::collections::BTreeMap;

use proto::competition::v1::ballot_service_client::BallotServiceClient;
use proto::competition::v1::{CandidateVotes, ListVotesRequest, Vote, VoteOutcome};

use crate::demo::call::{PAGE, Result, pages};
use crate::demo::stage::Stage;

/// A line for each bloc that voted: what came out of its last round.
pub(super) async fn all(stage: &Stage) -> Result<BTreeMap<String, String>> {
    let admin = stage.admin()?;
    let votes = pages(|page_token| async move {
        let request = ListVotesRequest {
            season: stage.season(),
            page_size: PAGE,
            page_token,
            ..ListVotesRequest::default()
        };
        let rpc = async |c, r| BallotServiceClient::new(c).list_votes(r).await;
        let answer = stage.ask(admin, request, rpc).await?;
        Ok((answer.votes, answer.next_page_token))
    });
    Ok(votes.await?.iter().map(|vote| (vote.bloc.clone(), line(stage, vote))).collect())
}

fn line(stage: &Stage, vote: &Vote) -> String {
    let result = vote.result.clone().unwrap_or_default();
    let name = |unit: &str| match stage.campaign.units.get(unit) {
        Some(found) => format!("{} ({unit})", found.name),
        None => unit.to_owned(),
    };
    let ballots = match result.counts.first() {
        Some(CandidateVotes { votes, .. }) => format!("{votes} of {} ballots", vote.cast),
        None => format!("{} ballots", vote.cast),
    };
    let rounds = match vote.round {
        0 | 1 => String::new(),
        round => format!(" in round {round}"),
    };
    match result.outcome() {
        VoteOutcome::Elected => {
            format!("leading unit by secret vote: {}, {ballots}{rounds}", name(&result.leading_unit))
        }
        VoteOutcome::RunOffDue => format!("secret vote: no majority{rounds}"),
        VoteOutcome::QuorumMissed => format!("secret vote: quorum missed{rounds}"),
        VoteOutcome::Unspecified => format!("secret vote: open{rounds}"),
    }
}
