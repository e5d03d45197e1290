//! Whether the caller's roles are for what the request is about. That a role is held at all was checked before.

use platform::Result;
use platform::tenancy::{Member, Principal};
use proto::common::v1::Role;

use crate::error;

/// The caller acts for the federation: as its administrator or as a member of its standing committee.
pub(crate) fn of_federation(caller: &Principal) -> Result<()> {
    let holds = |member: &Member| member.is(Role::FederationAdmin) || member.is(Role::StandingCommittee);
    allowed(caller, holds, "the federation")
}

/// The caller is an officer of the unit, or administrator of the federation.
pub(crate) fn of_unit_or_admin(caller: &Principal, unit: &str) -> Result<()> {
    let officer = |member: &Member| member.is_for_unit(Role::UnitOfficer, unit);
    let holds = |member: &Member| member.is(Role::FederationAdmin) || officer(member);
    allowed(caller, holds, &format!("the unit {unit:?}"))
}

/// The caller is an officer of the unit.
pub(crate) fn of_unit(caller: &Principal, unit: &str) -> Result<()> {
    let holds = |member: &Member| member.is_for_unit(Role::UnitOfficer, unit);
    allowed(caller, holds, &format!("the unit {unit:?}"))
}

/// The caller leads the bloc in the season, or is administrator of the federation.
pub(crate) fn of_bloc_or_admin(caller: &Principal, season: &str, bloc: &str) -> Result<()> {
    let leads = |member: &Member| member.is_for_bloc(Role::BlocLeader, season, bloc);
    let holds = |member: &Member| member.is(Role::FederationAdmin) || leads(member);
    allowed(caller, holds, &format!("the bloc {bloc:?} in season {season:?}"))
}

fn allowed(caller: &Principal, holds: impl Fn(&Member) -> bool, of: &str) -> Result<()> {
    match caller {
        Principal::Member(member) if holds(member) => Ok(()),
        _ => Err(error::out_of_scope(of)),
    }
}
