//! The caller of a request, as its verified token says.

use super::{Actor, TenantScope};
use crate::error::{Error, Result};
use crate::ids::{AccountId, TenantId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// An account of a tenant: an official, a delegate, an administrator of the federation.
    Member(Member),
    /// An account of the hosting side. It has no tenant and reads no tenant's data.
    Operator(Operator),
    /// Another service, for one tenant or on its own behalf.
    Service(ServiceIdentity),
}

impl Principal {
    /// The account that signed in; `None` for a service.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Member(member) => Some(member.account()),
            Self::Operator(operator) => Some(operator.account()),
            Self::Service(_) => None,
        }
    }
}

impl TenantScope for Principal {
    fn tenant(&self) -> Result<TenantId> {
        match self {
            Self::Member(member) => member.tenant(),
            Self::Operator(_) => Err(Error::denied(
                "TENANT_REQUIRED",
                "an operator has no tenant: sign in as one of its members",
            )),
            Self::Service(service) => service.tenant(),
        }
    }

    fn actor(&self) -> Actor {
        match self {
            Self::Member(member) => member.actor(),
            Self::Operator(operator) => operator.actor(),
            Self::Service(service) => service.actor(),
        }
    }
}

/// See [`Principal::Member`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    tenant: TenantId,
    account: AccountId,
    grants: Vec<Grant>,
}

impl Member {
    pub(crate) fn new(tenant: TenantId, account: AccountId, grants: Vec<Grant>) -> Self {
        Self { tenant, account, grants }
    }

    pub fn tenant_id(&self) -> TenantId {
        self.tenant
    }

    pub fn account(&self) -> AccountId {
        self.account
    }

    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Whether the account holds `role` for the whole tenant.
    pub fn holds(&self, role: &str) -> bool {
        self.grants.iter().any(|grant| grant.role == role && grant.scope.is_none())
    }

    /// Whether the account holds `role` for `kind`/`code` (`bloc` / `cum-1`) or for the whole tenant.
    pub fn holds_for(&self, role: &str, kind: &str, code: &str) -> bool {
        self.grants.iter().any(|grant| {
            grant.role == role && grant.scope.as_ref().is_none_or(|s| s.kind == kind && s.code == code)
        })
    }
}

impl TenantScope for Member {
    fn tenant(&self) -> Result<TenantId> {
        Ok(self.tenant)
    }

    fn actor(&self) -> Actor {
        Actor::Account(self.account)
    }
}

/// A role that an account holds: for the whole tenant, or for one thing in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Grant {
    /// Stable, such as `administrator` or `bloc_leader`.
    pub role: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<GrantScope>,
}

impl Grant {
    pub fn everywhere(role: impl Into<String>) -> Self {
        Self { role: role.into(), scope: None }
    }

    pub fn within(role: impl Into<String>, kind: impl Into<String>, code: impl Into<String>) -> Self {
        Self { role: role.into(), scope: Some(GrantScope { kind: kind.into(), code: code.into() }) }
    }
}

/// The one thing of the tenant that a role is for: `bloc` / `cum-1`, `unit` / `vl-03`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct GrantScope {
    pub kind: String,
    pub code: String,
}

/// See [`Principal::Operator`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    account: AccountId,
}

impl Operator {
    pub(crate) fn new(account: AccountId) -> Self {
        Self { account }
    }

    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Who acts, for the audit log.
    pub fn actor(&self) -> Actor {
        Actor::Operator(self.account)
    }
}

/// See [`Principal::Service`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceIdentity {
    name: String,
    tenant: Option<TenantId>,
}

impl ServiceIdentity {
    pub(crate) fn new(name: impl Into<String>, tenant: Option<TenantId>) -> Self {
        Self { name: name.into(), tenant }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tenant for which the service calls; `None` when it calls on its own behalf.
    pub fn tenant_id(&self) -> Option<TenantId> {
        self.tenant
    }
}

impl TenantScope for ServiceIdentity {
    fn tenant(&self) -> Result<TenantId> {
        self.tenant.ok_or_else(|| {
            Error::denied("TENANT_REQUIRED", format!("service {} calls without a tenant", self.name))
        })
    }

    fn actor(&self) -> Actor {
        Actor::Service(self.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scoped_role_holds_for_its_scope_alone_and_an_unscoped_one_everywhere() {
        let member = Member::new(
            TenantId(uuid::Uuid::nil()),
            AccountId(uuid::Uuid::nil()),
            vec![Grant::within("bloc_leader", "bloc", "cum-1"), Grant::everywhere("administrator")],
        );
        assert!(member.holds_for("bloc_leader", "bloc", "cum-1"));
        assert!(!member.holds_for("bloc_leader", "bloc", "cum-2"));
        assert!(!member.holds_for("bloc_leader", "unit", "cum-1"));
        assert!(!member.holds("bloc_leader"));
        assert!(member.holds("administrator"));
        assert!(member.holds_for("administrator", "bloc", "cum-2"));
    }

    #[test]
    fn who_has_no_tenant_is_told_so() {
        let operator = Principal::Operator(Operator::new(AccountId(uuid::Uuid::nil())));
        assert_eq!(operator.tenant().map_err(|e| e.reason()), Err("TENANT_REQUIRED"));
        let service = Principal::Service(ServiceIdentity::new("scoring", None));
        assert_eq!(service.tenant().map_err(|e| e.reason()), Err("TENANT_REQUIRED"));
    }
}
