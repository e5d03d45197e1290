//! The steps of a campaign, one file each. Every step looks at what there is before it changes anything, so that it can
//! be taken again at any time.

mod accounts;
mod approvals;
mod blocs;
mod commendations;
mod conferences;
mod criteria;
mod decisions;
mod pacts;
mod phases;
mod policy;
mod progress;
mod run;
mod schedule;
mod season;
mod sheets;
mod targets;
pub(super) mod tenant;
mod units;
mod votes;

use super::actors::{Actors, Platform};
use super::call::Result;
use super::data::Campaign;
use super::data::shape::PhaseKind;
use super::stage::Stage;

/// Steps beside the phases: federation, units, accounts, facts, season, criteria, policy, blocs, schedule, run, approvals.
const BESIDE_PHASES: usize = 11;

/// How many steps a campaign has.
pub(super) fn count(campaign: &Campaign) -> u64 {
    u64::try_from(BESIDE_PHASES + campaign.season.phases.len()).unwrap_or(u64::MAX)
}

/// The whole campaign, as far as it has not been played.
pub(super) async fn play(platform: &Platform, tenant: tenant::Founded, stage: &mut Stage) -> Result<()> {
    stage.step("units", units::enter(stage)).await?;
    stage.step("accounts", accounts::enter(stage)).await?;
    stage.actors = Actors::of(platform.clone(), tenant.id).await?;
    let stage = &*stage;
    stage.step("facts", units::facts(stage)).await?;
    stage.step("season", season::enter(stage)).await?;
    stage.step("criteria", criteria::enter(stage)).await?;
    stage.step("policy", policy::enter(stage)).await?;
    stage.step("blocs", blocs::enter(stage)).await?;
    // A flag needs the class that the published run gives, so commendations come after it.
    let phases = &stage.campaign.season.phases;
    let classified = phases.iter().position(|phase| phase.kind == PhaseKind::Commendation);
    let (before, after) = phases.split_at(classified.unwrap_or(phases.len()));
    for phase in before {
        phases::play(stage, phase).await?;
    }
    stage.step("year-end schedule", schedule::put(stage)).await?;
    stage.step("classification", run::wait(stage)).await?;
    stage.step("approvals", approvals::give(stage)).await?;
    for phase in after {
        phases::play(stage, phase).await?;
    }
    Ok(())
}
