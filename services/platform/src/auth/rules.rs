//! Which kind of caller may call which RPC. The table comes from the contracts; what is not in it is denied.

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::tenancy::Principal;

/// The rule of one RPC. Handlers find it in the request's extensions (as `Arc<Rule>`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// Members with one of these roles, wherever the role holds; the handler compares the scope.
    pub roles: Vec<String>,
    /// Every member, whatever the roles.
    pub any_member: bool,
    pub operator: bool,
    pub service: bool,
    /// Everyone, without a token.
    pub public: bool,
    /// Changes something.
    pub mutates: bool,
    /// Neither the request nor a hash of it may be logged or stored.
    pub secret: bool,
    /// Also works while the tenant is suspended.
    pub while_suspended: bool,
    /// Its request is one message, so that its handler can be run again after a transaction that was undone.
    pub repeatable: bool,
}

impl Rule {
    /// For health checks and sign-in alone.
    pub fn public() -> Self {
        Self { public: true, while_suspended: true, ..Self::default() }
    }

    /// Everyone with a valid token.
    pub fn signed_in() -> Self {
        Self { any_member: true, operator: true, service: true, while_suspended: true, ..Self::default() }
    }

    fn admits(&self, caller: &Principal) -> bool {
        match caller {
            Principal::Member(member) => {
                self.any_member || member.grants().iter().any(|grant| self.roles.contains(&grant.role))
            }
            Principal::Operator(_) => self.operator,
            Principal::Service(_) => self.service,
        }
    }
}

/// Method path (`/thidua.scoring.v1.SheetService/SubmitSheet`) → rule.
#[derive(Clone, Debug, Default)]
pub struct Rules(Arc<HashMap<String, Arc<Rule>>>);

impl<P: Into<String>> FromIterator<(P, Rule)> for Rules {
    /// Adds the platform's own: health for everyone, reflection for who is signed in.
    fn from_iter<I: IntoIterator<Item = (P, Rule)>>(rules: I) -> Self {
        let own = [
            ("/grpc.health.v1.Health/Check", Rule::public()),
            ("/grpc.health.v1.Health/Watch", Rule::public()),
            ("/grpc.health.v1.Health/List", Rule::public()),
            ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Rule::signed_in()),
            ("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Rule::signed_in()),
        ];
        let own = own.into_iter().map(|(path, rule)| (path.to_owned(), rule));
        let all = rules.into_iter().map(|(path, rule)| (path.into(), rule)).chain(own);
        Self(Arc::new(all.map(|(path, rule)| (path, Arc::new(rule))).collect()))
    }
}

impl Rules {
    /// The rule of `path`; `PERMISSION_DENIED` when there is none.
    pub fn of(&self, path: &str) -> Result<&Arc<Rule>> {
        self.0.get(path).ok_or_else(|| Error::denied("NO_RULE", format!("nobody may call {path}")))
    }
}

impl Rule {
    /// Whether `caller` may call; the error says what is missing.
    pub fn check(&self, caller: Option<&Principal>) -> Result<()> {
        match caller {
            _ if self.public => Ok(()),
            None => Err(Error::unauthenticated("this needs a token: authorization: Bearer …")),
            Some(caller) if self.admits(caller) => Ok(()),
            Some(Principal::Member(_)) if !self.roles.is_empty() => Err(Error::denied(
                "ROLE_REQUIRED",
                format!("this needs the role {}", self.roles.join(" or ")),
            )),
            Some(_) => Err(Error::denied("WRONG_KIND_OF_CALLER", "this is not for callers of this kind")),
        }
    }
}
