use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{ConveneConferenceRequest, ConveneConferenceResponse};
use tonic::Request;

use crate::domain::conferences::{Conference, ConferenceId};
use crate::rpc::{Ground, scope};
use crate::store::{blocs, conferences, seasons};

pub(super) async fn convene_conference(
    ground: &Ground,
    request: Request<ConveneConferenceRequest>,
) -> Result<ConveneConferenceResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let given = faults.required("conference", request.conference.as_ref());
    if let Some(given) = given {
        scope::of_bloc_or_admin(&caller, &given.season, &given.bloc)?;
    }
    let id = ConferenceId(ground.db.ids().next());
    let conference = given.and_then(|given| Conference::parse("conference", id, given, &mut faults));
    let conference = faults.finish(conference)?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        seasons::hold(tx, &conference.season).await?;
        blocs::get(tx, &conference.season, &conference.bloc).await?;
        conferences::add(tx, &conference, by).await?;
        let act = Act::new("conference.convened", "conference", id);
        tx.record(act.with("season", conference.season.as_str()).with("bloc", conference.bloc.as_str()));
        Ok(ConveneConferenceResponse { conference: Some(conference.to_proto()) })
    })
    .await
}
