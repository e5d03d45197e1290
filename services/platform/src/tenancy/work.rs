//! Work that nobody waits for: a claimed job or a received event speaks for the tenant of its row.

use super::{Actor, TenantScope};
use crate::error::Result;
use crate::ids::{EventId, JobId, TenantId};

/// The right to open transactions of one tenant, given to a handler by platform's worker or event consumer. The tenant
/// comes from the claimed job row or the inbox row, never from the body of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    tenant: TenantId,
    cause: Cause,
}

/// Why the work is done: for audit entries and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    Job(JobId),
    Event(EventId),
}

impl Work {
    #[allow(dead_code, reason = "made by the worker and the event consumer")]
    pub(crate) fn new(tenant: TenantId, cause: Cause) -> Self {
        Self { tenant, cause }
    }

    pub fn tenant_id(&self) -> TenantId {
        self.tenant
    }

    pub fn cause(&self) -> Cause {
        self.cause
    }
}

impl TenantScope for Work {
    fn tenant(&self) -> Result<TenantId> {
        Ok(self.tenant)
    }

    fn actor(&self) -> Actor {
        match self.cause {
            Cause::Job(job) => Actor::Job(job),
            Cause::Event(event) => Actor::Event(event),
        }
    }
}
