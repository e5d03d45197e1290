use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{CreateSeasonRequest, CreateSeasonResponse, SeasonChanged};
use tonic::Request;

use crate::domain::seasons::{NewSeason, Season};
use crate::rpc::Ground;
use crate::store::seasons;

pub(super) async fn create_season(
    ground: &Ground,
    request: Request<CreateSeasonRequest>,
) -> Result<CreateSeasonResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let season = faults.required("season", request.season.as_ref());
    let season = season.and_then(|season| NewSeason::parse("season", season, &mut faults));
    let season = Season::new(faults.finish(season)?);

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        seasons::add(tx, &season).await?;
        tx.publish(&SeasonChanged { season: Some(season.to_proto()) });
        tx.record(Act::new("season.created", "season", season.code()));
        Ok(CreateSeasonResponse { season: Some(season.to_proto()) })
    })
    .await
}
