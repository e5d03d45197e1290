//! An administrator enters sheets that were handed in on paper.

use proto::scoring::v1::*;
use tonic::{Code, Request};

use super::sheets::{LAYERS, get, key, points, put, scene, submit, with_reason};
use crate::support::refusal::{refusal, violations};
use crate::support::world::{World, journeys};

journeys!(
    many_sheets_are_entered_at_once_and_count,
    all_or_none_with_all_faults,
    what_was_handed_in_is_not_entered_over,
    a_call_that_is_sent_twice_happens_once,
);

fn entry(key: SheetKey, lines: &[Line]) -> SheetEntry {
    SheetEntry { key: Some(key), lines: lines.to_vec(), expected_revision: 0 }
}

async fn many_sheets_are_entered_at_once_and_count(world: &World) {
    let scene = scene(world, &LAYERS).await;
    let mut admin = scene.as_admin();
    let reasoned = with_reason(points("1.1", "6"), "thiếu biên bản");
    let sheets = vec![
        entry(key("vl-02", "self", ""), &[points("1.1", "8"), points("2.6", "1")]),
        entry(key("vl-01", "bloc", "hội nghị khối 25/11"), &[points("T.1", "2"), points("1.1", "7")]),
        // Below it lies the sheet of the same call.
        entry(key("vl-01", "appraisal", "các ban"), &[reasoned.clone(), points("T.1", "2")]),
        entry(key("vl-01", "cross", "vl-02"), &[points("1.1", "5")]),
        entry(key("vl-01", "cross", "vl-03"), &[points("1.1", "6")]),
    ];
    let wrong = admin.enter_sheets(EnterSheetsRequest { sheets: sheets.clone() }).await;
    assert_eq!(violations(wrong), ["sheets[0].lines[1] LINE_MISMATCH"], "no override in self");

    let mut sheets = sheets;
    sheets[0].lines.truncate(1);
    let answer = admin.enter_sheets(EnterSheetsRequest { sheets: sheets.clone() }).await.expect("entered");
    let entered = answer.into_inner().sheets;
    let keys: Vec<_> = entered.iter().map(|sheet| sheet.key.clone().expect("a key")).collect();
    assert_eq!(keys[0], key("vl-02", "self", "vl-02"));
    assert_eq!(
        keys[1..],
        sheets[1..].iter().map(|entry| entry.key.clone().expect("a key")).collect::<Vec<_>>()
    );
    for sheet in &entered {
        assert_eq!(sheet.state(), SheetState::Submitted);
        assert_eq!((sheet.revision, sheet.submitted_revision), (1, 1));
        assert!(sheet.lines.is_empty() && sheet.line_count > 0);
        assert_eq!(sheet.updated.clone().expect("who").name, "Trần Văn Bình", "who entered it");
    }
    let bloc = get(&mut admin, key("vl-01", "bloc", "")).await.expect("there");
    assert_eq!(bloc.lines, [points("1.1", "7.00"), points("T.1", "2.00")]);
}

async fn all_or_none_with_all_faults(world: &World) {
    let scene = scene(world, &["self"]).await;
    let mut admin = scene.as_admin();
    let sheets = vec![
        entry(key("vl-01", "self", ""), &[points("1.1", "7")]),
        entry(key("vl-02", "self", ""), &[points("1.1", "9"), points("1.1", "x")]),
        entry(key("vl-04", "self", ""), &[points("1.1", "7")]),
        entry(key("vl-99", "self", ""), &[points("1.1", "7")]),
        entry(key("vl-01", "self", "vl-01"), &[points("1.1", "6")]),
        entry(key("vl-03", "self", ""), &[]),
        SheetEntry::default(),
    ];
    let expected = [
        "sheets[1].lines[1].points NUMBER_INVALID",
        "sheets[5].lines FIELD_REQUIRED",
        "sheets[6].key FIELD_REQUIRED",
        "sheets[6].lines FIELD_REQUIRED",
        "sheets[4].key INVALID_ARGUMENT",
        "sheets[2].key.unit NOT_A_MEMBER",
        "sheets[3].key.unit UNIT_UNKNOWN",
        "sheets[1].lines[0].points POINTS_OVER_MAXIMUM",
    ];
    assert_eq!(violations(admin.enter_sheets(EnterSheetsRequest { sheets }).await), expected);
    let nothing = get(&mut admin, key("vl-01", "self", "")).await;
    assert_eq!(refusal(nothing), (Code::NotFound, "SHEET_UNKNOWN".to_owned()), "none is entered");

    assert_eq!(
        violations(admin.enter_sheets(EnterSheetsRequest::default()).await),
        ["sheets FIELD_REQUIRED"]
    );
    let many = vec![entry(key("vl-01", "self", ""), &[points("1.1", "7")]); 201];
    assert_eq!(
        violations(admin.enter_sheets(EnterSheetsRequest { sheets: many }).await),
        ["sheets TOO_MANY"]
    );
    let closed = vec![
        entry(key("vl-01", "self", ""), &[points("1.1", "7")]),
        entry(key("vl-01", "bloc", "hội nghị"), &[points("1.1", "7")]),
    ];
    let closed = admin.enter_sheets(EnterSheetsRequest { sheets: closed }).await;
    assert_eq!(refusal(closed), (Code::FailedPrecondition, "PHASE_CLOSED".to_owned()));
}

async fn what_was_handed_in_is_not_entered_over(world: &World) {
    let scene = scene(world, &["self"]).await;
    let (mut admin, mut officer) = (scene.as_admin(), scene.as_officer(1));
    let own = || key("vl-01", "self", "");
    put(&mut officer, own(), &[points("1.1", "7")], 0).await.expect("a draft");
    let with = |revision: u64| {
        let other = entry(key("vl-02", "self", ""), &[points("1.1", "5")]);
        let own = SheetEntry { expected_revision: revision, ..entry(own(), &[points("1.1", "6")]) };
        EnterSheetsRequest { sheets: vec![other, own] }
    };
    let there = admin.enter_sheets(with(0)).await;
    assert_eq!(refusal(there), (Code::AlreadyExists, "SHEET_EXISTS".to_owned()));
    let nothing = get(&mut admin, key("vl-02", "self", "")).await;
    assert_eq!(refusal(nothing), (Code::NotFound, "SHEET_UNKNOWN".to_owned()), "none is entered");
    admin.enter_sheets(with(1)).await.expect("the paper stands in for the draft");
    assert_eq!(get(&mut officer, own()).await.expect("entered").lines, [points("1.1", "6.00")]);
    let again = EnterSheetsRequest {
        sheets: vec![SheetEntry { expected_revision: 2, ..entry(own(), &[points("1.1", "5")]) }],
    };
    let again = admin.enter_sheets(again).await;
    assert_eq!(refusal(again), (Code::FailedPrecondition, "SHEET_SUBMITTED".to_owned()));
    assert!(submit(&mut officer, own()).await.is_err());
}

async fn a_call_that_is_sent_twice_happens_once(world: &World) {
    let scene = scene(world, &["self"]).await;
    let mut admin = scene.as_admin();
    let sheets = vec![entry(key("vl-01", "self", ""), &[points("1.1", "7")])];
    let keyed = || {
        let mut request = Request::new(EnterSheetsRequest { sheets: sheets.clone() });
        request.metadata_mut().insert("idempotency-key", "paper-1".parse().expect("a key"));
        request
    };
    let first = admin.enter_sheets(keyed()).await.expect("entered").into_inner();
    // The first answer comes again, although the phase has closed since.
    scene.close("self").await;
    let second = admin.enter_sheets(keyed()).await.expect("the same answer").into_inner();
    assert_eq!(first, second);
}
