//! How a service's list of tenants is filled, by the stream of organizations and then by its events; and how it learns
//! whose access was withdrawn.

use std::convert::Infallible;
use std::time::Duration;

use platform::clock::Clock;
use platform::db::Database;
use platform::events::Consumer;
use platform::readiness::Gate;
use platform::tenants::{self, CALLS_PER_MINUTE, JOBS_IN_FLIGHT, Status, Tenant, Tenants, Withdrawal};
use platform::transport::Peer;
use platform::{Error, Result};
use proto::organizations::v1::tenant_service_client::TenantServiceClient;
use proto::organizations::v1::{
    self as organizations, AccessWithdrawn, StreamTenantsRequest, TenantChanged, TenantStatus,
};

/// The pause before organizations is asked again: after a failure, or because its events do not come here.
const AGAIN: Duration = Duration::from_secs(2);

/// Who keeps one service's list full.
pub(super) struct Filling {
    pub(super) db: Database,
    /// What the service knows in memory, from which its calls are answered.
    pub(super) known: Tenants,
    pub(super) organizations: Peer,
    pub(super) clock: Clock,
    /// Opens when the list was filled for the first time.
    pub(super) gate: Gate,
}

impl Filling {
    pub(super) async fn run(self) -> Result<(), Infallible> {
        loop {
            match self.once().await {
                Ok(()) => {
                    // From here on organizations' events follow.
                    self.gate.ready();
                    return Ok(());
                }
                Err(error) => {
                    tracing::warn!(%error, service = self.db.service(), "the list of federations is not filled");
                    self.gate.not_ready(format!("the list of federations is not filled: {error}"));
                }
            }
            self.clock.sleep(AGAIN).await;
        }
    }

    async fn once(&self) -> Result<()> {
        let mut client = TenantServiceClient::new(self.organizations.as_service_itself());
        let answers = client.stream_tenants(StreamTenantsRequest {}).await.map_err(Error::of_peer)?;
        let mut answers = answers.into_inner();
        let mut all = Vec::new();
        while let Some(answer) = answers.message().await.map_err(Error::of_peer)? {
            all.push(tenant(answer.tenant)?);
        }
        tenants::fill(&self.db, &all).await?;
        // Who is ready knows what it was told.
        self.known.refresh().await
    }
}

/// Keeps a service's list of federations as organizations' events say.
pub fn consumer() -> Consumer {
    tenants::consumer(|event: TenantChanged| tenant(event.tenant))
}

/// Keeps the deny list as organizations' events say: in every service, organizations itself included.
pub(super) fn withdrawals() -> Consumer {
    tenants::withdrawal_consumer(|event: AccessWithdrawn| {
        let account = event.account_id.parse().map_err(Error::internal)?;
        Ok(Withdrawal { account, issued_until: event.issued_until })
    })
}

/// What every service keeps of a federation.
fn tenant(told: Option<organizations::Tenant>) -> Result<Tenant> {
    let told = told.ok_or_else(|| Error::internal("organizations tells of no federation"))?;
    let status = match told.status() {
        TenantStatus::Active => Status::Active,
        TenantStatus::Suspended => Status::Suspended,
        TenantStatus::Unspecified => {
            return Err(Error::internal(format!("federation {} has an unknown status", told.code)));
        }
    };
    let quotas = told.quotas.unwrap_or_default();
    let quotas = [(JOBS_IN_FLIGHT, quotas.jobs_in_flight), (CALLS_PER_MINUTE, quotas.calls_per_minute)];
    let quotas = quotas.into_iter().filter_map(|(name, limit)| Some((name.to_owned(), u64::from(limit?))));
    Ok(Tenant {
        id: told.id.parse().map_err(Error::internal)?,
        status,
        quotas: quotas.collect(),
        code: told.code,
        zone: told.zone,
        weight: told.weight,
        revision: i64::try_from(told.revision).map_err(Error::internal)?,
    })
}
