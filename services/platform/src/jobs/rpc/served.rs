//! Which service and which tenant a request means.

use std::collections::BTreeMap;
use std::sync::Arc;

use proto::common::v1::Reason;

use crate::Violation;
use crate::error::{Error, Result};
use crate::ids::TenantId;
use crate::jobs::{JobSystem, Sight};
use crate::transport::{Connection, Elsewhere};

/// The job systems that are answered at this address, by the names of their services: those of this process, and others
/// that are asked for the answer.
#[derive(Clone)]
pub struct Served {
    systems: Arc<BTreeMap<&'static str, JobSystem>>,
    elsewhere: Elsewhere,
}

impl Served {
    pub fn new(systems: impl IntoIterator<Item = JobSystem>, elsewhere: Elsewhere) -> Self {
        let systems = systems.into_iter().map(|system| (system.database().service(), system)).collect();
        Self { systems: Arc::new(systems), elsewhere }
    }

    /// The way to the service, where another process answers for it.
    pub(crate) fn elsewhere(&self, service: &str) -> Option<Connection> {
        self.elsewhere.to(service)
    }

    pub(crate) fn system(&self, service: &str) -> Result<&JobSystem> {
        self.systems.get(service).ok_or_else(|| {
            let served: Vec<_> = self.systems.keys().copied().chain(self.elsewhere.names()).collect();
            let served = served.join(", ");
            let (reason, sentence) = if service.is_empty() {
                (Reason::FieldRequired, format!("is required; served here: {served}"))
            } else {
                (Reason::ServiceUnknown, format!("no service {service:?} is served here, but: {served}"))
            };
            Error::invalid(vec![Violation::new("service", reason.code(), sentence)]).with("services", served)
        })
    }
}

/// The tenant that an operator named by its code. Members have their own and name none.
pub(crate) fn named_tenant(system: &JobSystem, sight: &Sight, code: &str) -> Result<Option<TenantId>> {
    match sight {
        _ if code.is_empty() => Ok(None),
        Sight::All(_) => Ok(Some(system.tenants().by_code(code)?.id)),
        Sight::Tenant(_) => {
            let sentence = "is for operators; members leave it empty";
            let violation = Violation::new("tenant", Reason::InvalidArgument.code(), sentence);
            Err(Error::invalid(vec![violation]))
        }
    }
}
