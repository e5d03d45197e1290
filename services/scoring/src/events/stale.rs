//! What live standings and runs rest on changed.

use platform::Result;
use platform::db::TenantTx;
use platform::events::{Handler, Received};
use proto::competition::v1::CampaignChanged;
use proto::organizations::v1::UnitsChanged;

use crate::store::staleness;

/// A season's policy, blocs, targets, votes or decisions.
pub(super) struct CampaignIsOther;

impl Handler for CampaignIsOther {
    type Message = CampaignChanged;

    async fn handle(&self, tx: &TenantTx, event: Received<CampaignChanged>) -> Result<()> {
        let CampaignChanged { season, revision, blocs } = event.message;
        staleness::campaign_changed(tx, &season, revision, &blocs, event.created_at).await
    }
}

/// Units or their facts.
pub(super) struct UnitsAreOthers;

impl Handler for UnitsAreOthers {
    type Message = UnitsChanged;

    async fn handle(&self, tx: &TenantTx, event: Received<UnitsChanged>) -> Result<()> {
        let UnitsChanged { revision, units } = event.message;
        staleness::units_changed(tx, revision, &units, event.created_at).await
    }
}
