use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{PhaseKind, WithdrawPactRequest, WithdrawPactResponse};
use tonic::Request;

use crate::rpc::{Ground, scope};
use crate::store::{pact_withdrawals, pacts, seasons};

pub(super) async fn withdraw_pact(
    ground: &Ground,
    request: Request<WithdrawPactRequest>,
) -> Result<WithdrawPactResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    scope::of_bloc_or_admin(&caller, &request.season, &request.bloc)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let bloc = faults.code("bloc", &request.bloc);
    let reason = faults.text("reason", &request.reason);
    let ((season, bloc), reason) = faults.finish(season.zip(bloc).zip(reason))?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        seasons::hold(tx, &season).await?.require_open(&[PhaseKind::Pact])?;
        let pact = pacts::get(tx, &season, &bloc).await?.withdrawn()?;
        pacts::put(tx, &pact).await?;
        pact_withdrawals::add(tx, &pact, &reason, by).await?;
        tx.record(Act::new("pact.withdrawn", "bloc", &bloc).with("season", season.as_str()));
        Ok(WithdrawPactResponse { pact: Some(pact.to_proto()) })
    })
    .await
}
