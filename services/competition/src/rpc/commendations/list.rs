use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::competition::v1::{
    CommendationState, GetCommendationRequest, GetCommendationResponse, ListCommendationsRequest,
    ListCommendationsResponse,
};
use tonic::Request;

use super::{sees_all, to_proto};
use crate::domain::commendations::{Commendation, CommendationId, is_public};
use crate::error;
use crate::rpc::Ground;
use crate::store::commendations::{self, Filter};
use crate::store::seasons;

pub(super) async fn get_commendation(
    ground: &Ground,
    request: Request<GetCommendationRequest>,
) -> Result<GetCommendationResponse> {
    let mut faults = Faults::new();
    let id: Option<CommendationId> = faults.id("commendation_id", &request.get_ref().commendation_id);
    let id = faults.finish(id)?;
    let caller = auth::principal(&request)?;
    let tx = ground.db.read(caller).await?;
    let mut found = commendations::get(&tx, &[id]).await?;
    // Whether there is one that is not awarded is not told either.
    found.retain(|one| sees_all(caller) || is_public(one.state));
    let found = found.first().ok_or_else(|| error::commendations_unknown(&[id]))?;
    Ok(GetCommendationResponse { commendation: Some(Commendation::to_proto(found)) })
}

pub(super) async fn list_commendations(
    ground: &Ground,
    request: Request<ListCommendationsRequest>,
) -> Result<ListCommendationsResponse> {
    let asked = request.get_ref();
    let caller = auth::principal(&request)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let state = if asked.state == 0 { Some(None) } else { faults.choice("state", asked.state).map(Some) };
    let kind = if asked.kind == 0 { Some(None) } else { faults.choice("kind", asked.kind).map(Some) };
    let unit = faults.optional_code("unit", &asked.unit);
    let (((season, state), kind), unit) = faults.finish(season.zip(state).zip(kind).zip(unit))?;
    let filters = [&asked.season, &asked.state.to_string(), &asked.kind.to_string(), &asked.unit];
    let filters = filters.map(String::as_str);
    let page = Page::parse("ListCommendations", &filters, asked.page_size, &asked.page_token)?;

    let tx = ground.db.read(caller).await?;
    seasons::require(&tx, &season).await?;
    let filter = Filter { states: visible(state, sees_all(caller)), kind, unit };
    let ids = commendations::ids(&tx, &season, filter).await?;
    // Ids rise in the order of the proposals, and so do their texts.
    let keyed = ids.into_iter().map(|id| (id.to_string(), id)).collect();
    let (page, next_page_token) = page.cut(keyed, |(key, _)| key.as_str());
    let ids: Vec<_> = page.into_iter().map(|(_, id)| id).collect();
    let found = commendations::get(&tx, &ids).await?;
    Ok(ListCommendationsResponse { commendations: to_proto(&found), next_page_token })
}

/// The states of which the caller sees something; none: all.
fn visible(asked: Option<CommendationState>, sees_all: bool) -> Option<Vec<CommendationState>> {
    match asked {
        Some(state) if sees_all || is_public(state) => Some(vec![state]),
        Some(_) => Some(Vec::new()),
        None if sees_all => None,
        None => Some(vec![CommendationState::Awarded, CommendationState::Revoked]),
    }
}
