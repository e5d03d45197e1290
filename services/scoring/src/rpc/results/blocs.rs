use platform::db::TenantTx;
use platform::input::Faults;
use platform::tenancy::Principal;
use platform::{Error, Result, auth};
use prost::Message as _;
use proto::scoring::v1::{GetBlocStandingsRequest, GetBlocStandingsResponse, Standing};
use tonic::Request;

use super::Results;
use super::source::{Chosen, Source};
use crate::domain::live::LiveBloc;
use crate::domain::runs::Asker;
use crate::error;
use crate::store::{run_blocs, run_units};

pub(super) async fn get_bloc_standings(
    service: &Results,
    request: Request<GetBlocStandingsRequest>,
) -> Result<GetBlocStandingsResponse> {
    let caller = auth::principal(&request)?;
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let bloc = faults.code("bloc", &asked.bloc);
    let source = Source::parse(asked.source.as_ref(), &mut faults);
    let ((season, bloc), source) = faults.finish(season.zip(bloc).zip(source))?;
    let stored = match source {
        Source::Stored(stored) => stored,
        Source::Live => return live(service, caller, LiveBloc { season, bloc }).await,
    };

    let tx = service.db.read(caller).await?;
    let chosen = stored.find(&tx, &season).await?;
    let answer = of_run(service, &tx, &chosen, &bloc).await?;
    if !chosen.published && !may_read(Asker::of(caller), &season, &bloc, &answer.standings) {
        let what = format!("bloc {bloc:?} in run {}, which is not published", chosen.run.number);
        return Err(error::out_of_scope(&what));
    }
    Ok(GetBlocStandingsResponse { origin: Some(chosen.origin()), ..answer })
}

/// The standings as the sheets are now.
async fn live(service: &Results, caller: &Principal, of: LiveBloc) -> Result<GetBlocStandingsResponse> {
    let asker = Asker::of(caller);
    let refusal = || error::out_of_scope(&format!("live standings of {of}"));
    if !asker.reads_live(&of) {
        return Err(refusal());
    }
    let answer = service.peers.live_standings(caller, &of).await?;
    if may_read(asker, &of.season, &of.bloc, &answer.standings) { Ok(answer) } else { Err(refusal()) }
}

/// What the run has of the bloc. It never changes, so it is kept.
async fn of_run(
    service: &Results,
    tx: &TenantTx,
    chosen: &Chosen,
    bloc: &str,
) -> Result<GetBlocStandingsResponse> {
    let id = chosen.run.id;
    let key = format!("standings/{id}/{bloc}");
    let kept = service.cache.get_or_load(tx.tenant_id(), &key, async || {
        let found = run_blocs::get(tx, id, bloc).await?;
        let found = found.ok_or_else(|| error::not_in_run(&chosen.run, &format!("bloc {bloc:?}")))?;
        let standings = run_units::of_bloc(tx, id, bloc).await?;
        let answer = GetBlocStandingsResponse {
            origin: None,
            bloc_name: found.name,
            summary: Some(found.summary),
            standings,
        };
        Ok(answer.encode_to_vec().into())
    });
    GetBlocStandingsResponse::decode(kept.await?).map_err(Error::internal)
}

/// Whether they may read results of the bloc that are not published.
fn may_read(asker: Asker<'_>, season: &str, bloc: &str, standings: &[Standing]) -> bool {
    let own = asker.officer_of();
    asker.reads_all()
        || asker.leads(season, bloc)
        || standings.iter().any(|standing| own.contains(&standing.unit.as_str()))
}
