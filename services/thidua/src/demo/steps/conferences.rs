//! The conferences of the blocs, convened by who is in the chair, with attendance and minutes.

use proto::competition::v1::conference_service_client::ConferenceServiceClient;
use proto::competition::v1::{
    Attendance, Conference, ConferenceKind as Kind, ConveneConferenceRequest, GetConferenceRequest,
    ListConferencesRequest, Minutes, RecordAttendanceRequest, RecordMinutesRequest,
};

use crate::demo::call::{Failure, PAGE, Result, pages};
use crate::demo::data::Bloc;
use crate::demo::data::shape::{self, ConferenceKind};
use crate::demo::stage::Stage;

/// Holds the conferences of these kinds.
pub(super) async fn hold(stage: &Stage, kinds: &[ConferenceKind]) -> Result<()> {
    for bloc in &stage.campaign.blocs {
        let due: Vec<_> = bloc.conferences.iter().filter(|c| kinds.contains(&c.kind)).collect();
        if due.is_empty() {
            continue;
        }
        let there = list(stage, bloc).await?;
        for conference in due {
            let like = |there: &&Conference| {
                there.kind() == kind(conference) && there.held_on == conference.held_on.as_str()
            };
            let there = there.iter().find(like).map(|there| there.id.clone());
            hold_one(stage, bloc, conference, there).await?;
        }
    }
    Ok(())
}

async fn list(stage: &Stage, bloc: &Bloc) -> Result<Vec<Conference>> {
    let admin = stage.admin()?;
    pages(|page_token| async move {
        let request = ListConferencesRequest {
            season: stage.season(),
            bloc: bloc.code.to_string(),
            page_size: PAGE,
            page_token,
        };
        let rpc = async |c, r| ConferenceServiceClient::new(c).list_conferences(r).await;
        let answer = stage.ask(admin, request, rpc).await?;
        Ok((answer.conferences, answer.next_page_token))
    })
    .await
}

async fn hold_one(
    stage: &Stage,
    bloc: &Bloc,
    conference: &shape::Conference,
    there: Option<String>,
) -> Result<()> {
    let chair = conference.chair.as_str();
    let there = match there {
        Some(conference_id) => {
            let request = GetConferenceRequest { conference_id };
            let rpc = async |c, r| ConferenceServiceClient::new(c).get_conference(r).await;
            stage.ask(chair, request, rpc).await?.conference
        }
        None => {
            let request = ConveneConferenceRequest { conference: Some(message(stage, bloc, conference)) };
            let rpc = async |c, r| ConferenceServiceClient::new(c).convene_conference(r).await;
            stage.act(chair, request, rpc).await?.conference
        }
    };
    let there = there.ok_or_else(|| Failure::new(format!("a conference of {} is not there", bloc.code)))?;
    if there.attendance.is_empty() {
        let attendance = attendance(stage, bloc, conference);
        let request = RecordAttendanceRequest { conference_id: there.id.clone(), attendance };
        let rpc = async |c, r| ConferenceServiceClient::new(c).record_attendance(r).await;
        stage.act(chair, request, rpc).await?;
    }
    if let (None, Some(minutes)) = (there.minutes, &conference.minutes) {
        let minutes =
            Minutes { number: minutes.number.clone(), text: minutes.text.clone(), ..Minutes::default() };
        let request = RecordMinutesRequest { conference_id: there.id, minutes: Some(minutes) };
        let rpc = async |c, r| ConferenceServiceClient::new(c).record_minutes(r).await;
        stage.act(chair, request, rpc).await?;
    }
    Ok(())
}

fn kind(conference: &shape::Conference) -> Kind {
    match conference.kind {
        ConferenceKind::Signing => Kind::Signing,
        ConferenceKind::Briefing => Kind::Briefing,
        ConferenceKind::Scoring => Kind::Scoring,
        ConferenceKind::Summary => Kind::Summary,
    }
}

fn message(stage: &Stage, bloc: &Bloc, conference: &shape::Conference) -> Conference {
    let accounts = stage.campaign.accounts();
    let chair = accounts.iter().find(|account| account.login == conference.chair.as_str());
    Conference {
        season: stage.season(),
        bloc: bloc.code.to_string(),
        kind: kind(conference).into(),
        held_on: conference.held_on.to_string(),
        place: conference.place.clone(),
        chair: chair.map(|chair| format!("{}, {}", chair.name, chair.title)).unwrap_or_default(),
        secretary: conference.secretary.clone(),
        ..Conference::default()
    }
}

/// For every unit that was there its officer came.
fn attendance(stage: &Stage, bloc: &Bloc, conference: &shape::Conference) -> Vec<Attendance> {
    let present = |unit| !conference.absent.contains(unit);
    let officer = |unit| stage.campaign.units.get(unit).map(|unit| unit.officer.clone()).unwrap_or_default();
    let attendance = bloc.members.iter().map(|unit| Attendance {
        unit: unit.to_string(),
        present: present(unit),
        representative: if present(unit) { officer(unit) } else { String::new() },
    });
    attendance.collect()
}
