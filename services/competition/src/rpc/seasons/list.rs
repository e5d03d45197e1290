use platform::input::{Faults, parse_date};
use platform::paging::Page;
use platform::{Result, auth};
use proto::competition::v1::{GetSeasonRequest, GetSeasonResponse, ListSeasonsRequest, ListSeasonsResponse};
use tonic::Request;

use crate::rpc::Ground;
use crate::store::seasons;

pub(super) async fn get_season(
    ground: &Ground,
    request: Request<GetSeasonRequest>,
) -> Result<GetSeasonResponse> {
    let mut faults = Faults::new();
    let code = faults.code("code", &request.get_ref().code);
    let code = faults.finish(code)?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    Ok(GetSeasonResponse { season: Some(seasons::get(&tx, &code).await?.to_proto()) })
}

pub(super) async fn list_seasons(
    ground: &Ground,
    request: Request<ListSeasonsRequest>,
) -> Result<ListSeasonsResponse> {
    let asked = request.get_ref();
    let page = Page::parse("ListSeasons", &[], asked.page_size, &asked.page_token)?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    let codes = seasons::codes(&tx).await?;
    let keyed = codes.into_iter().map(|(code, starts_on)| (latest_first(&starts_on, &code), code));
    let (page, next_page_token) = page.cut(keyed.collect(), |(key, _)| key.as_str());
    let mut found = Vec::new();
    for (_, code) in page {
        found.push(seasons::get(&tx, &code).await?.to_proto());
    }
    Ok(ListSeasonsResponse { seasons: found, next_page_token })
}

/// A key whose order is that of the days, the latest first, then that of the codes.
fn latest_first(starts_on: &str, code: &str) -> String {
    let day = parse_date(starts_on).map_or(0, |day| {
        i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day())
    });
    format!("{:08}/{code}", 99_999_999 - day)
}
