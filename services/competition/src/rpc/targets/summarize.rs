use std::collections::BTreeSet;

use platform::input::Faults;
use platform::{Result, auth};
use proto::competition::v1::summarize_targets_request::Of;
use proto::competition::v1::{SummarizeTargetsRequest, SummarizeTargetsResponse};
use tonic::Request;

use crate::domain::summary::summarize;
use crate::rpc::Ground;
use crate::store::{blocs, seasons, targets};

pub(super) async fn summarize_targets(
    ground: &Ground,
    request: Request<SummarizeTargetsRequest>,
) -> Result<SummarizeTargetsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    match &asked.of {
        Some(Of::Unit(unit)) => faults.code("unit", unit),
        Some(Of::Bloc(bloc)) => faults.code("bloc", bloc),
        None => None,
    };
    let season = faults.finish(season)?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    seasons::require(&tx, &season).await?;
    let found = match &asked.of {
        Some(Of::Unit(unit)) => targets::of_units(&tx, &season, &BTreeSet::from([unit.clone()])).await?,
        Some(Of::Bloc(bloc)) => {
            let members = blocs::get(&tx, &season, bloc).await?.members;
            targets::of_units(&tx, &season, &members).await?
        }
        None => targets::all(&tx, &season).await?,
    };
    Ok(summarize(&found))
}
