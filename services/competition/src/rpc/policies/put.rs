use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{PutPolicyRequest, PutPolicyResponse};
use tonic::Request;

use crate::domain::policies as domain;
use crate::rpc::Ground;
use crate::rpc::change::{Stale, changed};
use crate::store::{policies, seasons};

pub(super) async fn put_policy(
    ground: &Ground,
    request: Request<PutPolicyRequest>,
) -> Result<PutPolicyResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let code = faults.code("season", &request.season);
    let policy = faults.required("policy", request.policy.as_ref());
    let policy = policy.and_then(|policy| domain::parse("policy", policy, &mut faults));
    let (code, policy) = faults.finish(code.zip(policy))?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let season = seasons::hold(tx, &code).await?;
        let mut faults = Faults::new();
        domain::check_phases("policy", &policy, &season.phases, &mut faults);
        faults.none()?;
        let present = policies::find(tx, &code).await?;
        if present.is_some_and(|(present, _)| present == policy) {
            return Ok(PutPolicyResponse { revision: season.revision });
        }
        policies::put(tx, &code, &policy, by).await?;
        let act = Act::new("policy.put", "season", &code);
        Ok(PutPolicyResponse { revision: changed(tx, &code, Stale::Everything, act).await? })
    })
    .await
}
