//! A bloc's leader convenes its conferences and records who was there and what was agreed.

use platform::tenancy::Grant;
use platform::transport::Connection;
use proto::common::v1::Role;
use proto::competition::v1::bloc_service_client::BlocServiceClient;
use proto::competition::v1::conference_service_client::ConferenceServiceClient;
use proto::competition::v1::{
    Attendance, Conference, ConferenceKind, ConveneConferenceRequest, CreateBlocRequest,
    GetConferenceRequest, ListAttendanceHistoryRequest, ListConferencesRequest, ListMinutesHistoryRequest,
    Minutes, RecordAttendanceRequest, RecordMinutesRequest, RecordedAttendance,
};
use tonic::{Code, Status};

use super::season::{BLOC, Campaign, SEASON, bloc, prepare_bloc};
use crate::support::refusal::{fields, reason};
use crate::support::world::{World, journeys};

journeys!(
    a_scoring_conference_is_convened_attended_and_recorded,
    only_the_blocs_leader_and_the_administrator_write,
    conferences_are_listed_by_day_the_latest_first,
    all_that_is_wrong_with_a_conference_is_said_at_once,
);

type Client = ConferenceServiceClient<Connection>;

async fn as_role(federation: &Campaign<'_>, name: &str, grant: Grant) -> Client {
    let person = federation.person(name, vec![grant]).await;
    Client::new(federation.competition(&person))
}

async fn leader(federation: &Campaign<'_>) -> Client {
    as_role(federation, "khoi-truong", Grant::of_bloc(Role::BlocLeader, SEASON, BLOC)).await
}

/// A scoring conference on this day.
fn conference(bloc: &str, held_on: &str) -> Conference {
    Conference {
        season: SEASON.to_owned(),
        bloc: bloc.to_owned(),
        kind: ConferenceKind::Scoring.into(),
        held_on: held_on.to_owned(),
        place: "Hội trường LĐLĐ tỉnh".to_owned(),
        chair: "Bà Lê Thị Hoa, Khối trưởng".to_owned(),
        ..Conference::default()
    }
}

async fn convene(client: &mut Client, conference: Conference) -> Result<Conference, Status> {
    let request = ConveneConferenceRequest { conference: Some(conference) };
    Ok(client.convene_conference(request).await?.into_inner().conference.expect("a conference"))
}

async fn get(client: &mut Client, id: &str) -> Result<Conference, Status> {
    let request = GetConferenceRequest { conference_id: id.to_owned() };
    Ok(client.get_conference(request).await?.into_inner().conference.expect("a conference"))
}

fn attendance(unit: &str, present: bool, representative: &str) -> Attendance {
    Attendance { unit: unit.to_owned(), present, representative: representative.to_owned() }
}

async fn record_attendance(
    client: &mut Client,
    id: &str,
    attendance: Vec<Attendance>,
) -> Result<Vec<Attendance>, Status> {
    let request = RecordAttendanceRequest { conference_id: id.to_owned(), attendance };
    let answer = client.record_attendance(request).await?.into_inner();
    Ok(answer.conference.expect("a conference").attendance)
}

async fn record_minutes(client: &mut Client, id: &str, minutes: Minutes) -> Result<Minutes, Status> {
    let request = RecordMinutesRequest { conference_id: id.to_owned(), minutes: Some(minutes) };
    let answer = client.record_minutes(request).await?.into_inner();
    Ok(answer.conference.expect("a conference").minutes.expect("minutes"))
}

fn minutes(number: &str, text: &str) -> Minutes {
    Minutes { number: number.to_owned(), text: text.to_owned(), ..Minutes::default() }
}

async fn a_scoring_conference_is_convened_attended_and_recorded(world: &World) {
    let federation = Campaign::of(world, "ba-ria-vung-tau").await;
    let members = ["brvt-01", "brvt-02", "brvt-03", "brvt-04", "brvt-05", "brvt-06"];
    prepare_bloc(&federation, &members).await;
    let mut leader = leader(&federation).await;
    // What is output only is ignored.
    let asked = Conference {
        id: "0".to_owned(),
        attendance: vec![attendance("brvt-01", true, "")],
        minutes: Some(minutes("", "Không")),
        ..conference(BLOC, "2022-11-25")
    };
    let convened = convene(&mut leader, asked).await.expect("convened");
    assert_eq!(convened, Conference { id: convened.id.clone(), ..conference(BLOC, "2022-11-25") });

    let there = |unit: &&str| attendance(unit, true, "Chủ tịch");
    let all = members.iter().map(there).rev().collect();
    let recorded = record_attendance(&mut leader, &convened.id, all).await.expect("recorded");
    assert_eq!(recorded, members.iter().map(there).collect::<Vec<_>>());
    // Those that are not named were not there.
    let corrected = vec![attendance("brvt-04", true, ""), attendance("brvt-02", false, "")];
    let recorded = record_attendance(&mut leader, &convened.id, corrected).await.expect("recorded");
    let expected = members.map(|unit| attendance(unit, unit == "brvt-04", ""));
    assert_eq!(recorded, expected);

    let first = record_minutes(&mut leader, &convened.id, minutes("03/BB-KTĐ", "06/06 đơn vị đạt tốt")).await;
    let first = first.expect("recorded");
    assert_eq!((first.version, first.recorded.expect("who").name), (1, "khoi-truong".to_owned()));
    let signed = Minutes {
        number: "03/BB-KTĐ".to_owned(),
        reference: "https://example.vn/bien-ban/03".to_owned(),
        sha256: "0f".repeat(32),
        ..Minutes::default()
    };
    let second = record_minutes(&mut leader, &convened.id, signed.clone()).await.expect("recorded");
    assert_eq!(Minutes { version: 0, recorded: None, ..second.clone() }, signed);
    assert_eq!(second.version, 2);

    let mut member = as_role(&federation, "doan-vien", Grant::of_unit(Role::Member, "brvt-01")).await;
    let read = get(&mut member, &convened.id).await.expect("read");
    let newest = Some(second.clone());
    assert_eq!(read, Conference { attendance: expected.to_vec(), minutes: newest, ..convened.clone() });

    // What held before stays readable, page by page.
    let (latest, earlier) =
        (said(&mut member, &convened.id, 1).await, said(&mut member, &convened.id, 0).await);
    assert_eq!(latest, earlier);
    let versions: Vec<_> = latest.iter().map(|said| (said.version, said.attendance.as_slice())).collect();
    let all: Vec<_> = members.iter().map(there).collect();
    assert_eq!(versions, [(2, expected.as_slice()), (1, all.as_slice())]);
    assert!(latest.iter().all(|said| said.recorded.as_ref().is_some_and(|act| act.name == "khoi-truong")));
    let mut request =
        ListMinutesHistoryRequest { conference_id: convened.id.clone(), page_size: 1, ..Default::default() };
    let page = member.list_minutes_history(request.clone()).await.expect("a page").into_inner();
    assert_eq!(page.minutes, [second]);
    request.page_token = page.next_page_token;
    let page = member.list_minutes_history(request).await.expect("a page").into_inner();
    let texts: Vec<_> = page.minutes.iter().map(|old| (old.version, old.text.as_str())).collect();
    assert_eq!((texts, page.next_page_token.as_str()), (vec![(1, "06/06 đơn vị đạt tốt")], ""));
    let unknown = ListAttendanceHistoryRequest { conference_id: SEASON.to_owned(), ..Default::default() };
    let refused = member.list_attendance_history(unknown).await.expect_err("no id");
    assert_eq!(fields(&refused)[0].0, "conference_id");
}

/// All that was said about who was there, the latest first.
async fn said(client: &mut Client, id: &str, page_size: u32) -> Vec<RecordedAttendance> {
    let mut request =
        ListAttendanceHistoryRequest { conference_id: id.to_owned(), page_size, ..Default::default() };
    let mut said = Vec::new();
    loop {
        let page = client.list_attendance_history(request.clone()).await.expect("a page").into_inner();
        said.extend(page.recorded);
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            return said;
        }
    }
}

async fn only_the_blocs_leader_and_the_administrator_write(world: &World) {
    let federation = Campaign::of(world, "thai-nguyen").await;
    prepare_bloc(&federation, &["tn-01", "tn-02"]).await;
    let other = CreateBlocRequest { bloc: Some(bloc("cum-2", &[])) };
    let mut blocs = BlocServiceClient::new(federation.competition(&federation.admin));
    blocs.create_bloc(other).await.expect("a bloc");
    let mut leader = leader(&federation).await;
    let mut admin = Client::new(federation.competition(&federation.admin));
    let elsewhere = convene(&mut leader, conference("cum-2", "2023-11-24")).await.expect_err("refused");
    assert_eq!((elsewhere.code(), reason(&elsewhere).as_str()), (Code::PermissionDenied, "OUT_OF_SCOPE"));
    let convened = convene(&mut admin, conference("cum-2", "2023-11-24")).await.expect("convened");
    let there = vec![attendance("tn-01", true, "")];
    let refused = record_attendance(&mut leader, &convened.id, there.clone()).await.expect_err("refused");
    assert_eq!(reason(&refused), "OUT_OF_SCOPE");
    let refused = record_minutes(&mut leader, &convened.id, minutes("", "Họp")).await.expect_err("refused");
    assert_eq!(reason(&refused), "OUT_OF_SCOPE");
    let stranger = record_attendance(&mut admin, &convened.id, there.clone()).await.expect_err("refused");
    assert_eq!(fields(&stranger), [("attendance[0].unit".to_owned(), "NOT_A_MEMBER".to_owned())]);
    let unchanged = get(&mut admin, &convened.id).await.expect("read");
    assert_eq!((unchanged.attendance, unchanged.minutes), (Vec::new(), None));

    let nowhere = convene(&mut admin, conference("cum-9", "2023-11-24")).await.expect_err("refused");
    assert_eq!((nowhere.code(), reason(&nowhere).as_str()), (Code::NotFound, "BLOC_UNKNOWN"));
    let never = Conference { season: "1999".to_owned(), ..conference(BLOC, "2023-11-24") };
    assert_eq!(reason(&convene(&mut admin, never).await.expect_err("refused")), "SEASON_UNKNOWN");
    let unknown = "01890000-0000-7000-8000-000000000000";
    let refused = record_attendance(&mut admin, unknown, there).await.expect_err("refused");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::NotFound, "CONFERENCE_UNKNOWN"));
    assert_eq!(reason(&get(&mut admin, unknown).await.expect_err("refused")), "CONFERENCE_UNKNOWN");

    // Another federation does not see it.
    let other = Campaign::of(world, "cao-bang").await;
    let mut stranger = Client::new(other.competition(&other.admin));
    assert_eq!(reason(&get(&mut stranger, &convened.id).await.expect_err("refused")), "CONFERENCE_UNKNOWN");
}

async fn conferences_are_listed_by_day_the_latest_first(world: &World) {
    let federation = Campaign::of(world, "thai-nguyen").await;
    prepare_bloc(&federation, &["tn-01"]).await;
    let other = CreateBlocRequest { bloc: Some(bloc("cum-2", &[])) };
    let mut blocs = BlocServiceClient::new(federation.competition(&federation.admin));
    blocs.create_bloc(other).await.expect("a bloc");
    let mut admin = Client::new(federation.competition(&federation.admin));
    let held = [
        (BLOC, "2023-11-23"),
        ("cum-2", "2024-01-05"),
        (BLOC, "2023-02-16"),
        ("cum-2", "2023-11-23"),
        (BLOC, "2023-06-30"),
    ];
    for (bloc, day) in held {
        let convened = convene(&mut admin, conference(bloc, day)).await.expect("convened");
        record_minutes(&mut admin, &convened.id, minutes("", "Họp")).await.expect("recorded");
    }
    for size in [1, 2, 100] {
        let days = list(&mut admin, "", size).await;
        let expected = [
            ("cum-2", "2024-01-05"),
            ("cum-2", "2023-11-23"),
            (BLOC, "2023-11-23"),
            (BLOC, "2023-06-30"),
            (BLOC, "2023-02-16"),
        ];
        assert_eq!(days, expected.map(|(bloc, day)| (bloc.to_owned(), day.to_owned())), "pages of {size}");
        let days = list(&mut admin, "cum-2", size).await;
        assert_eq!(days.iter().map(|(_, day)| day).collect::<Vec<_>>(), ["2024-01-05", "2023-11-23"]);
    }
    let request = ListConferencesRequest {
        season: SEASON.to_owned(),
        bloc: "cum-9".to_owned(),
        ..ListConferencesRequest::default()
    };
    assert_eq!(reason(&admin.list_conferences(request).await.expect_err("refused")), "BLOC_UNKNOWN");
}

/// Bloc and day of the conferences, page by page.
async fn list(client: &mut Client, bloc: &str, page_size: u32) -> Vec<(String, String)> {
    let mut request = ListConferencesRequest {
        season: SEASON.to_owned(),
        bloc: bloc.to_owned(),
        page_size,
        page_token: String::new(),
    };
    let mut all = Vec::new();
    loop {
        let page = client.list_conferences(request.clone()).await.expect("a page").into_inner();
        assert!(page.conferences.iter().all(|one| one.minutes.is_none() && one.attendance.is_empty()));
        all.extend(page.conferences.into_iter().map(|one| (one.bloc, one.held_on)));
        if page.next_page_token.is_empty() {
            return all;
        }
        request.page_token = page.next_page_token;
    }
}

async fn all_that_is_wrong_with_a_conference_is_said_at_once(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare_bloc(&federation, &["vl-01"]).await;
    let mut admin = Client::new(federation.competition(&federation.admin));
    let named = |faults: &[(&str, &str)]| {
        faults.iter().map(|(field, reason)| ((*field).to_owned(), (*reason).to_owned())).collect::<Vec<_>>()
    };
    let wrong = Conference {
        kind: 0,
        chair: String::new(),
        secretary: " Ông Ba".to_owned(),
        ..conference("Cụm 1", "25/11/2022")
    };
    let refused = convene(&mut admin, wrong).await.expect_err("refused");
    let expected = [
        ("conference.bloc", "CODE_INVALID"),
        ("conference.kind", "FIELD_REQUIRED"),
        ("conference.held_on", "DATE_INVALID"),
        ("conference.chair", "FIELD_REQUIRED"),
        ("conference.secretary", "INVALID_ARGUMENT"),
    ];
    assert_eq!(fields(&refused), named(&expected));
    let nothing = ConveneConferenceRequest { conference: None };
    let refused = admin.convene_conference(nothing).await.expect_err("refused");
    assert_eq!(fields(&refused), named(&[("conference", "FIELD_REQUIRED")]));

    let wrong = vec![attendance("vl-01", false, "Ông Ba"), attendance("VL", true, "")];
    let refused = record_attendance(&mut admin, "x", wrong).await.expect_err("refused");
    let expected = [
        ("conference_id", "INVALID_ARGUMENT"),
        ("attendance[0].representative", "INVALID_ARGUMENT"),
        ("attendance[1].unit", "CODE_INVALID"),
    ];
    assert_eq!(fields(&refused), named(&expected));
    let wrong = Minutes { sha256: "0F".to_owned(), ..Minutes::default() };
    let refused = record_minutes(&mut admin, "", wrong).await.expect_err("refused");
    let expected = [
        ("conference_id", "FIELD_REQUIRED"),
        ("minutes.sha256", "INVALID_ARGUMENT"),
        ("minutes.text", "FIELD_REQUIRED"),
    ];
    assert_eq!(fields(&refused), named(&expected));
}
