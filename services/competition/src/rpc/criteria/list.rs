use platform::db::TenantTx;
use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::competition::v1::get_criteria_set_request::Which;
use proto::competition::v1::{
    CriteriaSet, GetCriteriaSetRequest, GetCriteriaSetResponse, ListCriteriaSetsRequest,
    ListCriteriaSetsResponse,
};
use tonic::Request;

use crate::error;
use crate::rpc::Ground;
use crate::store::criteria_sets::{self, Version};
use crate::store::seasons;

pub(super) async fn get_criteria_set(
    ground: &Ground,
    request: Request<GetCriteriaSetRequest>,
) -> Result<GetCriteriaSetResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let code = faults.code("code", &asked.code);
    if let Some(Which::Season(season)) = &asked.which {
        faults.code("season", season);
    }
    let code = faults.finish(code)?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    let found = match &asked.which {
        Some(Which::Season(season)) => {
            let version = seasons::get(&tx, season).await?.set_version(&code)?;
            criteria_sets::get(&tx, &code, version).await?
        }
        Some(Which::Version(version)) if *version > 0 => criteria_sets::get(&tx, &code, *version).await?,
        Some(Which::Version(_)) | None => latest(&tx, &code).await?,
    };
    Ok(GetCriteriaSetResponse { criteria_set: Some(found.to_proto()) })
}

async fn latest(tx: &TenantTx, code: &str) -> Result<Version> {
    criteria_sets::latest(tx, code).await?.ok_or_else(|| error::set_unknown(code, None))
}

pub(super) async fn list_criteria_sets(
    ground: &Ground,
    request: Request<ListCriteriaSetsRequest>,
) -> Result<ListCriteriaSetsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let code = faults.optional_code("code", &asked.code);
    let code = faults.finish(code)?;
    let page = Page::parse("ListCriteriaSets", &[&asked.code], asked.page_size, &asked.page_token)?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    let versions = criteria_sets::versions(&tx, code.as_deref()).await?;
    // A blank comes before all that codes have in them, so that a code comes before those that it begins.
    let keyed = versions.into_iter().map(|(code, version)| (format!("{code} {version:010}"), code, version));
    let (page, next_page_token) = page.cut(keyed.collect(), |(key, ..)| key.as_str());
    let mut found = Vec::new();
    for (_, code, version) in page {
        let set = criteria_sets::get(&tx, &code, version).await?.to_proto();
        found.push(CriteriaSet { groups: Vec::new(), ..set });
    }
    Ok(ListCriteriaSetsResponse { criteria_sets: found, next_page_token })
}
