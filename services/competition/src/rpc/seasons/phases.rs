use platform::audit::Act;
use platform::db::TenantTx;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{
    ClosePhaseRequest, ClosePhaseResponse, OpenPhaseRequest, OpenPhaseResponse, PhaseKind, PhaseState,
};
use tonic::Request;

use crate::domain::phases;
use crate::domain::seasons::Season;
use crate::error;
use crate::rpc::Ground;
use crate::rpc::change::{Stale, season_changed};
use crate::store::{phase_acts, policies, seasons};

pub(super) async fn open_phase(
    ground: &Ground,
    request: Request<OpenPhaseRequest>,
) -> Result<OpenPhaseResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let phase = faults.code("phase", &request.phase);
    let reason = faults.optional_text("reason", &request.reason);
    let ((code, phase), reason) = faults.finish(season.zip(phase).zip(reason))?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let season = seasons::hold(tx, &code).await?;
        season.check_open(&phase, &reason)?;
        let scoring = season.phase(&phase)?.plan.kind == PhaseKind::Scoring;
        if scoring && policies::find(tx, &code).await?.is_none() {
            return Err(error::policy_unknown(&code));
        }
        let act = phases::Act { state: PhaseState::Open, by, reason };
        let season = acted(tx, &season, &phase, act, "phase.opened").await?;
        Ok(OpenPhaseResponse { season: Some(season.to_proto()) })
    })
    .await
}

pub(super) async fn close_phase(
    ground: &Ground,
    request: Request<ClosePhaseRequest>,
) -> Result<ClosePhaseResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let phase = faults.code("phase", &request.phase);
    let (code, phase) = faults.finish(season.zip(phase))?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let season = seasons::hold(tx, &code).await?;
        season.check_close(&phase)?;
        let act = phases::Act { state: PhaseState::Closed, by, reason: String::new() };
        let season = acted(tx, &season, &phase, act, "phase.closed").await?;
        Ok(ClosePhaseResponse { season: Some(season.to_proto()) })
    })
    .await
}

async fn acted(
    tx: &TenantTx,
    season: &Season,
    phase: &str,
    act: phases::Act,
    action: &'static str,
) -> Result<Season> {
    let earlier = season.phase(phase)?.acts.len();
    phase_acts::add(tx, season.code(), phase, earlier, act).await?;
    season_changed(tx, season.code(), Stale::Nothing, Act::new(action, "phase", phase)).await
}
