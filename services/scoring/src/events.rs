//! What scoring does when something happened elsewhere.

mod season_changed;

use platform::cache::Cache;
use platform::events::Consumer;

use season_changed::{CampaignMoved, SeasonMoved};

/// Forgets what is kept of a season that changed.
pub(crate) fn forget_seasons(cache: &Cache) -> Consumer {
    Consumer::new("forget-seasons").on(SeasonMoved(cache.clone())).on(CampaignMoved(cache.clone()))
}
