use platform::audit::Act;
use platform::db::TenantTx;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::common::v1::Reason;
use proto::competition::v1::{PinCriteriaSetsRequest, PinCriteriaSetsResponse};
use tonic::Request;

use crate::domain::seasons::parse_pins;
use crate::rpc::Ground;
use crate::rpc::change::{Stale, season_changed};
use crate::store::{criteria_sets, pinned_sets, seasons};

pub(super) async fn pin_criteria_sets(
    ground: &Ground,
    request: Request<PinCriteriaSetsRequest>,
) -> Result<PinCriteriaSetsResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let code = faults.code("season", &request.season);
    let pins = parse_pins(&request.criteria_sets, &mut faults);
    let (code, pins) = faults.finish(code.zip(pins))?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let season = seasons::hold(tx, &code).await?;
        check_known(tx, &request).await?;
        let sets = season.pinned(pins)?;
        if sets == season.sets {
            return Ok(PinCriteriaSetsResponse { season: Some(season.to_proto()) });
        }
        pinned_sets::put(tx, &code, &sets).await?;
        let named: Vec<String> =
            request.criteria_sets.iter().map(|pin| format!("{} {}", pin.code, pin.version)).collect();
        let act = Act::new("season.sets_pinned", "season", &code).with("criteria_sets", named);
        let season = season_changed(tx, &code, Stale::Everything, act).await?;
        Ok(PinCriteriaSetsResponse { season: Some(season.to_proto()) })
    })
    .await
}

/// Notes the versions that are not there.
async fn check_known(tx: &TenantTx, request: &PinCriteriaSetsRequest) -> Result<()> {
    let mut faults = Faults::new();
    for (place, pin) in request.criteria_sets.iter().enumerate() {
        if !criteria_sets::exists(tx, &pin.code, pin.version).await? {
            let sentence = format!("there is no criteria set {:?} in version {}", pin.code, pin.version);
            faults.add(format!("criteria_sets[{place}]"), Reason::CriteriaSetUnknown, sentence);
        }
    }
    faults.none()
}
