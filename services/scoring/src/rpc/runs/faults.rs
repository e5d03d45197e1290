use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::common::v1 as common;
use proto::scoring::v1::{ListRunFaultsRequest, ListRunFaultsResponse};
use tonic::Request;

use super::{Runs, run_id};
use crate::store::{run_faults, runs};

pub(super) async fn list_run_faults(
    service: &Runs,
    request: Request<ListRunFaultsRequest>,
) -> Result<ListRunFaultsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let id = run_id(&asked.run_id, &mut faults);
    let id = faults.finish(id)?;
    let page = Page::parse("ListRunFaults", &[&asked.run_id], asked.page_size, &asked.page_token)?;
    let last: Option<u64> = page.after.as_deref().and_then(|after| after.parse().ok());

    let tx = service.db.read(auth::principal(&request)?).await?;
    runs::get(&tx, id).await?;
    let first = last.map_or(0, |last| last.saturating_add(1));
    let mut found = run_faults::from(&tx, id, first, page.size.saturating_add(1)).await?;
    let more = found.len() > page.size;
    found.truncate(page.size);
    let token = found.last().filter(|_| more).map(|(place, _)| page.token(&place.to_string()));
    let faults = found.into_iter().map(|(_, fault)| common::Fault {
        pointer: fault.pointer,
        message: fault.message,
        reason: common::Reason::Unspecified.into(),
    });
    Ok(ListRunFaultsResponse { faults: faults.collect(), next_page_token: token.unwrap_or_default() })
}
