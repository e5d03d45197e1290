use platform::audit::Act;
use platform::db::TenantTx;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{ApproveCommendationsRequest, ApproveCommendationsResponse, PhaseKind};
use tonic::Request;

use super::flags::{best, check_flags};
use super::{parse_ids, season_of, texts, to_proto};
use crate::domain::commendations::{Commendation, Step, commended_twice};
use crate::error;
use crate::rpc::Ground;
use crate::store::{commendations, seasons};

pub(super) async fn approve_commendations(
    ground: &Ground,
    request: Request<ApproveCommendationsRequest>,
) -> Result<ApproveCommendationsResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let ids = parse_ids(&request.commendation_ids, &mut faults);
    let reason = faults.optional_text("reason", &request.reason);
    let (ids, reason) = faults.finish(ids.zip(reason))?;
    if let Some(answer) = idempotency::answered(&ground.db, &caller, key.as_ref(), &request).await? {
        return Ok(answer);
    }
    let best = best(ground, &caller, &ids).await?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let season = season_of(tx, &ids).await?;
        let (held, year) = seasons::hold_year(tx, &season).await?;
        held.require_open(&[PhaseKind::Commendation])?;
        let approved = Step::Approve { reason }.taken(commendations::get(tx, &ids).await?, &by)?;
        check_flags(best.as_ref(), &approved)?;
        check_twice(tx, &year, &approved).await?;
        commendations::change(tx, &approved).await?;
        let act = Act::new("commendations.approved", "season", &season);
        tx.record(act.with("commendations", texts(&approved)));
        Ok(ApproveCommendationsResponse { commendations: to_proto(&approved) })
    })
    .await
}

async fn check_twice(tx: &TenantTx, year: &[String], all: &[Commendation]) -> Result<()> {
    let units = all.iter().map(|one| one.proposal.recipient.unit().to_owned()).collect();
    let commended = commendations::commended(tx, year, &units).await?;
    let twice = commended_twice(commended, all);
    if twice.is_empty() { Ok(()) } else { Err(error::commended_twice(&twice)) }
}
