use platform::db::Database;
use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::common::v1::Reason;
use proto::organizations::v1::list_officials_request::Place as Asked;
use proto::organizations::v1::*;
use tonic::Request;

use crate::domain::officials::OfficialId;
use crate::store::officials::{self, Place};

pub(super) async fn get_official(
    db: &Database,
    request: Request<GetOfficialRequest>,
) -> Result<GetOfficialResponse> {
    let mut faults = Faults::new();
    let id = faults.id::<OfficialId>("official_id", &request.get_ref().official_id);
    let id = faults.finish(id)?;
    let tx = db.read(auth::principal(&request)?).await?;
    Ok(GetOfficialResponse { official: Some(officials::get(&tx, id).await?.to_proto(id)) })
}

pub(super) async fn list_officials(
    db: &Database,
    request: Request<ListOfficialsRequest>,
) -> Result<ListOfficialsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let place = match &asked.place {
        None => Some(Place::Anywhere),
        Some(Asked::Federation(true)) => Some(Place::Federation),
        Some(Asked::Federation(false)) => {
            faults.refuse("federation", Reason::InvalidArgument, "is always true")
        }
        Some(Asked::Unit(unit)) => faults.code("unit", unit).map(Place::Unit),
    };
    let day = faults.optional_date("in_office_on", &asked.in_office_on);
    let (place, day) = faults.finish(place.zip(day))?;
    let filters = [format!("{place:?}"), asked.in_office_on.clone()];
    let page = Page::parse(
        "ListOfficials",
        &filters.each_ref().map(String::as_str),
        asked.page_size,
        &asked.page_token,
    )?;

    let tx = db.read(auth::principal(&request)?).await?;
    let mut found = officials::at(&tx, &place).await?;
    if let Some(day) = day {
        found.retain(|(_, official)| official.in_office(day));
    }
    // Ids are in the order in which they were made, and so are their texts.
    let shown = found.into_iter().map(|(id, official)| official.to_proto(id)).collect();
    let (officials, next_page_token) = page.cut(shown, |official: &Official| &official.id);
    Ok(ListOfficialsResponse { officials, next_page_token })
}
