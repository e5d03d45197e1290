use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{RecordMinutesRequest, RecordMinutesResponse};
use tonic::Request;

use super::whole;
use crate::domain::conferences::{ConferenceId, Minutes};
use crate::rpc::{Ground, scope};
use crate::store::{conference_minutes, conferences, seasons};

pub(super) async fn record_minutes(
    ground: &Ground,
    request: Request<RecordMinutesRequest>,
) -> Result<RecordMinutesResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let id: Option<ConferenceId> = faults.id("conference_id", &request.conference_id);
    let given = faults.required("minutes", request.minutes.as_ref());
    let minutes = given.and_then(|given| Minutes::parse("minutes", given, &mut faults));
    let (id, minutes) = faults.finish(id.zip(minutes))?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        // A conference never changes its bloc, so that it may be read before its season is held.
        let conference = conferences::get(tx, id).await?;
        scope::of_bloc_or_admin(&caller, &conference.season, &conference.bloc)?;
        seasons::hold(tx, &conference.season).await?;
        let version = conference_minutes::add(tx, id, minutes, by).await?;
        let act = Act::new("conference.minutes_recorded", "conference", id);
        tx.record(act.with("season", conference.season.as_str()).with("version", version));
        Ok(RecordMinutesResponse { conference: Some(whole(tx, &conference).await?) })
    })
    .await
}
