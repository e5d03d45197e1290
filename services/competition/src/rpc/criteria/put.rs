use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{PutCriteriaSetRequest, PutCriteriaSetResponse};
use tonic::Request;

use crate::domain::criteria::CriteriaSet;
use crate::rpc::Ground;
use crate::store::criteria_sets::{self, Version};

pub(super) async fn put_criteria_set(
    ground: &Ground,
    request: Request<PutCriteriaSetRequest>,
) -> Result<PutCriteriaSetResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let set = faults.required("criteria_set", request.criteria_set.as_ref());
    let set = set.and_then(|set| CriteriaSet::parse("criteria_set", set, &mut faults));
    let set = faults.finish(set)?;
    let created = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let latest = criteria_sets::latest(tx, &set.code).await?;
        if let Some(same) = latest.as_ref().filter(|latest| latest.set == set) {
            return Ok(PutCriteriaSetResponse { criteria_set: Some(same.to_proto()) });
        }
        let version = latest.map_or(0, |latest| latest.version).saturating_add(1);
        let added = Version { version, set, created };
        criteria_sets::add(tx, &added).await?;
        tx.record(Act::new("criteria_set.put", "criteria_set", &added.set.code).with("version", version));
        Ok(PutCriteriaSetResponse { criteria_set: Some(added.to_proto()) })
    })
    .await
}
