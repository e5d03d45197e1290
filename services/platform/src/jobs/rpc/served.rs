//! Which service and which tenant a request means.

use std::collections::BTreeMap;
use std::sync::Arc;

use proto::common::v1::Reason;

use crate::Violation;
use crate::error::{Error, Result};
use crate::ids::TenantId;
use crate::jobs::{JobSystem, Sight};

/// The job systems at this address, by the names of their services.
#[derive(Clone)]
pub(crate) struct Served(Arc<BTreeMap<&'static str, JobSystem>>);

impl Served {
    pub(crate) fn new(systems: impl IntoIterator<Item = JobSystem>) -> Self {
        Self(Arc::new(systems.into_iter().map(|system| (system.database().service(), system)).collect()))
    }

    pub(crate) fn system(&self, service: &str) -> Result<&JobSystem> {
        self.0.get(service).ok_or_else(|| {
            let served = self.0.keys().copied().collect::<Vec<_>>().join(", ");
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
