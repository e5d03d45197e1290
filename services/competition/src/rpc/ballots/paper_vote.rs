use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{EnterPaperVoteRequest, EnterPaperVoteResponse, PhaseKind};
use tonic::Request;

use super::close::closed;
use crate::domain::paper_vote::PaperVote;
use crate::domain::vote_rules;
use crate::domain::votes::{Vote, VoteId, last, standing};
use crate::rpc::{Ground, scope};
use crate::store::{blocs, seasons, votes};

pub(super) async fn enter_paper_vote(
    ground: &Ground,
    request: Request<EnterPaperVoteRequest>,
) -> Result<EnterPaperVoteResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    scope::of_bloc_or_admin(&caller, &request.season, &request.bloc)?;
    let mut faults = Faults::new();
    let paper = PaperVote::parse(&request, &mut faults);
    let paper = faults.finish(paper)?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let season = seasons::hold(tx, &paper.season).await?;
        season.require_open(&[PhaseKind::Vote])?;
        let members = blocs::get(tx, &paper.season, &paper.bloc).await?.members;
        let rounds = votes::rounds(tx, &paper.season, &paper.bloc).await?;
        let (round, rules, candidates) = match last(&rounds)? {
            None => (1, vote_rules::whole(season.about.vote_rules.as_ref()), None),
            Some(last) => {
                let candidates = standing(&paper.bloc, last.next_candidates()?, &members)?;
                (last.round + 1, last.rules, Some(candidates))
            }
        };
        let mut faults = Faults::new();
        let entitled = paper.check(&members, candidates.as_ref(), &mut faults);
        faults.none()?;
        let vote = Vote {
            id: VoteId(tx.database().ids().next()),
            season: paper.season,
            bloc: paper.bloc,
            round,
            candidates: paper.count.votes.keys().cloned().collect(),
            rules,
            entitled,
            minutes_number: Some(paper.minutes_number),
            opened: by.clone(),
            result: None,
        };
        let vote = vote.counted(paper.count, by);
        votes::add(tx, &vote).await?;
        closed(tx, &rounds, &vote, "vote.entered").await?;
        Ok(EnterPaperVoteResponse { vote: Some(vote.to_proto(0)) })
    })
    .await
}
