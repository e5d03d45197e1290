//! A flag needs the best class in the season's published run, when it is approved and when it is awarded.

use std::collections::BTreeSet;

use platform::Result;
use platform::tenancy::{Principal, TenantScope as _};
use proto::competition::v1::CommendationKind;

use super::season_of;
use crate::domain::commendations::{Commendation, CommendationId, flags_without};
use crate::error;
use crate::rpc::Ground;
use crate::store::{commendations, policies};

/// The best class of the season's policy and the units that have it in the published run.
pub(super) struct Best {
    class: String,
    units: BTreeSet<String>,
}

/// None when there is no flag among the commendations: then nothing depends on it.
pub(super) async fn best(
    ground: &Ground,
    caller: &Principal,
    ids: &[CommendationId],
) -> Result<Option<Best>> {
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

pub(super) fn check_flags(best: Option<&Best>, all: &[Commendation]) -> Result<()> {
    let Some(best) = best else { return Ok(()) };
    let without = flags_without(all, &best.units);
    if without.is_empty() { Ok(()) } else { Err(error::class_required(&best.class, &without)) }
}
