use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{AwardCommendationsRequest, AwardCommendationsResponse, PhaseKind};
use tonic::Request;

use super::flags::{best, check_flags};
use super::{parse_ids, season_of, texts, to_proto};
use crate::domain::commendations::{Decision, Step};
use crate::rpc::Ground;
use crate::store::{commendations, seasons};

pub(super) async fn award_commendations(
    ground: &Ground,
    request: Request<AwardCommendationsRequest>,
) -> Result<AwardCommendationsResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let ids = parse_ids(&request.commendation_ids, &mut faults);
    let number = faults.name("decision_number", &request.decision_number);
    let decided_on = faults.date("decided_on", &request.decided_on);
    let ((ids, number), decided_on) = faults.finish(ids.zip(number).zip(decided_on))?;
    if let Some(answer) = idempotency::answered(&ground.db, &caller, key.as_ref(), &request).await? {
        return Ok(answer);
    }
    let best = best(ground, &caller, &ids).await?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let season = season_of(tx, &ids).await?;
        seasons::hold(tx, &season).await?.require_open(&[PhaseKind::Commendation])?;
        let step = Step::Award(Decision { number: number.clone(), decided_on });
        let awarded = step.taken(commendations::get(tx, &ids).await?, &by)?;
        check_flags(best.as_ref(), &awarded)?;
        commendations::change(tx, &awarded).await?;
        let act = Act::new("commendations.awarded", "season", &season);
        let act = act.with("decision", number);
        tx.record(act.with("commendations", texts(&awarded)));
        Ok(AwardCommendationsResponse { commendations: to_proto(&awarded) })
    })
    .await
}
