use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::competition::v1::{ListProgressRequest, ListProgressResponse};
use tonic::Request;

use crate::rpc::Ground;
use crate::store::{progress, seasons};

pub(super) async fn list_progress(
    ground: &Ground,
    request: Request<ListProgressRequest>,
) -> Result<ListProgressResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let unit = faults.code("unit", &asked.unit);
    let target = faults.optional_code("target", &asked.target);
    let ((season, unit), target) = faults.finish(season.zip(unit).zip(target))?;
    let filters = [asked.season.as_str(), &asked.unit, &asked.target];
    let page = Page::parse("ListProgress", &filters, asked.page_size, &asked.page_token)?;

    let tx = ground.db.read(auth::principal(&request)?).await?;
    seasons::require(&tx, &season).await?;
    let recorded = progress::of(&tx, &season, &unit, target.as_deref()).await?;
    // Ids rise with time, so their complements fall: the newest comes first.
    let keyed = recorded.into_iter().map(|(id, entry)| (format!("{:032x}", !id.as_u128()), entry));
    let (page, next_page_token) = page.cut(keyed.collect(), |(key, _)| key.as_str());
    let entries = page.into_iter().map(|(_, entry)| entry.to_proto());
    Ok(ListProgressResponse { progress: entries.collect(), next_page_token })
}
