//! Live standings as they are kept: the rows say which version there is, and versions never change.

use platform::cache::Lookup;
use platform::db::TenantTx;
use platform::ids::TenantId;
use platform::tenancy::{Principal, TenantScope as _};
use platform::{Error, Result};
use prost::Message as _;
use proto::scoring::v1::GetBlocStandingsResponse;

use super::Peers;
use crate::domain::live::{self, Live, LiveBloc};
use crate::error;
use crate::standings;
use crate::store::live_standings;

impl Peers {
    /// The live standings of a bloc, with their origin. Those of a bloc that was never computed are computed now.
    pub(crate) async fn live_standings(
        &self,
        caller: &Principal,
        of: &LiveBloc,
    ) -> Result<GetBlocStandingsResponse> {
        let tx = self.db.read(caller).await?;
        let Some(live) = computed(&tx, of).await? else {
            drop(tx);
            return self.computed_now(caller, of).await;
        };
        let tenant = caller.tenant()?;
        let bytes = match self.cache.get(tenant, &key(of, live.version)).await {
            Lookup::Hit(bytes) => bytes,
            Lookup::Miss(miss) => {
                let bytes = live_standings::standings(&tx, of, live.version).await?;
                let bytes = prost::bytes::Bytes::from(bytes.ok_or_else(|| nothing_kept(of))?);
                self.cache.put(miss, bytes.clone()).await;
                bytes
            }
        };
        let answer = GetBlocStandingsResponse::decode(bytes).map_err(Error::internal)?;
        let origin = live::origin(live.computed_at, live.stale_since);
        Ok(GetBlocStandingsResponse { origin: Some(origin), ..answer })
    }

    /// Forgets what is kept of a version that another one has replaced.
    pub(crate) async fn forget_live(&self, tenant: TenantId, of: &LiveBloc, version: u64) {
        // Nobody asks for it any more: it may as well go by age.
        let _ = self.cache.invalidate(tenant, &key(of, version)).await;
    }

    async fn computed_now(&self, caller: &Principal, of: &LiveBloc) -> Result<GetBlocStandingsResponse> {
        let now = self.db.ids().clock().now();
        let computed = standings::compute(self, caller, of).await?;
        let answer = computed.outcome.map_err(|fault| error::live_invalid(of, &fault))?;
        Ok(GetBlocStandingsResponse { origin: Some(live::origin(Some(now), None)), ..answer })
    }
}

/// What is known of the bloc, where it was computed; refused where its campaign has faults.
async fn computed(tx: &TenantTx, of: &LiveBloc) -> Result<Option<Live>> {
    match live_standings::get(tx, of).await? {
        Some(live) if !live.fault.is_empty() => Err(error::live_invalid(of, &live.fault)),
        known => Ok(known.filter(|live| live.version > 0)),
    }
}

fn nothing_kept(of: &LiveBloc) -> Error {
    Error::internal(format!("{of} was computed and has no standings"))
}

fn key(of: &LiveBloc, version: u64) -> String {
    format!("live/{}/{}/{version}", of.season, of.bloc)
}
