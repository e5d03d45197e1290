use platform::audit::Act;
use platform::input::Faults;
use platform::tenancy::Principal;
use platform::{Result, idempotency};
use proto::competition::v1::sign_pact_request::Party as Asked;
use proto::competition::v1::{PhaseKind, SignPactRequest, SignPactResponse, pact_party};
use tonic::Request;

use crate::domain::pacts::Party;
use crate::rpc::{Ground, scope};
use crate::store::{pacts, seasons};

pub(super) async fn sign_pact(
    ground: &Ground,
    request: Request<SignPactRequest>,
) -> Result<SignPactResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let bloc = faults.code("bloc", &request.bloc);
    let party = request.party.clone().map(|party| match party {
        Asked::Unit(unit) => pact_party::Party::Unit(unit),
        Asked::Federation(federation) => pact_party::Party::Federation(federation),
    });
    let party = Party::parse("", party.as_ref(), &mut faults);
    let ((season, bloc), party) = faults.finish(season.zip(bloc).zip(party))?;
    check_scope(&caller, &party)?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        seasons::hold(tx, &season).await?.require_open(&[PhaseKind::Pact])?;
        let pact = pacts::get(tx, &season, &bloc).await?.signed(&party, by)?;
        pacts::put(tx, &pact).await?;
        let act = Act::new("pact.signed", "bloc", &bloc).with("season", season.as_str());
        tx.record(act.with("party", party.to_string()));
        Ok(SignPactResponse { pact: Some(pact.to_proto()) })
    })
    .await
}

fn check_scope(caller: &Principal, party: &Party) -> Result<()> {
    match party {
        Party::Unit(unit) => scope::of_unit(caller, unit),
        Party::Federation => scope::of_federation(caller),
    }
}
