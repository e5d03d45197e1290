use platform::input::Faults;
use platform::{Result, auth};
use proto::competition::v1::{
    CommendationCount, CommendationState, CountCommendationsRequest, CountCommendationsResponse,
};
use tonic::Request;

use super::sees_all;
use crate::domain::commendations::is_public;
use crate::rpc::Ground;
use crate::store::{commendations, seasons};

pub(super) async fn count_commendations(
    ground: &Ground,
    request: Request<CountCommendationsRequest>,
) -> Result<CountCommendationsResponse> {
    let asked = request.get_ref();
    let caller = auth::principal(&request)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let state = match asked.state {
        0 => Some(CommendationState::Awarded),
        state => faults.choice("state", state),
    };
    let (season, state) = faults.finish(season.zip(state))?;
    let tx = ground.db.read(caller).await?;
    seasons::require(&tx, &season).await?;
    if !sees_all(caller) && !is_public(state) {
        return Ok(CountCommendationsResponse { counts: Vec::new() });
    }
    let counts = commendations::counts(&tx, &season, state).await?;
    let counts = counts.into_iter().map(|((kind, level), count)| CommendationCount {
        kind: kind.into(),
        level: level.into(),
        collectives: count.collectives,
        individuals: count.individuals,
    });
    Ok(CountCommendationsResponse { counts: counts.collect() })
}
