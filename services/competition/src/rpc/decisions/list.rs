use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::competition::v1::{ListDecisionsRequest, ListDecisionsResponse};
use tonic::Request;

use crate::domain::decisions::Decision;
use crate::rpc::Ground;
use crate::store::{decisions, seasons};

pub(super) async fn list_decisions(
    ground: &Ground,
    request: Request<ListDecisionsRequest>,
) -> Result<ListDecisionsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let unit = faults.optional_code("unit", &asked.unit);
    let (season, unit) = faults.finish(season.zip(unit))?;
    let which = if asked.include_ended { "all" } else { "holding" };
    let filters = [asked.season.as_str(), &asked.unit, which];
    let page = Page::parse("ListDecisions", &filters, asked.page_size, &asked.page_token)?;

    let tx = ground.db.read(auth::principal(&request)?).await?;
    seasons::require(&tx, &season).await?;
    let mut found = decisions::all(&tx, &season, unit.as_deref()).await?;
    found.retain(|decision| asked.include_ended || decision.holds());
    let key = |decision: &Decision| format!("{} {:010}", decision.unit, decision.position);
    let keyed = found.into_iter().map(|decision| (key(&decision), decision));
    let (found, next_page_token) = page.cut(keyed.collect(), |(key, _)| key.as_str());
    let found = found.iter().map(|(_, decision)| decision.to_proto(&season));
    Ok(ListDecisionsResponse { decisions: found.collect(), next_page_token })
}
