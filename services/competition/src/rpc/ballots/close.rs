use platform::audit::Act;
use platform::db::TenantTx;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{CloseVoteRequest, CloseVoteResponse};
use tonic::Request;

use crate::domain::votes::{Vote, VoteId};
use crate::rpc::change::{Stale, changed};
use crate::rpc::{Ground, scope};
use crate::store::{ballots, open_ballots, vote_marks, vote_results, votes};

pub(super) async fn close_vote(
    ground: &Ground,
    request: Request<CloseVoteRequest>,
) -> Result<CloseVoteResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let id = faults.id::<VoteId>("vote_id", &request.vote_id);
    let id = faults.finish(id)?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let (_, vote) = votes::hold(tx, id).await?;
        scope::of_bloc_or_admin(&caller, &vote.season, &vote.bloc)?;
        let choices = open_ballots::choices(tx, id).await?;
        let marks = vote_marks::of(tx, id).await?;
        let earlier = votes::rounds(tx, &vote.season, &vote.bloc).await?;
        let vote = vote.closed(&choices, marks.len(), by)?;
        ballots::keep(tx, id, choices).await?;
        closed(tx, &earlier, &vote, "vote.closed").await?;
        Ok(CloseVoteResponse { vote: Some(vote.to_proto(0)) })
    })
    .await
}

/// Writes the result of a round. Runs gather the votes of the bloc's first one that reached its quorum.
pub(super) async fn closed(tx: &TenantTx, earlier: &[Vote], vote: &Vote, action: &'static str) -> Result<()> {
    let mut act =
        Act::new(action, "vote", vote.id).with("bloc", vote.bloc.as_str()).with("round", vote.round);
    if let Some(result) = &vote.result {
        vote_results::add(tx, vote.id, result).await?;
        act = act.with("outcome", result.verdict.outcome.as_str_name());
    }
    let counts = vote.reached_quorum() && !earlier.iter().any(Vote::reached_quorum);
    if counts {
        changed(tx, &vote.season, Stale::Blocs(vec![vote.bloc.clone()]), act).await?;
    } else {
        tx.record(act.with("season", vote.season.as_str()));
    }
    Ok(())
}
