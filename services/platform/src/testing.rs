//! What tests may make and the product may not: principals without a token, work without a job. Behind the feature
//! `testing`, which only dev-dependencies enable (the architecture test checks that).

use crate::ids::{AccountId, TenantId};
use crate::tenancy::{Cause, Grant, Member, Operator, ServiceIdentity, Work};

pub fn member(tenant: TenantId, account: AccountId, grants: Vec<Grant>) -> Member {
    Member::new(tenant, account, grants)
}

pub fn operator(account: AccountId) -> Operator {
    Operator::new(account)
}

pub fn service(name: &str, tenant: Option<TenantId>) -> ServiceIdentity {
    ServiceIdentity::new(name, tenant)
}

pub fn work(tenant: TenantId, cause: Cause) -> Work {
    Work::new(tenant, cause)
}
