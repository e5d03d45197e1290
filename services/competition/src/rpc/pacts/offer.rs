use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{OfferPactRequest, OfferPactResponse, PhaseKind};
use tonic::Request;

use crate::rpc::{Ground, scope};
use crate::store::{blocs, pacts, seasons};

pub(super) async fn offer_pact(
    ground: &Ground,
    request: Request<OfferPactRequest>,
) -> Result<OfferPactResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    scope::of_bloc_or_admin(&caller, &request.season, &request.bloc)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let bloc = faults.code("bloc", &request.bloc);
    let (season, bloc) = faults.finish(season.zip(bloc))?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        seasons::hold(tx, &season).await?.require_open(&[PhaseKind::Pact])?;
        let members = blocs::get(tx, &season, &bloc).await?.members;
        let pact = pacts::get(tx, &season, &bloc).await?.offered(&members)?;
        pacts::put(tx, &pact).await?;
        tx.record(Act::new("pact.offered", "bloc", &bloc).with("season", season.as_str()));
        Ok(OfferPactResponse { pact: Some(pact.to_proto()) })
    })
    .await
}
