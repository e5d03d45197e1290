use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{PhaseKind, RemoveTargetRequest, RemoveTargetResponse};
use tonic::Request;

use crate::error;
use crate::rpc::change::{Stale, changed};
use crate::rpc::{Ground, scope};
use crate::store::{seasons, targets};

pub(super) async fn remove_target(
    ground: &Ground,
    request: Request<RemoveTargetRequest>,
) -> Result<RemoveTargetResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    scope::of_unit_or_admin(&caller, &request.unit)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let unit = faults.code("unit", &request.unit);
    let target = faults.code("target", &request.target);
    let ((season, unit), code) = faults.finish(season.zip(unit).zip(target))?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        seasons::hold(tx, &season).await?.require_open(&[PhaseKind::Pact])?;
        let present = targets::of_unit(tx, &season, &unit).await?;
        let target = present.into_iter().find(|target| target.code == code);
        let target = target.ok_or_else(|| error::target_unknown(&unit, &code))?;
        if target.has_progress() {
            return Err(error::progress_recorded(&code));
        }
        targets::remove(tx, &season, &target).await?;
        let act = Act::new("target.removed", "unit", &unit).with("target", code.as_str());
        changed(tx, &season, Stale::of_unit(tx, &season, &unit).await?, act).await?;
        Ok(RemoveTargetResponse {})
    })
    .await
}
