//! The contracts' roles as tokens carry them: how a grant names its role, and for what it counts.

use proto::common::v1::Role;

use super::rules::{Rule, Rules};
use crate::tenancy::{Grant, Member};

const UNIT: &str = "unit";
const BLOC: &str = "bloc";

/// The name of a role in tokens: `ROLE_UNIT_OFFICER` → `unit_officer`.
pub fn role_name(role: Role) -> String {
    let name = role.as_str_name();
    name.strip_prefix("ROLE_").unwrap_or(name).to_ascii_lowercase()
}

impl Grant {
    /// The role for the whole federation.
    pub fn of_federation(role: Role) -> Self {
        Self::everywhere(role_name(role))
    }

    /// The role for one unit.
    pub fn of_unit(role: Role, unit: &str) -> Self {
        Self::within(role_name(role), UNIT, unit)
    }

    /// The role for a bloc in a season.
    pub fn of_bloc(role: Role, season: &str, bloc: &str) -> Self {
        Self::within(role_name(role), BLOC, bloc_scope(season, bloc))
    }
}

/// Codes have no `/`.
fn bloc_scope(season: &str, bloc: &str) -> String {
    format!("{season}/{bloc}")
}

impl Member {
    /// Whether the account has the role for the whole federation.
    pub fn is(&self, role: Role) -> bool {
        self.holds(&role_name(role))
    }

    /// Whether the account has the role for this unit.
    pub fn is_for_unit(&self, role: Role, unit: &str) -> bool {
        self.holds_for(&role_name(role), UNIT, unit)
    }

    /// Whether the account has the role for this bloc in this season.
    pub fn is_for_bloc(&self, role: Role, season: &str, bloc: &str) -> bool {
        self.holds_for(&role_name(role), BLOC, &bloc_scope(season, bloc))
    }

    /// The codes of the units for which the account has the role.
    pub fn units_of(&self, role: Role) -> impl Iterator<Item = &str> {
        let role = role_name(role);
        let scopes =
            self.grants().iter().filter(move |grant| grant.role == role).filter_map(|g| g.scope.as_ref());
        scopes.filter(|scope| scope.kind == UNIT).map(|scope| scope.code.as_str())
    }

    /// The codes of the blocs of a season for which the account has the role.
    pub fn blocs_of(&self, role: Role, season: &str) -> impl Iterator<Item = &str> {
        let role = role_name(role);
        let scopes =
            self.grants().iter().filter(move |grant| grant.role == role).filter_map(|g| g.scope.as_ref());
        let blocs = scopes.filter(|scope| scope.kind == BLOC).filter_map(|scope| scope.code.split_once('/'));
        blocs.filter(move |(of, _)| *of == season).map(|(_, bloc)| bloc)
    }
}

impl Rules {
    /// The rules that stand beside the RPCs in the contracts.
    pub fn of_contracts() -> Self {
        let rules = proto::rules().iter().map(|rule| {
            let own = Rule {
                roles: rule.roles.iter().map(|role| role_name(*role)).collect(),
                any_member: rule.any_member,
                operator: rule.operator,
                service: rule.service,
                public: rule.public,
                mutates: rule.mutates,
                secret: rule.secret,
                while_suspended: rule.while_suspended,
                // No RPC of the contracts streams its request: a test of theirs says so.
                repeatable: true,
            };
            (rule.path, own)
        });
        rules.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AccountId, TenantId};

    #[test]
    fn a_role_counts_where_it_was_granted() {
        let grants = vec![
            Grant::of_federation(Role::Appraiser),
            Grant::of_unit(Role::UnitOfficer, "vl-01"),
            Grant::of_bloc(Role::BlocLeader, "2023", "cum-1"),
        ];
        let member = Member::new(TenantId(uuid::Uuid::nil()), AccountId(uuid::Uuid::nil()), grants);
        assert!(member.is(Role::Appraiser) && !member.is(Role::UnitOfficer));
        assert!(member.is_for_unit(Role::UnitOfficer, "vl-01"));
        assert!(!member.is_for_unit(Role::UnitOfficer, "vl-02"));
        assert!(!member.is_for_unit(Role::Delegate, "vl-01"));
        assert!(member.is_for_bloc(Role::BlocLeader, "2023", "cum-1"));
        assert!(!member.is_for_bloc(Role::BlocLeader, "2022", "cum-1"));
        assert_eq!(member.units_of(Role::UnitOfficer).collect::<Vec<_>>(), ["vl-01"]);
        assert_eq!(member.blocs_of(Role::BlocLeader, "2023").collect::<Vec<_>>(), ["cum-1"]);
        assert_eq!(member.blocs_of(Role::BlocLeader, "2022").count(), 0);
    }

    #[test]
    fn the_contracts_say_who_may_call() {
        let rules = Rules::of_contracts();
        let rule = rules.of("/thidua.scoring.v1.SheetService/EnterSheets").expect("a rule");
        assert_eq!(rule.roles, ["federation_admin"]);
        assert!(rule.mutates && !rule.service);
        assert!(rules.of("/thidua.scoring.v1.SheetService/Nothing").is_err());
    }
}
