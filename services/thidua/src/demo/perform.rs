//! Campaigns on a platform: all at the same time, one after the other in what is told.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::actors::{Actors, Platform};
use super::board::Board;
use super::call::{Failure, Result};
use super::data::Campaign;
use super::report::{self, Published};
use super::stage::Stage;
use super::steps;

/// Plays all campaigns to their end, and says of each, in the order given, what was published or what stopped it.
pub async fn perform(
    platform: &Platform,
    campaigns: Vec<Campaign>,
    board: &Board,
) -> Vec<(String, Result<Published>)> {
    let mut at_work = JoinSet::new();
    let mut played: Vec<(String, Result<Published>)> = Vec::new();
    for (place, campaign) in campaigns.into_iter().enumerate() {
        let federation = campaign.federation.code.to_string();
        played.push((federation, Err(Failure::new("it was broken off"))));
        let (platform, board) = (platform.clone(), board.clone());
        at_work.spawn(async move { (place, play(platform, Arc::new(campaign), &board).await) });
    }
    while let Some(ended) = at_work.join_next().await {
        // A task that panicked leaves its place as it is.
        if let Ok((place, outcome)) = ended
            && let Some((_, kept)) = played.get_mut(place)
        {
            *kept = outcome;
        }
    }
    played
}

async fn play(platform: Platform, campaign: Arc<Campaign>, board: &Board) -> Result<Published> {
    let row = board.row(campaign.federation.code.as_str(), steps::count(&campaign));
    let outcome = play_in(platform, campaign, row.clone()).await;
    row.end(match &outcome {
        Ok(published) if published.changes == 0 => "everything was already there",
        Ok(_) => "published",
        Err(_) => "stopped",
    });
    outcome
}

async fn play_in(platform: Platform, campaign: Arc<Campaign>, row: super::board::Row) -> Result<Published> {
    row.begin("federation");
    let founded = steps::tenant::found(&platform, &campaign).await;
    let tenant = founded.map_err(|failure| failure.during("federation"))?;
    let changes = usize::from(tenant.new);
    row.done("federation", changes);
    let actors = Actors::of(platform.clone(), tenant.id).await?;
    let mut stage = Stage::new(campaign, actors, platform.clock.clone(), row, changes);
    steps::play(&platform, tenant, &mut stage).await?;
    report::read_back(&stage).await.map_err(|failure| failure.during("what was published"))
}
