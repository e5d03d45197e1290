use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{RevokeCommendationRequest, RevokeCommendationResponse};
use tonic::Request;

use super::season_of;
use crate::domain::commendations::{Commendation, CommendationId, Step};
use crate::rpc::Ground;
use crate::store::{commendations, seasons};

/// An award may be taken back at any time, whatever the season's phases.
pub(super) async fn revoke_commendation(
    ground: &Ground,
    request: Request<RevokeCommendationRequest>,
) -> Result<RevokeCommendationResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let id: Option<CommendationId> = faults.id("commendation_id", &request.commendation_id);
    let reason = faults.text("reason", &request.reason);
    let (id, reason) = faults.finish(id.zip(reason))?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let season = season_of(tx, &[id]).await?;
        seasons::hold(tx, &season).await?;
        let revoked = Step::Revoke { reason }.taken(commendations::get(tx, &[id]).await?, &by)?;
        commendations::change(tx, &revoked).await?;
        tx.record(Act::new("commendation.revoked", "commendation", id).with("season", season.as_str()));
        Ok(RevokeCommendationResponse { commendation: revoked.first().map(Commendation::to_proto) })
    })
    .await
}
