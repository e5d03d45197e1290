//! Whether the caller's roles are for what the request is about. That a role is held at all was checked before.

use platform::Result;
use platform::tenancy::{Member, Principal};

use crate::error;

const ADMIN: &str = "federation_admin";

/// The caller acts for the federation: as its administrator or as a member of its standing committee.
pub(crate) fn of_federation(caller: &Principal) -> Result<()> {
    let holds = |member: &Member| member.holds(ADMIN) || member.holds("standing_committee");
    allowed(caller, holds, "the federation")
}

/// The caller is an officer of the unit, or administrator of the federation.
pub(crate) fn of_unit_or_admin(caller: &Principal, unit: &str) -> Result<()> {
    let holds = |member: &Member| member.holds(ADMIN) || member.holds_for("unit_officer", "unit", unit);
    allowed(caller, holds, &format!("the unit {unit:?}"))
}

/// The caller is an officer of the unit.
pub(crate) fn of_unit(caller: &Principal, unit: &str) -> Result<()> {
    let holds = |member: &Member| member.holds_for("unit_officer", "unit", unit);
    allowed(caller, holds, &format!("the unit {unit:?}"))
}

/// The caller leads the bloc in the season, or is administrator of the federation. A role for a bloc is granted for
/// `SEASON/BLOC`.
pub(crate) fn of_bloc_or_admin(caller: &Principal, season: &str, bloc: &str) -> Result<()> {
    let scope = format!("{season}/{bloc}");
    let holds = |member: &Member| member.holds(ADMIN) || member.holds_for("bloc_leader", "bloc", &scope);
    allowed(caller, holds, &format!("the bloc {bloc:?} in season {season:?}"))
}

fn allowed(caller: &Principal, holds: impl Fn(&Member) -> bool, of: &str) -> Result<()> {
    match caller {
        Principal::Member(member) if holds(member) => Ok(()),
        _ => Err(error::out_of_scope(of)),
    }
}
