use platform::audit::Act;
use platform::db::TenantTx;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{DecideClassRequest, DecideClassResponse, Decision, PhaseKind};
use tonic::Request;

use crate::domain::decisions::{NewDecision, decisions};
use crate::error;
use crate::rpc::change::{Stale, changed};
use crate::rpc::{Ground, scope};
use crate::store::{self, policies, seasons};

pub(super) async fn decide_class(
    ground: &Ground,
    request: Request<DecideClassRequest>,
) -> Result<DecideClassResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    scope::of_committee(&caller)?;
    let mut faults = Faults::new();
    let given = faults.required("decision", request.decision.as_ref());
    let new = given.and_then(|decision| NewDecision::parse("decision", decision, &mut faults));
    let new = faults.finish(new)?;
    ground.organizations.require_unit(&new.unit).await?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let (season, unit) = (new.season.clone(), new.unit.clone());
        seasons::hold(tx, &season).await?.require_open(&[PhaseKind::Decision])?;
        let (policy, _) = policies::find(tx, &season).await?.ok_or_else(|| error::policy_unknown(&season))?;
        let mut faults = Faults::new();
        new.check_class("decision", &policy, &mut faults);
        faults.none()?;
        let earlier = store::decisions::acts(tx, &season, &unit).await?.len();
        let act = Act::new("decision.made", "unit", &unit).with("class", new.class.as_str());
        store::decisions::add(tx, &season, &unit, earlier, new.act(by)).await?;
        changed(tx, &season, Stale::of_unit(tx, &season, &unit).await?, act).await?;
        Ok(DecideClassResponse { decision: latest(tx, &season, &unit).await? })
    })
    .await
}

/// The last decision on the unit, whether it holds or not.
pub(super) async fn latest(tx: &TenantTx, season: &str, unit: &str) -> Result<Option<Decision>> {
    let acts = store::decisions::acts(tx, season, unit).await?;
    Ok(decisions(unit, &acts).last().map(|decision| decision.to_proto(season)))
}
