use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{PactState, PhaseKind, PutPactRequest, PutPactResponse};
use tonic::Request;

use crate::domain::pacts::{Pact, check_parties};
use crate::rpc::{Ground, scope};
use crate::store::{blocs, pacts, seasons};

pub(super) async fn put_pact(ground: &Ground, request: Request<PutPactRequest>) -> Result<PutPactResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let given = faults.required("pact", request.pact.as_ref());
    if let Some(given) = given {
        scope::of_bloc_or_admin(&caller, &given.season, &given.bloc)?;
    }
    let by = ground.organizations.signature(&caller).await?;
    let pact = given.and_then(|pact| Pact::parse("pact", pact, by, &mut faults));
    let pact = faults.finish(pact)?;
    let parties = given.map(|pact| pact.parties.as_slice()).unwrap_or_default();

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        seasons::hold(tx, &pact.season).await?.require_open(&[PhaseKind::Pact])?;
        let bloc = blocs::get(tx, &pact.season, &pact.bloc).await?;
        if let Some(present) = pacts::find(tx, &pact.season, &pact.bloc).await? {
            present.require(PactState::Draft, "is no draft any more")?;
        }
        let mut faults = Faults::new();
        check_parties("pact.parties", parties, &bloc.members, &mut faults);
        faults.none()?;
        pacts::put(tx, &pact).await?;
        tx.record(Act::new("pact.put", "bloc", &pact.bloc).with("season", pact.season.as_str()));
        Ok(PutPactResponse { pact: Some(pact.to_proto()) })
    })
    .await
}
