//! Who reads which results. Everyone reads what is published; the rest is asked here.

use platform::tenancy::{Member, Principal};
use proto::common::v1::Role;

use crate::domain::live::LiveBloc;
use crate::domain::sheets::Reader;

/// Who asks for results that are not published.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asker<'c> {
    /// Another service: it answers for what it shows.
    Service,
    Member(&'c Member),
    Nobody,
}

impl<'c> Asker<'c> {
    pub(crate) fn of(caller: &'c Principal) -> Self {
        match caller {
            Principal::Member(member) => Self::Member(member),
            Principal::Service(_) => Self::Service,
            Principal::Operator(_) => Self::Nobody,
        }
    }

    /// Whether results of the whole federation are for them.
    pub(crate) fn reads_all(self) -> bool {
        match self {
            Self::Service => true,
            Self::Member(member) => Reader::reads_all(member),
            Self::Nobody => false,
        }
    }

    /// Whether they lead the bloc.
    pub(crate) fn leads(self, season: &str, bloc: &str) -> bool {
        self.member().is_some_and(|member| member.is_for_bloc(Role::BlocLeader, season, bloc))
    }

    /// Whether live standings of the bloc may be for them: an officer's unit must be in it.
    pub(crate) fn reads_live(self, of: &LiveBloc) -> bool {
        self.reads_all() || self.leads(&of.season, &of.bloc) || !self.officer_of().is_empty()
    }

    /// The units that they are officers of.
    pub(crate) fn officer_of(self) -> Vec<&'c str> {
        self.member().map(|member| member.units_of(Role::UnitOfficer).collect()).unwrap_or_default()
    }

    /// Whether the unit is their own.
    pub(crate) fn belongs_to(self, unit: &str) -> bool {
        let roles = [Role::UnitOfficer, Role::Delegate, Role::Member];
        self.member().is_some_and(|member| roles.iter().any(|role| member.is_for_unit(*role, unit)))
    }

    fn member(self) -> Option<&'c Member> {
        match self {
            Self::Member(member) => Some(member),
            Self::Service | Self::Nobody => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use platform::ids::{AccountId, TenantId};
    use platform::tenancy::Grant;
    use platform::testing;

    use super::*;

    #[test]
    fn officers_and_leaders_read_their_blocs_and_the_others_all() {
        let member = |grant| {
            let ids = (TenantId(Default::default()), AccountId(Default::default()));
            Principal::Member(testing::member(ids.0, ids.1, vec![grant]))
        };
        let officer = member(Grant::of_unit(Role::UnitOfficer, "vl-01"));
        let officer = Asker::of(&officer);
        assert_eq!(officer.officer_of(), ["vl-01"]);
        assert!(!officer.reads_all() && !officer.leads("2023", "cum-1"));
        let leader = member(Grant::of_bloc(Role::BlocLeader, "2023", "cum-1"));
        let leader = Asker::of(&leader);
        assert!(leader.leads("2023", "cum-1") && !leader.leads("2022", "cum-1"));
        assert!(!leader.reads_all() && leader.officer_of().is_empty());
        for role in [Role::Appraiser, Role::StandingCommittee, Role::FederationAdmin, Role::Observer] {
            assert!(Asker::of(&member(Grant::of_federation(role))).reads_all(), "{role:?}");
        }
        for role in [Role::Member, Role::Delegate] {
            let one = member(Grant::of_unit(role, "vl-01"));
            let one = Asker::of(&one);
            assert!(!one.reads_all() && one.officer_of().is_empty(), "{role:?}");
            assert!(one.belongs_to("vl-01") && !one.belongs_to("vl-02"), "{role:?}");
        }
        let service = Principal::Service(testing::service("competition", None));
        assert!(Asker::of(&service).reads_all());
        let operator = Principal::Operator(testing::operator(AccountId(Default::default())));
        assert!(!Asker::of(&operator).reads_all());
    }
}
