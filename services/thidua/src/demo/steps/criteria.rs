//! The administrator puts the criteria sets of the blocs and pins them in the season.

use proto::competition::v1::criteria_service_client::CriteriaServiceClient;
use proto::competition::v1::season_service_client::SeasonServiceClient;
use proto::competition::v1::{PinCriteriaSetsRequest, PinnedSet, PutCriteriaSetRequest};

use super::season;
use crate::demo::call::{Failure, Result};
use crate::demo::stage::Stage;
use crate::demo::words;

pub(super) async fn enter(stage: &Stage) -> Result<()> {
    let admin = stage.admin()?;
    let pinned = season::get(stage).await?.criteria_sets;
    let mut criteria_sets = Vec::new();
    for (code, set) in &stage.campaign.criteria_sets {
        if pinned.iter().any(|pinned| pinned.code == code.as_str()) {
            continue;
        }
        let request = PutCriteriaSetRequest { criteria_set: Some(words::criteria::set(code, set)) };
        let rpc = async |c, r| CriteriaServiceClient::new(c).put_criteria_set(r).await;
        let put = stage.act(admin, request, rpc).await?.criteria_set;
        let put = put.ok_or_else(|| Failure::new(format!("the set {code} was put without an answer")))?;
        criteria_sets.push(PinnedSet { code: put.code, version: put.version });
    }
    if !criteria_sets.is_empty() {
        let request = PinCriteriaSetsRequest { season: stage.season(), criteria_sets };
        let rpc = async |c, r| SeasonServiceClient::new(c).pin_criteria_sets(r).await;
        stage.act(admin, request, rpc).await?;
    }
    Ok(())
}
