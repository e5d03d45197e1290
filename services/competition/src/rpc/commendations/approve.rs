use std::collections::BTreeSet;

use platform::audit::Act;
use platform::db::TenantTx;
use platform::input::Faults;
use platform::tenancy::{Principal, TenantScope as _};
use platform::{Result, idempotency};
use proto::competition::v1::{
    ApproveCommendationsRequest, ApproveCommendationsResponse, CommendationKind, PhaseKind,
};
use tonic::Request;

use super::{parse_ids, season_of, texts, to_proto};
use crate::domain::commendations::{Commendation, CommendationId, Step, commended_twice, flags_without};
use crate::error;
use crate::rpc::Ground;
use crate::store::{commendations, policies, seasons};

/// The best class of the season's policy and the units that have it in the published run.
struct Best {
    class: String,
    units: BTreeSet<String>,
}

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

/// None when there is no flag among the commendations: then nothing depends on it.
async fn best(ground: &Ground, caller: &Principal, ids: &[CommendationId]) -> Result<Option<Best>> {
    let tx = ground.db.read(caller).await?;
    let season = season_of(&tx, ids).await?;
    let all = commendations::get(&tx, ids).await?;
    if all.iter().all(|one| one.proposal.kind != CommendationKind::Flag) {
        return Ok(None);
    }
    let policy = policies::find(&tx, &season).await?;
    drop(tx);
    // A season without policy has no run.
    let class = policy.and_then(|(policy, _)| Some(policy.classes.first()?.code.clone()));
    let class = class.ok_or_else(|| error::nothing_published(&season))?;
    let units = ground.scoring.units_of_class(caller.tenant()?, &season, &class).await?;
    let units = units.ok_or_else(|| error::nothing_published(&season))?;
    Ok(Some(Best { class, units }))
}

fn check_flags(best: Option<&Best>, all: &[Commendation]) -> Result<()> {
    let Some(best) = best else { return Ok(()) };
    let without = flags_without(all, &best.units);
    if without.is_empty() { Ok(()) } else { Err(error::class_required(&best.class, &without)) }
}

async fn check_twice(tx: &TenantTx, year: &[String], all: &[Commendation]) -> Result<()> {
    let units = all.iter().map(|one| one.proposal.recipient.unit().to_owned()).collect();
    let commended = commendations::commended(tx, year, &units).await?;
    let twice = commended_twice(commended, all);
    if twice.is_empty() { Ok(()) } else { Err(error::commended_twice(&twice)) }
}
