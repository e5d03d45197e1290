//! The first transaction of a tenant.

use super::{Actor, TenantScope};
use crate::error::Result;
use crate::ids::{AccountId, TenantId};

/// The right of an operator to write the first rows of a tenant. Given by [`tenants::found`](crate::tenants::found)
/// alone, whose transaction fails when the tenant is there already: so it opens no tenant that has anything to protect.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Founding {
    tenant: TenantId,
    operator: AccountId,
}

impl Founding {
    pub(crate) fn new(tenant: TenantId, operator: AccountId) -> Self {
        Self { tenant, operator }
    }
}

impl TenantScope for Founding {
    fn tenant(&self) -> Result<TenantId> {
        Ok(self.tenant)
    }

    fn actor(&self) -> Actor {
        Actor::Operator(self.operator)
    }
}
