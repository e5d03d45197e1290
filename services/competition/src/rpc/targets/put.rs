use platform::audit::Act;
use platform::db::TenantTx;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{PhaseKind, PutTargetsRequest, PutTargetsResponse};
use tonic::Request;

use crate::domain::criteria::CriteriaSet;
use crate::domain::seasons::Season;
use crate::domain::targets::{Target, merge};
use crate::rpc::change::{Stale, changed};
use crate::rpc::{Ground, scope};
use crate::store::{bloc_members, blocs, criteria_sets, seasons, targets};

pub(super) async fn put_targets(
    ground: &Ground,
    request: Request<PutTargetsRequest>,
) -> Result<PutTargetsResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    scope::of_unit_or_admin(&caller, &request.unit)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let unit = faults.code("unit", &request.unit);
    let put = Target::parse_all(&request.unit, &request.targets, &mut faults);
    let ((code, unit), put) = faults.finish(season.zip(unit).zip(put))?;
    ground.organizations.require_unit(&unit).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let season = seasons::hold(tx, &code).await?;
        season.require_open(&[PhaseKind::Pact])?;
        let present = targets::of_unit(tx, &code, &unit).await?;
        let set = set_of(tx, &season, &unit).await?;
        let mut faults = Faults::new();
        let merged = merge(&present, put, set.as_ref(), &mut faults);
        let mut written = faults.finish(merged)?;
        written.retain(|target| !present.contains(target));
        if !written.is_empty() {
            targets::put(tx, &code, &written).await?;
            let codes: Vec<&str> = written.iter().map(|target| target.code.as_str()).collect();
            let act = Act::new("targets.put", "unit", &unit).with("targets", codes);
            changed(tx, &code, Stale::of_unit(tx, &code, &unit).await?, act).await?;
        }
        let all = targets::of_unit(tx, &code, &unit).await?;
        Ok(PutTargetsResponse { targets: all.iter().map(Target::to_proto).collect() })
    })
    .await
}

/// The criteria set of the unit's bloc, if it is in one.
async fn set_of(tx: &TenantTx, season: &Season, unit: &str) -> Result<Option<CriteriaSet>> {
    let Some(bloc) = bloc_members::bloc_of(tx, season.code(), unit).await? else { return Ok(None) };
    let set = blocs::get(tx, season.code(), &bloc).await?.criteria_set;
    let version = season.set_version(&set)?;
    Ok(Some(criteria_sets::get(tx, &set, version).await?.set))
}
