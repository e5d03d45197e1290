//! The honour votes: opened by the leader, a ballot for each unit by its delegate, closed, and again where a round asks
//! for the next one. Ballots are secret, so the roll alone says whose is still to be cast.

use proto::competition::v1::ballot_service_client::BallotServiceClient;
use proto::competition::v1::cast_ballot_request::Choice;
use proto::competition::v1::{
    CastBallotRequest, CloseVoteRequest, GetRollRequest, ListVotesRequest, OpenNextRoundRequest,
    OpenVoteRequest, Vote, VoteOutcome, VoteState,
};

use crate::demo::call::{Failure, PAGE, Result, pages};
use crate::demo::data::Bloc;
use crate::demo::data::shape::{self, Round};
use crate::demo::stage::Stage;

pub(super) async fn hold(stage: &Stage) -> Result<()> {
    for bloc in &stage.campaign.blocs {
        if let Some(vote) = &bloc.vote {
            hold_one(stage, bloc, vote).await?;
        }
    }
    Ok(())
}

/// The votes of the season, or of one bloc, by bloc and round.
pub(super) async fn list(stage: &Stage, bloc: &str) -> Result<Vec<Vote>> {
    let admin = stage.admin()?;
    pages(|page_token| async move {
        let request =
            ListVotesRequest { season: stage.season(), bloc: bloc.to_owned(), page_size: PAGE, page_token };
        let rpc = async |c, r| BallotServiceClient::new(c).list_votes(r).await;
        let answer = stage.ask(admin, request, rpc).await?;
        Ok((answer.votes, answer.next_page_token))
    })
    .await
}

async fn hold_one(stage: &Stage, bloc: &Bloc, planned: &shape::Vote) -> Result<()> {
    let leader = planned.opened_by.as_str();
    let mut rounds = list(stage, bloc.code.as_str()).await?.into_iter();
    let mut before: Option<Vote> = None;
    for choices in &planned.rounds {
        let vote = match (rounds.next(), before) {
            (Some(vote), _) => Some(vote),
            (None, None) => open(stage, bloc, planned).await?,
            (None, Some(before)) => {
                let rpc = async |c, r| BallotServiceClient::new(c).open_next_round(r).await;
                stage.act(leader, OpenNextRoundRequest { vote_id: before.id }, rpc).await?.vote
            }
        };
        let mut vote = vote.ok_or_else(|| Failure::new(format!("the vote of {} is not there", bloc.code)))?;
        if vote.state() == VoteState::Open {
            vote = count(stage, leader, &vote, choices).await?;
        }
        if vote.result.as_ref().is_some_and(|result| result.outcome() == VoteOutcome::Elected) {
            return Ok(());
        }
        before = Some(vote);
    }
    Ok(())
}

async fn open(stage: &Stage, bloc: &Bloc, planned: &shape::Vote) -> Result<Option<Vote>> {
    let request = OpenVoteRequest {
        season: stage.season(),
        bloc: bloc.code.to_string(),
        candidates: planned.candidates.iter().map(ToString::to_string).collect(),
    };
    let rpc = async |c, r| BallotServiceClient::new(c).open_vote(r).await;
    Ok(stage.act(planned.opened_by.as_str(), request, rpc).await?.vote)
}

/// Lets those vote who have not, and closes the round.
async fn count(stage: &Stage, leader: &str, vote: &Vote, choices: &Round) -> Result<Vote> {
    let rpc = async |c, r| BallotServiceClient::new(c).get_roll(r).await;
    let roll = stage.ask(leader, GetRollRequest { vote_id: vote.id.clone() }, rpc).await?.entries;
    let waiting = |unit: &str| roll.iter().any(|entry| entry.unit == unit && !entry.has_voted);
    let chosen = choices.ballots.iter().flat_map(|(candidate, units)| {
        units.iter().map(move |unit| (unit, Choice::Candidate(candidate.to_string())))
    });
    let blank = choices.blank.iter().map(|unit| (unit, Choice::Blank(true)));
    let due: Vec<_> = chosen.chain(blank).filter(|(unit, _)| waiting(unit.as_str())).collect();
    for (unit, choice) in due {
        let request =
            CastBallotRequest { vote_id: vote.id.clone(), unit: unit.to_string(), choice: Some(choice) };
        let rpc = async |c, r| BallotServiceClient::new(c).cast_ballot(r).await;
        match stage.act_in_secret(&stage.campaign.delegate_of(unit), request, rpc).await {
            // The answer to it was lost, or another demo was quicker.
            Err(failure) if failure.is_already_there() => {}
            cast => drop(cast?),
        }
    }
    let rpc = async |c, r| BallotServiceClient::new(c).close_vote(r).await;
    let closed = stage.act(leader, CloseVoteRequest { vote_id: vote.id.clone() }, rpc).await?.vote;
    closed.ok_or_else(|| Failure::new("a vote was closed without an answer"))
}
