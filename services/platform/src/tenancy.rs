//! Who asks, and for which tenant. Nothing here can be made outside of platform: the auth layer makes a [`Principal`]
//! from a verified token, the worker and the event consumer make [`Work`] from a claimed row.

mod founding;
mod principal;
mod work;

pub(crate) use founding::Founding;
pub use principal::{Grant, GrantScope, Member, Operator, Principal, ServiceIdentity};
pub use work::{Cause, Work};

use crate::error::Result;
use crate::ids::{AccountId, EventId, JobId, TenantId};

/// What a tenant transaction can be opened from. Sealed: only the types of this module have a tenant to speak for.
pub trait TenantScope: sealed::Sealed + Sync {
    /// The tenant; `PERMISSION_DENIED` for who has none (an operator, a service on its own behalf).
    fn tenant(&self) -> Result<TenantId>;

    /// Who acts, for the audit log.
    fn actor(&self) -> Actor;
}

/// Who does something, or in whose name the platform does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// An account of the tenant.
    Account(AccountId),
    /// An account of the hosting side.
    Operator(AccountId),
    /// Another service, by its name.
    Service(String),
    Job(JobId),
    Event(EventId),
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Founding {}
    impl Sealed for super::Principal {}
    impl Sealed for super::Member {}
    impl Sealed for super::ServiceIdentity {}
    impl Sealed for super::Work {}
}
