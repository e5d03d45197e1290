//! Who writes which layer, and who reads it. That a role is held at all was checked before.

use std::collections::BTreeSet;

use platform::tenancy::Member;
use proto::common::v1::Role;

use super::{BLOC, SheetKey};
use crate::domain::campaign::{CROSS, SELF};

/// Whether the member scores this sheet, of a unit in `bloc`.
pub(crate) fn may_write(member: &Member, key: &SheetKey, bloc: &str) -> bool {
    match key.layer.as_str() {
        SELF => member.is_for_unit(Role::UnitOfficer, &key.unit),
        CROSS => member.is_for_unit(Role::UnitOfficer, &key.peer),
        BLOC => member.is_for_bloc(Role::BlocLeader, &key.season, bloc),
        _ => member.is(Role::Appraiser),
    }
}

/// Whether the member gives this sheet back to its scorer: the bloc's leader up to the bloc's own layer.
pub(crate) fn may_reopen(member: &Member, key: &SheetKey, bloc: &str) -> bool {
    let leads = || member.is_for_bloc(Role::BlocLeader, &key.season, bloc);
    member.is(Role::FederationAdmin)
        || member.is(Role::Appraiser)
        || (matches!(key.layer.as_str(), SELF | CROSS | BLOC) && leads())
}

/// What a member may read in a season.
#[derive(Debug)]
pub(crate) struct Reader<'m> {
    member: &'m Member,
    /// The units of the blocs that the member leads in the season.
    led: BTreeSet<String>,
    /// Cross sheets of others are open to those whom they concern.
    cross_has_closed: bool,
}

impl<'m> Reader<'m> {
    pub(crate) fn new(member: &'m Member, led: BTreeSet<String>, cross_has_closed: bool) -> Self {
        Self { member, led, cross_has_closed }
    }

    /// Whether the member reads every sheet of the federation.
    pub(crate) fn reads_all(member: &Member) -> bool {
        let roles = [Role::Appraiser, Role::StandingCommittee, Role::FederationAdmin, Role::Observer];
        roles.into_iter().any(|role| member.is(role))
    }

    pub(crate) fn may_read(&self, key: &SheetKey) -> bool {
        let cross = key.layer == CROSS;
        if Self::reads_all(self.member) || (cross && self.officer_of(&key.peer)) {
            return true;
        }
        let concerned = self.led.contains(&key.unit) || self.officer_of(&key.unit);
        concerned && (!cross || self.cross_has_closed)
    }

    fn officer_of(&self, unit: &str) -> bool {
        self.member.is_for_unit(Role::UnitOfficer, unit)
    }
}
