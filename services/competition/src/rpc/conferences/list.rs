use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::competition::v1::{
    GetConferenceRequest, GetConferenceResponse, ListConferencesRequest, ListConferencesResponse,
};
use tonic::Request;

use super::whole;
use crate::domain::conferences::{Conference, ConferenceId};
use crate::rpc::Ground;
use crate::store::{blocs, conferences, seasons};

pub(super) async fn get_conference(
    ground: &Ground,
    request: Request<GetConferenceRequest>,
) -> Result<GetConferenceResponse> {
    let mut faults = Faults::new();
    let id: Option<ConferenceId> = faults.id("conference_id", &request.get_ref().conference_id);
    let id = faults.finish(id)?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    let conference = conferences::get(&tx, id).await?;
    Ok(GetConferenceResponse { conference: Some(whole(&tx, &conference).await?) })
}

pub(super) async fn list_conferences(
    ground: &Ground,
    request: Request<ListConferencesRequest>,
) -> Result<ListConferencesResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let bloc = faults.optional_code("bloc", &asked.bloc);
    let (season, bloc) = faults.finish(season.zip(bloc))?;
    let filters = [asked.season.as_str(), &asked.bloc];
    let page = Page::parse("ListConferences", &filters, asked.page_size, &asked.page_token)?;

    let tx = ground.db.read(auth::principal(&request)?).await?;
    seasons::require(&tx, &season).await?;
    if let Some(bloc) = &bloc {
        blocs::get(&tx, &season, bloc).await?;
    }
    let found = conferences::of(&tx, &season, bloc.as_deref()).await?;
    let keyed = found.into_iter().map(|conference| (latest_first(&conference), conference)).collect();
    let (page, next_page_token) = page.cut(keyed, |(key, _)| key.as_str());
    let conferences = page.iter().map(|(_, conference)| conference.to_proto()).collect();
    Ok(ListConferencesResponse { conferences, next_page_token })
}

/// Rises as the day falls; on one day, as conferences were convened earlier.
fn latest_first(conference: &Conference) -> String {
    let Conference { id, held_on, .. } = conference;
    let day = (i32::from(held_on.year()) * 100 + i32::from(held_on.month())) * 100 + i32::from(held_on.day());
    format!("{:08} {:032x}", 99_999_999 - day, !id.0.as_u128())
}
