//! The administrator puts the season's policy.

use proto::competition::v1::policy_service_client::PolicyServiceClient;
use proto::competition::v1::{GetPolicyRequest, PutPolicyRequest};

use crate::demo::call::Result;
use crate::demo::stage::Stage;
use crate::demo::words;

pub(super) async fn enter(stage: &Stage) -> Result<()> {
    let (admin, season) = (stage.admin()?, stage.season());
    let rpc = async |c, r| PolicyServiceClient::new(c).get_policy(r).await;
    match stage.ask(admin, GetPolicyRequest { season: season.clone() }, rpc).await {
        Ok(_) => return Ok(()),
        Err(failure) if failure.is_not_found() => {}
        Err(failure) => return Err(failure),
    }
    let request = PutPolicyRequest { season, policy: Some(words::policy::policy(&stage.campaign.policy)) };
    let rpc = async |c, r| PolicyServiceClient::new(c).put_policy(r).await;
    stage.act(admin, request, rpc).await?;
    Ok(())
}
