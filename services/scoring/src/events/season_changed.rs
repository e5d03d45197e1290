//! A season of competition changed, or what lies in it.

use platform::Result;
use platform::cache::Cache;
use platform::db::TenantTx;
use platform::events::{Handler, Received};
use proto::competition::v1::{CampaignChanged, SeasonChanged};

use crate::peers::Peers;

/// Its name, dates, phases or pinned sets.
pub(super) struct SeasonMoved(pub(super) Cache);

impl Handler for SeasonMoved {
    type Message = SeasonChanged;

    // The change was committed before it was published: nothing old can be read after this.
    async fn handle(&self, _: &TenantTx, event: Received<SeasonChanged>) -> Result<()> {
        let season = event.message.season.unwrap_or_default();
        Peers::season_changed(&self.0, event.tenant, &season.code).await
    }
}

/// Its policy, blocs, targets, votes or decisions.
pub(super) struct CampaignMoved(pub(super) Cache);

impl Handler for CampaignMoved {
    type Message = CampaignChanged;

    async fn handle(&self, _: &TenantTx, event: Received<CampaignChanged>) -> Result<()> {
        Peers::season_changed(&self.0, event.tenant, &event.message.season).await
    }
}
