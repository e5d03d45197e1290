//! Whether the caller's roles are for what the request is about. That a role is held at all was checked before.

use std::collections::BTreeSet;

use platform::Result;
use platform::tenancy::{Member, Principal};
use proto::common::v1::Role;

use crate::domain::votes::Vote;
use crate::error;

/// The caller acts for the federation: as its administrator or as a member of its standing committee.
pub(crate) fn of_federation(caller: &Principal) -> Result<()> {
    let holds = |member: &Member| member.is(Role::FederationAdmin) || member.is(Role::StandingCommittee);
    allowed(caller, holds, "the federation")
}

/// The caller is a member of the federation's standing committee.
pub(crate) fn of_committee(caller: &Principal) -> Result<()> {
    allowed(caller, |member| member.is(Role::StandingCommittee), "the federation")
}

/// The caller casts the ballot of the unit.
pub(crate) fn of_delegate(caller: &Principal, unit: &str) -> Result<()> {
    let holds = |member: &Member| member.is_for_unit(Role::Delegate, unit);
    allowed(caller, holds, &format!("the unit {unit:?}"))
}

/// The caller leads the bloc, casts a ballot in the vote, or administers or inspects the federation.
pub(crate) fn of_roll(caller: &Principal, vote: &Vote, roll: &BTreeSet<String>) -> Result<()> {
    let leads = |member: &Member| member.is_for_bloc(Role::BlocLeader, &vote.season, &vote.bloc);
    let votes = |member: &Member| roll.iter().any(|unit| member.is_for_unit(Role::Delegate, unit));
    let above = |member: &Member| member.is(Role::FederationAdmin) || member.is(Role::Observer);
    let holds = |member: &Member| above(member) || leads(member) || votes(member);
    allowed(caller, holds, &format!("the bloc {:?} in season {:?}", vote.bloc, vote.season))
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
