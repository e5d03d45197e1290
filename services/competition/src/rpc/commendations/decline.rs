use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{DeclineCommendationsRequest, DeclineCommendationsResponse, PhaseKind};
use tonic::Request;

use super::{parse_ids, season_of, texts, to_proto};
use crate::domain::commendations::Step;
use crate::rpc::Ground;
use crate::store::{commendations, seasons};

pub(super) async fn decline_commendations(
    ground: &Ground,
    request: Request<DeclineCommendationsRequest>,
) -> Result<DeclineCommendationsResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let ids = parse_ids(&request.commendation_ids, &mut faults);
    let reason = faults.text("reason", &request.reason);
    let (ids, reason) = faults.finish(ids.zip(reason))?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let season = season_of(tx, &ids).await?;
        seasons::hold(tx, &season).await?.require_open(&[PhaseKind::Commendation])?;
        let declined = Step::Decline { reason }.taken(commendations::get(tx, &ids).await?, &by)?;
        commendations::change(tx, &declined).await?;
        let act = Act::new("commendations.declined", "season", &season);
        tx.record(act.with("commendations", texts(&declined)));
        Ok(DeclineCommendationsResponse { commendations: to_proto(&declined) })
    })
    .await
}
