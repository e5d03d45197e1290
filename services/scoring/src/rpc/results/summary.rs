use platform::input::Faults;
use platform::{Error, Result, auth};
use prost::Message as _;
use proto::scoring::v1::{BlocSummary, GetFederationSummaryRequest, GetFederationSummaryResponse};
use tonic::Request;

use super::Results;
use super::source::Stored;
use crate::domain::runs::Asker;
use crate::store::run_blocs;

pub(super) async fn get_federation_summary(
    service: &Results,
    request: Request<GetFederationSummaryRequest>,
) -> Result<GetFederationSummaryResponse> {
    let caller = auth::principal(&request)?;
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let source = Stored::parse(asked.source.as_ref(), &mut faults);
    let (season, source) = faults.finish(season.zip(source))?;

    let tx = service.db.read(caller).await?;
    let chosen = source.find(&tx, &season).await?;
    chosen.require_reader(Asker::of(caller))?;
    let id = chosen.run.id;
    // A run never changes, so what it says is kept.
    let key = format!("summary/{id}");
    let kept = service.cache.get_or_load(tx.tenant_id(), &key, async || {
        let federation = run_blocs::federation(&tx, id).await?;
        let blocs = run_blocs::all(&tx, id).await?.into_iter().map(|bloc| BlocSummary {
            bloc: bloc.code,
            name: bloc.name,
            summary: Some(bloc.summary),
        });
        let blocs = blocs.collect();
        let answer = GetFederationSummaryResponse { origin: None, federation: Some(federation), blocs };
        Ok(answer.encode_to_vec().into())
    });
    let answer = GetFederationSummaryResponse::decode(kept.await?).map_err(Error::internal)?;
    Ok(GetFederationSummaryResponse { origin: Some(chosen.origin()), ..answer })
}
