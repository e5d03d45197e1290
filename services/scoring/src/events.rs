//! What scoring does when something happened elsewhere.

mod season_changed;
mod stale;

use platform::cache::Cache;
use platform::events::Consumer;

use season_changed::{CampaignMoved, SeasonMoved};
use stale::{CampaignIsOther, UnitsAreOthers};

/// Forgets what is kept of a season that changed.
pub(crate) fn forget_seasons(cache: &Cache) -> Consumer {
    Consumer::new("forget-seasons").on(SeasonMoved(cache.clone())).on(CampaignMoved(cache.clone()))
}

/// Marks live standings and runs as stale.
pub(crate) fn mark_stale() -> Consumer {
    Consumer::new("mark-stale").on(CampaignIsOther).on(UnitsAreOthers)
}
