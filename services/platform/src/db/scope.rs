//! Which tables a transaction reaches, decided by the compiler.

use sea_orm::EntityTrait;

use crate::ids::TenantId;
use crate::tenancy::Actor;

/// A table in which each row belongs to a tenant. Declared with [`tenant_entity!`](crate::tenant_entity).
pub trait TenantEntity: EntityTrait {
    /// The column that holds the tenant: `tenant_id`.
    const TENANT: Self::Column;
}

/// A table of platform's own that work across tenants may touch. Declared with
/// [`platform_entity!`](crate::platform_entity). A table that tenants write and the system serves (jobs) is both.
pub trait PlatformEntity: EntityTrait {}

/// Makes an entity reachable through [`TenantTx`](super::TenantTx). Its model has a column `tenant_id`.
#[macro_export]
macro_rules! tenant_entity {
    ($entity:ty) => {
        impl $crate::db::TenantEntity for $entity {
            const TENANT: <$entity as ::sea_orm::EntityTrait>::Column =
                <$entity as ::sea_orm::EntityTrait>::Column::TenantId;
        }
    };
}

/// Makes an entity reachable through [`SystemTx`](super::SystemTx).
#[macro_export]
macro_rules! platform_entity {
    ($entity:ty) => {
        impl $crate::db::PlatformEntity for $entity {}
    };
}

/// The scope of a transaction that reaches table `E`.
pub trait Reach<E: EntityTrait>: sealed::Sealed {
    /// The column and the tenant to which reads are narrowed and with which writes are stamped.
    fn fence(&self) -> Option<(E::Column, TenantId)>;
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Tenant {}
    impl Sealed for super::System {}
}

/// The scope of a [`TenantTx`](super::TenantTx).
#[derive(Clone, Debug)]
pub struct Tenant {
    pub(super) id: TenantId,
    pub(super) actor: Actor,
}

impl<E: TenantEntity> Reach<E> for Tenant {
    fn fence(&self) -> Option<(E::Column, TenantId)> {
        Some((E::TENANT, self.id))
    }
}

/// The scope of a [`SystemTx`](super::SystemTx).
#[derive(Clone, Copy, Debug)]
pub struct System(pub(super) SystemUse);

impl<E: PlatformEntity> Reach<E> for System {
    fn fence(&self) -> Option<(E::Column, TenantId)> {
        None
    }
}

/// Everyone who works across tenants. This list is the whole of them: a new user is added here, with the reason why a
/// tenant transaction does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemUse {
    /// Chooses the next jobs fairly between tenants and hands them to workers.
    JobDispatch,
    /// Claims, renews and finishes a job whose tenant is known only from its row.
    JobExecution,
    /// Returns jobs whose worker died.
    JobRescue,
    /// Lists, cancels and replays jobs for operators.
    JobOperations,
    /// Turns due schedules of all tenants into jobs.
    Schedules,
    /// Shows and replays events whose consumers failed, for operators.
    EventOperations,
    /// Chains committed audit entries, and walks chains.
    Audit,
    /// Holds the lease of the service's leader.
    Leadership,
    /// Publishes the outbox of all tenants in order.
    EventRelay,
    /// Marks an event as received before its tenant's work begins.
    EventInbox,
    /// Keeps and reads the list of tenants.
    TenantDirectory,
    /// Deletes what has outlived its time.
    Retention,
}
