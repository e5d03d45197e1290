use std::collections::BTreeSet;

use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::competition::v1::{GetVoteRequest, GetVoteResponse, ListVotesRequest, ListVotesResponse};
use tonic::Request;

use crate::domain::votes::{Vote, VoteId};
use crate::rpc::Ground;
use crate::store::{blocs, seasons, vote_marks, votes};

pub(super) async fn get_vote(ground: &Ground, request: Request<GetVoteRequest>) -> Result<GetVoteResponse> {
    let mut faults = Faults::new();
    let id = faults.id::<VoteId>("vote_id", &request.get_ref().vote_id);
    let id = faults.finish(id)?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    let vote = votes::get(&tx, id).await?;
    let marks = vote_marks::counts(&tx, [id]).await?;
    Ok(GetVoteResponse { vote: Some(vote.to_proto(marks.get(&id).copied().unwrap_or(0))) })
}

pub(super) async fn list_votes(
    ground: &Ground,
    request: Request<ListVotesRequest>,
) -> Result<ListVotesResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let bloc = faults.optional_code("bloc", &asked.bloc);
    let (season, bloc) = faults.finish(season.zip(bloc))?;
    let filters = [asked.season.as_str(), &asked.bloc];
    let page = Page::parse("ListVotes", &filters, asked.page_size, &asked.page_token)?;

    let tx = ground.db.read(auth::principal(&request)?).await?;
    seasons::require(&tx, &season).await?;
    if let Some(bloc) = &bloc {
        blocs::get(&tx, &season, bloc).await?;
    }
    let keys = votes::keys(&tx, &season, bloc.as_deref()).await?;
    // No character of a code is less than a blank.
    let keyed = keys.into_iter().map(|(bloc, round, id)| (format!("{bloc} {round:010}"), id));
    let (found, next_page_token) = page.cut(keyed.collect(), |(key, _)| key.as_str());
    let ids: BTreeSet<VoteId> = found.into_iter().map(|(_, id)| id).collect();
    let marks = vote_marks::counts(&tx, ids.iter().copied()).await?;
    let found = votes::these(&tx, ids).await?;
    let votes = found.iter().map(|vote: &Vote| vote.to_proto(marks.get(&vote.id).copied().unwrap_or(0)));
    Ok(ListVotesResponse { votes: votes.collect(), next_page_token })
}
