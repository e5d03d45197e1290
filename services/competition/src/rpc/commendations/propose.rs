use std::collections::BTreeSet;

use platform::audit::Act;
use platform::db::TenantTx;
use platform::input::Faults;
use platform::tenancy::Principal;
use platform::{Result, idempotency};
use proto::common::v1::{Reason, Role};
use proto::competition::v1::{PhaseKind, ProposeCommendationsRequest, ProposeCommendationsResponse};
use tonic::Request;

use super::{texts, to_proto};
use crate::domain::commendations::{Commendation, CommendationId, Proposal, check_twice, check_votes};
use crate::error;
use crate::rpc::Ground;
use crate::store::{bloc_members, commendations, seasons, votes};

pub(super) async fn propose_commendations(
    ground: &Ground,
    request: Request<ProposeCommendationsRequest>,
) -> Result<ProposeCommendationsResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let proposals = Proposal::parse_all(&request.season, &request.commendations, &mut faults);
    let (season, proposals) = faults.finish(season.zip(proposals))?;
    let units = proposals.iter().map(|proposal| proposal.recipient.unit().to_owned()).collect();
    let unknown = ground.organizations.unknown_units(&units).await?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let (held, year) = seasons::hold_year(tx, &season).await?;
        held.require_open(&[PhaseKind::Commendation])?;
        check_scope(tx, &caller, &season, &units).await?;
        let mut faults = Faults::new();
        check_units(&proposals, &unknown, &mut faults);
        let commended = commendations::commended(tx, &year, &units).await?;
        check_twice(commended, &proposals, &mut faults);
        let named: BTreeSet<_> = proposals.iter().filter_map(|proposal| proposal.vote).collect();
        check_votes(&season, &votes::these(tx, named).await?, &proposals, &mut faults);
        faults.none()?;
        let ids = tx.database().ids();
        let proposed = proposals
            .into_iter()
            .map(|proposal| Commendation::proposed(CommendationId(ids.next()), &season, proposal, &by));
        let proposed: Vec<_> = proposed.collect();
        commendations::add(tx, &proposed).await?;
        let act = Act::new("commendations.proposed", "season", &season);
        tx.record(act.with("commendations", texts(&proposed)));
        Ok(ProposeCommendationsResponse { commendations: to_proto(&proposed) })
    })
    .await
}

/// Administrators propose for every unit, officers for their own, leaders for those of their blocs.
async fn check_scope(
    tx: &TenantTx,
    caller: &Principal,
    season: &str,
    units: &BTreeSet<String>,
) -> Result<()> {
    let Principal::Member(member) = caller else { return Err(error::out_of_scope("the federation")) };
    if member.is(Role::FederationAdmin) {
        return Ok(());
    }
    let mut own = BTreeSet::new();
    for bloc in member.blocs_of(Role::BlocLeader, season) {
        own.extend(bloc_members::of(tx, season, bloc).await?);
    }
    let allowed = |unit: &str| own.contains(unit) || member.is_for_unit(Role::UnitOfficer, unit);
    match units.iter().find(|unit| !allowed(unit)) {
        Some(unit) => Err(error::out_of_scope(&format!("the unit {unit:?}"))),
        None => Ok(()),
    }
}

fn check_units(proposals: &[Proposal], unknown: &BTreeSet<String>, faults: &mut Faults) {
    for (place, proposal) in proposals.iter().enumerate() {
        let (field, unit) = (proposal.recipient.unit_field(), proposal.recipient.unit());
        if unknown.contains(unit) {
            let sentence = format!("there is no unit {unit:?}");
            faults.add(format!("commendations[{place}].{field}"), Reason::UnitUnknown, sentence);
        }
    }
}
