use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{PhaseKind, WithdrawDecisionRequest, WithdrawDecisionResponse};
use tonic::Request;

use super::decide::latest;
use crate::domain::decisions::{DecisionAct, require_holding};
use crate::rpc::change::{Stale, changed};
use crate::rpc::{Ground, scope};
use crate::store::{decisions, seasons};

pub(super) async fn withdraw_decision(
    ground: &Ground,
    request: Request<WithdrawDecisionRequest>,
) -> Result<WithdrawDecisionResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    scope::of_committee(&caller)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let unit = faults.code("unit", &request.unit);
    let reason = faults.text("reason", &request.reason);
    let ((season, unit), reason) = faults.finish(season.zip(unit).zip(reason))?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        seasons::hold(tx, &season).await?.require_open(&[PhaseKind::Decision])?;
        let acts = decisions::acts(tx, &season, &unit).await?;
        require_holding(&season, &unit, &acts)?;
        let withdrawal = DecisionAct { class: None, reason, number: String::new(), by };
        decisions::add(tx, &season, &unit, acts.len(), withdrawal).await?;
        let act = Act::new("decision.withdrawn", "unit", &unit);
        changed(tx, &season, Stale::of_unit(tx, &season, &unit).await?, act).await?;
        Ok(WithdrawDecisionResponse { decision: latest(tx, &season, &unit).await? })
    })
    .await
}
