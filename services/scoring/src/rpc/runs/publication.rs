use std::cmp::Reverse;

use platform::input::Faults;
use platform::{Result, auth};
use proto::scoring::v1::{GetPublicationRequest, GetPublicationResponse};
use tonic::Request;

use super::Runs;
use crate::domain::runs::{Run, State};
use crate::store::{publications, runs};

pub(super) async fn get_publication(
    service: &Runs,
    request: Request<GetPublicationRequest>,
) -> Result<GetPublicationResponse> {
    let mut faults = Faults::new();
    let season = faults.code("season", &request.get_ref().season);
    let season = faults.finish(season)?;
    let tx = service.db.read(auth::principal(&request)?).await?;
    let current = publications::current(&tx, &season).await?;
    let mut published = runs::of(&tx, Some(&season)).await?;
    published.retain(|run| run.state == State::Published);
    published.sort_by_key(|run| Reverse(run.number));
    let (now, earlier): (Vec<Run>, Vec<Run>) = published.into_iter().partition(|run| Some(run.id) == current);
    Ok(GetPublicationResponse {
        current: now.first().map(Run::to_published),
        earlier: earlier.iter().map(Run::to_published).collect(),
    })
}
