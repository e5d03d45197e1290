use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{UpdateSeasonRequest, UpdateSeasonResponse};
use tonic::Request;

use crate::domain::seasons::SeasonChange;
use crate::rpc::Ground;
use crate::rpc::change::{Stale, season_changed};
use crate::store::{policies, seasons};

pub(super) async fn update_season(
    ground: &Ground,
    request: Request<UpdateSeasonRequest>,
) -> Result<UpdateSeasonResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let change = SeasonChange::parse(&request, &mut faults);
    let change = faults.finish(change)?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let season = seasons::hold(tx, &change.code).await?;
        let policy = policies::find(tx, season.code()).await?;
        let layers = policy.as_ref().map(|(policy, _)| policy.layers.as_slice());
        let mut faults = Faults::new();
        let changed = change.apply(&season, layers, &mut faults);
        let changed = faults.finish(changed)?;
        if changed == season {
            return Ok(UpdateSeasonResponse { season: Some(season.to_proto()) });
        }
        seasons::change(tx, &changed).await?;
        // Who is ranked depends on the last day, and on nothing else of what is changed here.
        let last_day = changed.about.ends_on != season.about.ends_on;
        let stale = if last_day { Stale::Everything } else { Stale::Nothing };
        let act = Act::new("season.changed", "season", season.code());
        let season = season_changed(tx, season.code(), stale, act).await?;
        Ok(UpdateSeasonResponse { season: Some(season.to_proto()) })
    })
    .await
}
