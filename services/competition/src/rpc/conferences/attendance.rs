use platform::audit::Act;
use platform::input::Faults;
use platform::{Result, idempotency};
use proto::competition::v1::{RecordAttendanceRequest, RecordAttendanceResponse};
use tonic::Request;

use super::whole;
use crate::domain::conferences::{ConferenceId, attendance_of, parse_attendance};
use crate::rpc::{Ground, scope};
use crate::store::{blocs, conference_attendance, conferences, seasons};

pub(super) async fn record_attendance(
    ground: &Ground,
    request: Request<RecordAttendanceRequest>,
) -> Result<RecordAttendanceResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    let mut faults = Faults::new();
    let id: Option<ConferenceId> = faults.id("conference_id", &request.conference_id);
    let named = parse_attendance(&request.attendance, &mut faults);
    let (id, named) = faults.finish(id.zip(named))?;
    let by = ground.organizations.signature(&caller).await?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        // A conference never changes its bloc, so that it may be read before its season is held.
        let conference = conferences::get(tx, id).await?;
        scope::of_bloc_or_admin(&caller, &conference.season, &conference.bloc)?;
        seasons::hold(tx, &conference.season).await?;
        let members = blocs::get(tx, &conference.season, &conference.bloc).await?.members;
        let mut faults = Faults::new();
        let attendance = attendance_of(&members, named, &mut faults);
        let attendance = faults.finish(attendance)?;
        conference_attendance::add(tx, id, &attendance, by).await?;
        let act = Act::new("conference.attendance_recorded", "conference", id);
        tx.record(act.with("season", conference.season.as_str()));
        Ok(RecordAttendanceResponse { conference: Some(whole(tx, &conference).await?) })
    })
    .await
}
