use platform::input::Faults;
use platform::{Result, auth};
use proto::competition::v1::{GetPolicyRequest, GetPolicyResponse};
use tonic::Request;

use crate::error;
use crate::rpc::Ground;
use crate::store::{policies, seasons};

pub(super) async fn get_policy(
    ground: &Ground,
    request: Request<GetPolicyRequest>,
) -> Result<GetPolicyResponse> {
    let mut faults = Faults::new();
    let season = faults.code("season", &request.get_ref().season);
    let season = faults.finish(season)?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    seasons::require(&tx, &season).await?;
    let (policy, by) = policies::find(&tx, &season).await?.ok_or_else(|| error::policy_unknown(&season))?;
    Ok(GetPolicyResponse { policy: Some(policy), updated: Some(by.to_proto()) })
}
