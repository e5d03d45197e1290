//! Roles and where they count.

use ::proto::common::v1::{Reason, Role};
use ::proto::organizations::v1 as proto;
use ::proto::organizations::v1::grant::Scope as ProtoScope;
use platform::input::{Faults, path};

/// Roles of one account.
const MOST: usize = 200;

/// A role and where it counts. Ordered by role, then by scope (UTF-8 bytes).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Grant {
    pub(crate) role: Role,
    pub(crate) scope: Scope,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    Federation,
    /// By its code.
    Unit(String),
    /// A bloc in a season, by their codes.
    Bloc {
        season: String,
        bloc: String,
    },
}

/// The kinds of scopes that roles have, as the comments of `thidua.common.v1.Role` say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Federation,
    Unit,
    Bloc,
}

fn kind_of(role: Role) -> Option<Kind> {
    match role {
        Role::Unspecified => None,
        Role::FederationAdmin | Role::Appraiser | Role::StandingCommittee | Role::Observer => {
            Some(Kind::Federation)
        }
        Role::BlocLeader => Some(Kind::Bloc),
        Role::UnitOfficer | Role::Delegate | Role::Member => Some(Kind::Unit),
    }
}

impl Scope {
    fn kind(&self) -> Kind {
        match self {
            Self::Federation => Kind::Federation,
            Self::Unit(_) => Kind::Unit,
            Self::Bloc { .. } => Kind::Bloc,
        }
    }

    fn parse(at: &str, scope: &ProtoScope, faults: &mut Faults) -> Option<Self> {
        match scope {
            ProtoScope::Federation(true) => Some(Self::Federation),
            ProtoScope::Federation(false) => {
                faults.refuse(path(at, "federation"), Reason::InvalidArgument, "is always true")
            }
            ProtoScope::Unit(unit) => faults.code(path(at, "unit"), unit).map(Self::Unit),
            ProtoScope::Bloc(bloc) => parse_bloc(&path(at, "bloc"), bloc, faults),
        }
    }
}

pub(crate) fn parse_bloc(at: &str, scope: &proto::BlocScope, faults: &mut Faults) -> Option<Scope> {
    let season = faults.code(path(at, "season"), &scope.season);
    let bloc = faults.code(path(at, "bloc"), &scope.bloc);
    Some(Scope::Bloc { season: season?, bloc: bloc? })
}

impl Grant {
    /// The first administrator's.
    pub(crate) fn federation_admin() -> Self {
        Self { role: Role::FederationAdmin, scope: Scope::Federation }
    }

    pub(crate) fn parse(at: &str, grant: &proto::Grant, faults: &mut Faults) -> Option<Self> {
        let role: Option<Role> = faults.choice(path(at, "role"), grant.role);
        let scope = match &grant.scope {
            Some(scope) => Scope::parse(at, scope, faults),
            None => faults.refuse(
                path(at, "scope"),
                Reason::FieldRequired,
                "federation, unit or bloc is required",
            ),
        };
        let grant = Self { role: role?, scope: scope? };
        if kind_of(grant.role) == Some(grant.scope.kind()) {
            return Some(grant);
        }
        let wanted = match kind_of(grant.role) {
            Some(Kind::Unit) => "a unit",
            Some(Kind::Bloc) => "a bloc in a season",
            _ => "the whole federation",
        };
        let sentence = format!("{} is granted for {wanted}", grant.role.as_str_name());
        faults.refuse(at, Reason::ScopeMismatch, sentence)
    }

    /// The grants of one account, each once.
    pub(crate) fn parse_all(at: &str, grants: &[proto::Grant], faults: &mut Faults) -> Option<Vec<Self>> {
        let mut grants = faults.each(path(at, "grants"), MOST, grants, Self::parse)?;
        grants.sort();
        grants.dedup();
        Some(grants)
    }

    pub(crate) fn unit(&self) -> Option<&str> {
        match &self.scope {
            Scope::Unit(unit) => Some(unit),
            _ => None,
        }
    }

    pub(crate) fn to_proto(&self) -> proto::Grant {
        let scope = match self.scope.clone() {
            Scope::Federation => ProtoScope::Federation(true),
            Scope::Unit(unit) => ProtoScope::Unit(unit),
            Scope::Bloc { season, bloc } => ProtoScope::Bloc(proto::BlocScope { season, bloc }),
        };
        proto::Grant { role: self.role.into(), scope: Some(scope) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(code: &str) -> Option<ProtoScope> {
        Some(ProtoScope::Unit(code.to_owned()))
    }

    fn bloc(season: &str, bloc: &str) -> Option<ProtoScope> {
        Some(ProtoScope::Bloc(proto::BlocScope { season: season.to_owned(), bloc: bloc.to_owned() }))
    }

    fn parse(grants: &[(Role, Option<ProtoScope>)]) -> Result<Vec<Grant>, Vec<(String, &'static str)>> {
        let grants: Vec<_> = grants
            .iter()
            .map(|(role, scope)| proto::Grant { role: (*role).into(), scope: scope.clone() })
            .collect();
        let mut faults = Faults::new();
        let parsed = Grant::parse_all("", &grants, &mut faults);
        faults
            .finish(parsed)
            .map_err(|error| error.violations().iter().map(|v| (v.field.clone(), v.reason)).collect())
    }

    #[test]
    fn grants_are_put_in_order_and_once() {
        let federation = Some(ProtoScope::Federation(true));
        let officer = (Role::UnitOfficer, unit("vl-02"));
        let leader = (Role::BlocLeader, bloc("2023", "cum-1"));
        let grants = parse(&[officer.clone(), leader, (Role::Observer, federation), officer]).expect("fine");
        let roles: Vec<_> = grants.iter().map(|grant| grant.role).collect();
        assert_eq!(roles, [Role::BlocLeader, Role::UnitOfficer, Role::Observer]);
        assert_eq!(grants[1].to_proto().scope, unit("vl-02"));
    }

    #[test]
    fn each_role_has_its_kind_of_scope() {
        let expected = [
            ("grants[0]", "SCOPE_MISMATCH"),
            ("grants[1]", "SCOPE_MISMATCH"),
            ("grants[2].scope", "FIELD_REQUIRED"),
            ("grants[3].federation", "INVALID_ARGUMENT"),
            ("grants[4].role", "FIELD_REQUIRED"),
            ("grants[4].bloc.bloc", "CODE_INVALID"),
        ];
        let found = parse(&[
            (Role::FederationAdmin, unit("vl-01")),
            (Role::Delegate, Some(ProtoScope::Federation(true))),
            (Role::Member, None),
            (Role::Observer, Some(ProtoScope::Federation(false))),
            (Role::Unspecified, bloc("2023", "?")),
        ]);
        assert_eq!(found, Err(expected.map(|(field, reason)| (field.to_owned(), reason)).to_vec()));
    }
}
