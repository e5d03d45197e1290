use std::collections::BTreeSet;

use platform::audit::Act;
use platform::db::TenantTx;
use platform::input::{Faults, fault};
use platform::{Result, idempotency};
use proto::common::v1::Reason;
use proto::competition::v1::{
    OpenNextRoundRequest, OpenNextRoundResponse, OpenVoteRequest, OpenVoteResponse, PhaseKind,
};
use tonic::Request;

use crate::domain::vote_rules;
use crate::domain::votes::{Vote, VoteId, check_members, parse_candidates, placed, standing};
use crate::error;
use crate::rpc::{Ground, scope};
use crate::store::{blocs, seasons, vote_roll, votes};

pub(super) async fn open_vote(
    ground: &Ground,
    request: Request<OpenVoteRequest>,
) -> Result<OpenVoteResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    scope::of_bloc_or_admin(&caller, &request.season, &request.bloc)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let bloc = faults.code("bloc", &request.bloc);
    let candidates = parse_candidates(&request.candidates, &mut faults);
    let ((season, bloc), candidates) = faults.finish(season.zip(bloc).zip(candidates))?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let held = seasons::hold(tx, &season).await?;
        held.require_open(&[PhaseKind::Vote])?;
        let members = blocs::get(tx, &season, &bloc).await?.members;
        if !votes::rounds(tx, &season, &bloc).await?.is_empty() {
            return Err(error::vote_exists(&bloc, "has an honour vote: see its last round"));
        }
        if members.is_empty() {
            return Err(fault("bloc", Reason::NotAMember, format!("the bloc {bloc:?} has no member")));
        }
        let mut faults = Faults::new();
        check_members(&placed("candidates", "", &request.candidates), &members, &mut faults);
        faults.none()?;
        let vote = Vote {
            id: VoteId(tx.database().ids().next()),
            candidates: if candidates.is_empty() { members.clone() } else { candidates },
            rules: vote_rules::whole(held.about.vote_rules.as_ref()),
            entitled: u32::try_from(members.len()).unwrap_or(u32::MAX),
            round: 1,
            minutes_number: None,
            opened: by,
            result: None,
            season,
            bloc,
        };
        opened(tx, &vote, &members).await?;
        Ok(OpenVoteResponse { vote: Some(vote.to_proto(0)) })
    })
    .await
}

pub(super) async fn open_next_round(
    ground: &Ground,
    request: Request<OpenNextRoundRequest>,
) -> Result<OpenNextRoundResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let id = faults.id::<VoteId>("vote_id", &request.vote_id);
    let id = faults.finish(id)?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let (season, last) = votes::hold(tx, id).await?;
        scope::of_bloc_or_admin(&caller, &last.season, &last.bloc)?;
        let left = last.next_candidates()?;
        if votes::rounds(tx, &last.season, &last.bloc).await?.iter().any(|vote| vote.round > last.round) {
            return Err(error::vote_exists(&last.bloc, "has a later round of its honour vote"));
        }
        season.require_open(&[PhaseKind::Vote])?;
        let members = blocs::get(tx, &last.season, &last.bloc).await?.members;
        let vote = Vote {
            id: VoteId(tx.database().ids().next()),
            candidates: standing(&last.bloc, left, &members)?,
            entitled: u32::try_from(members.len()).unwrap_or(u32::MAX),
            round: last.round + 1,
            minutes_number: None,
            opened: by,
            result: None,
            ..last
        };
        opened(tx, &vote, &members).await?;
        Ok(OpenNextRoundResponse { vote: Some(vote.to_proto(0)) })
    })
    .await
}

/// Writes a round that is open. Nothing that is gathered has changed yet.
async fn opened(tx: &TenantTx, vote: &Vote, roll: &BTreeSet<String>) -> Result<()> {
    votes::add(tx, vote).await?;
    vote_roll::add(tx, vote.id, roll).await?;
    let act = Act::new("vote.opened", "vote", vote.id).with("season", vote.season.as_str());
    tx.record(act.with("bloc", vote.bloc.as_str()).with("round", vote.round));
    Ok(())
}
