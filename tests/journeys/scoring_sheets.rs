//! Units, their peers, the bloc and the appraisers write sheets.

use proto::scoring::v1::*;
use tonic::Code;

use super::sheets::{LAYERS, actual, checked, get, key, line, points, put, scene, submit, with_reason};
use crate::support::refusal::{reason, refusal, violations};
use crate::support::world::{World, journeys};

journeys!(
    a_unit_scores_itself_and_hands_it_in,
    all_faults_of_a_sheet_come_at_once,
    a_sheet_is_written_while_its_phase_is_open,
    each_layer_is_written_by_its_scorers,
    changes_that_meet_do_not_overwrite_each_other,
    a_reopened_sheet_counts_as_it_was_submitted_last,
    an_appraiser_gives_a_reason_for_what_is_changed,
    units_without_a_bloc_have_no_sheets,
);

fn refused(code: Code, reason: &str) -> (Code, String) {
    (code, reason.to_owned())
}

async fn a_unit_scores_itself_and_hands_it_in(world: &World) {
    let scene = scene(world, &["self"]).await;
    let mut officer = scene.as_officer(1);
    let own = || key("vl-01", "self", "vl-01");
    let given = [actual("2.1", "33"), points("1.1", "7.5"), checked("1.3", &["b", "a"])];
    let draft = put(&mut officer, key("vl-01", "self", ""), &given, 0).await.expect("a draft");
    assert_eq!(draft.key, Some(own()), "the unit is its own scorer");
    assert_eq!(draft.state(), SheetState::Draft);
    assert_eq!((draft.revision, draft.submitted_revision, draft.line_count), (1, 0, 3));
    let in_order = [points("1.1", "7.50"), checked("1.3", &["b", "a"]), actual("2.1", "33")];
    assert_eq!(draft.lines, in_order, "in the order of the criteria set");
    let act = draft.updated.clone().expect("who did it");
    assert_eq!((act.name.as_str(), act.title.as_str()), ("officer.vl-01", "Cán bộ công đoàn"));
    assert_eq!(get(&mut officer, own()).await.expect("kept"), draft);

    let request = PutLinesRequest {
        key: Some(own()),
        lines: vec![points("1.1", "8"), line("2.6", line::Value::Count(1))],
        remove: vec!["1.3".to_owned()],
        expected_revision: Some(1),
    };
    let changed =
        officer.put_lines(request.clone()).await.expect("written").into_inner().sheet.expect("a sheet");
    let lines = [points("1.1", "8.00"), actual("2.1", "33"), line("2.6", line::Value::Count(1))];
    assert_eq!((changed.revision, changed.lines.as_slice()), (2, lines.as_slice()));
    let same = PutLinesRequest { expected_revision: Some(2), ..request };
    let same = officer.put_lines(same).await.expect("nothing to do").into_inner().sheet.expect("a sheet");
    assert_eq!(same.revision, 2, "what is like that already is no change");

    let submitted = submit(&mut officer, own()).await.expect("handed in");
    assert_eq!(submitted.state(), SheetState::Submitted);
    assert_eq!((submitted.revision, submitted.submitted_revision), (3, 3));

    let second = put(&mut officer, own(), &given, 0).await;
    assert_eq!(refusal(second), refused(Code::AlreadyExists, "SHEET_EXISTS"));
    for answer in [put(&mut officer, own(), &given, 3).await, submit(&mut officer, own()).await] {
        assert_eq!(refusal(answer), refused(Code::FailedPrecondition, "SHEET_SUBMITTED"));
    }
    let late = PutLinesRequest { key: Some(own()), lines: vec![points("1.1", "1")], ..Default::default() };
    assert_eq!(refusal(officer.put_lines(late).await), refused(Code::FailedPrecondition, "SHEET_SUBMITTED"));
    assert_eq!(get(&mut officer, own()).await.expect("as it was"), submitted);
}

async fn all_faults_of_a_sheet_come_at_once(world: &World) {
    let scene = scene(world, &["self"]).await;
    let lines = [
        points("1.1", "8.01"),
        points("1.1", "x"),
        checked("1.3", &["c"]),
        actual("2.1", "5"),
        with_reason(points("2.6", "3"), "biên bản"),
        points("T.1", "1"),
        points("9.9", "1"),
    ];
    let expected = [
        "lines[1].points NUMBER_INVALID",
        "lines[0].points POINTS_OVER_MAXIMUM",
        "lines[2].checked.items[0] LINE_MISMATCH",
        "lines[3].actual TARGET_MISSING",
        "lines[4] LINE_MISMATCH",
        "lines[5].criterion LAYER_TOO_LOW",
        "lines[6].criterion CRITERION_UNKNOWN",
    ];
    let mut officer = scene.as_officer(2);
    assert_eq!(violations(put(&mut officer, key("vl-02", "self", ""), &lines, 0).await), expected);
    let nothing = get(&mut officer, key("vl-02", "self", "")).await;
    assert_eq!(refusal(nothing), refused(Code::NotFound, "SHEET_UNKNOWN"));

    let nameless = PutSheetRequest { lines: vec![points("1.1", "x")], ..Default::default() };
    let expected = ["key FIELD_REQUIRED", "lines[0].points NUMBER_INVALID"];
    assert_eq!(violations(officer.put_sheet(nameless).await), expected);
    let by_another = put(&mut officer, key("vl-02", "self", "vl-01"), &[], 0).await;
    assert_eq!(violations(by_another), ["key.scorer SCORER_INVALID"]);
    let empty = PutSheetRequest { key: Some(key("vl-02", "self", "")), submit: true, ..Default::default() };
    let empty = officer.put_sheet(empty).await;
    assert_eq!(refusal(empty), refused(Code::FailedPrecondition, "SHEET_EMPTY"));
}

async fn a_sheet_is_written_while_its_phase_is_open(world: &World) {
    let scene = scene(world, &[]).await;
    let mut officer = scene.as_officer(1);
    let own = || key("vl-01", "self", "");
    let closed = || refused(Code::FailedPrecondition, "PHASE_CLOSED");
    assert_eq!(refusal(put(&mut officer, own(), &[points("1.1", "7")], 0).await), closed());
    scene.open("self").await;
    put(&mut officer, own(), &[points("1.1", "7")], 0).await.expect("a draft");
    scene.close("self").await;
    assert_eq!(refusal(put(&mut officer, own(), &[points("1.1", "8")], 1).await), closed());
    assert_eq!(refusal(submit(&mut officer, own()).await), closed());
    let lines = PutLinesRequest { key: Some(own()), lines: vec![points("1.1", "8")], ..Default::default() };
    assert_eq!(refusal(officer.put_lines(lines).await), closed());
    let reopen = ReopenSheetRequest { key: Some(own()), reason: "sai".to_owned() };
    assert_eq!(refusal(scene.as_admin().reopen_sheet(reopen).await), closed());
    assert_eq!(get(&mut officer, own()).await.expect("as it was").revision, 1);
}

async fn each_layer_is_written_by_its_scorers(world: &World) {
    let scene = scene(world, &LAYERS).await;
    let given = [points("1.1", "7")];
    let sheets = [
        (key("vl-01", "self", ""), [true, false, false, false]),
        (key("vl-01", "cross", "vl-02"), [false, true, false, false]),
        (key("vl-01", "bloc", "hội nghị khối"), [false, false, true, false]),
        (key("vl-01", "appraisal", "các ban"), [false, false, false, true]),
    ];
    let mut people = [
        scene.as_officer(1),
        scene.as_officer(2),
        scene.as_one(&scene.leader),
        scene.as_one(&scene.appraiser),
    ];
    for (key, may) in sheets {
        for (person, may) in people.iter_mut().zip(may) {
            let answer = put(person, key.clone(), &given, 0).await;
            if may {
                answer.expect("written");
            } else {
                assert_eq!(refusal(answer), refused(Code::PermissionDenied, "OUT_OF_SCOPE"), "{key:?}");
            }
        }
    }
    let [_, peer, leader, _] = &mut people;
    let own = put(peer, key("vl-02", "cross", "vl-02"), &given, 0).await;
    assert_eq!(violations(own), ["key.scorer SCORER_INVALID"]);
    let nameless = put(leader, key("vl-02", "bloc", ""), &given, 0).await;
    assert_eq!(violations(nameless), ["key.scorer FIELD_REQUIRED"]);
    // Other texts do not make other sheets.
    let again = put(leader, key("vl-01", "bloc", "hội nghị khác"), &given, 0).await;
    assert_eq!(refusal(again), refused(Code::AlreadyExists, "SHEET_EXISTS"));
    assert_eq!(
        get(leader, key("vl-01", "bloc", "")).await.expect("found without its text").key,
        Some(key("vl-01", "bloc", "hội nghị khối"))
    );
}

async fn changes_that_meet_do_not_overwrite_each_other(world: &World) {
    let scene = scene(world, &["self"]).await;
    let (mut one, mut other) = (scene.as_officer(1), scene.as_officer(1));
    let own = || key("vl-01", "self", "");
    assert_eq!(
        refusal(put(&mut one, own(), &[points("1.1", "1")], 4).await),
        refused(Code::NotFound, "SHEET_UNKNOWN")
    );
    let (seven, eight) = ([points("1.1", "7")], [points("1.1", "8")]);
    let (first, second) = tokio::join!(put(&mut one, own(), &seven, 0), put(&mut other, own(), &eight, 0));
    let refusals: Vec<_> = [first, second].into_iter().filter_map(Result::err).collect();
    let [refused_one] = refusals.as_slice() else { panic!("one of them is refused: {refusals:?}") };
    assert!(matches!(reason(refused_one).as_str(), "SHEET_EXISTS" | "CONFLICT"), "{refused_one:?}");

    put(&mut one, own(), &[points("1.1", "6")], 1).await.expect("changed");
    let stale = put(&mut other, own(), &[points("1.1", "5")], 1).await;
    assert_eq!(refusal(stale), refused(Code::Aborted, "STALE_REVISION"));
    let stale = SubmitSheetRequest { key: Some(own()), expected_revision: Some(1) };
    assert_eq!(refusal(other.submit_sheet(stale).await), refused(Code::Aborted, "STALE_REVISION"));
}

async fn a_reopened_sheet_counts_as_it_was_submitted_last(world: &World) {
    let scene = scene(world, &["self"]).await;
    let (mut officer, mut leader) = (scene.as_officer(1), scene.as_one(&scene.leader));
    let own = || key("vl-01", "self", "");
    put(&mut officer, own(), &[points("1.1", "7")], 0).await.expect("a draft");
    submit(&mut officer, own()).await.expect("handed in");
    let reopen = |reason: &str| ReopenSheetRequest { key: Some(own()), reason: reason.to_owned() };
    assert_eq!(violations(leader.reopen_sheet(reopen("")).await), ["reason FIELD_REQUIRED"]);
    let answer = leader.reopen_sheet(reopen("thiếu minh chứng")).await.expect("given back");
    let reopened = answer.into_inner().sheet.expect("a sheet");
    assert_eq!(reopened.state(), SheetState::Draft);
    assert_eq!((reopened.revision, reopened.submitted_revision), (3, 2));
    put(&mut officer, own(), &[points("1.1", "6")], 3).await.expect("mended");
    let again = submit(&mut officer, own()).await.expect("handed in again");
    assert_eq!((again.revision, again.submitted_revision), (5, 5));
    let unknown = ReopenSheetRequest { key: Some(key("vl-02", "self", "")), reason: "sai".to_owned() };
    assert_eq!(refusal(leader.reopen_sheet(unknown).await), refused(Code::NotFound, "SHEET_UNKNOWN"));
}

async fn an_appraiser_gives_a_reason_for_what_is_changed(world: &World) {
    let scene = scene(world, &LAYERS).await;
    let (mut officer, mut leader) = (scene.as_officer(1), scene.as_one(&scene.leader));
    let mut appraiser = scene.as_one(&scene.appraiser);
    let appraisal = || key("vl-01", "appraisal", "các ban chuyên đề");
    put(&mut officer, key("vl-01", "self", ""), &[points("1.1", "8")], 0).await.expect("a draft");
    submit(&mut officer, key("vl-01", "self", "")).await.expect("handed in");
    let agreed = [points("1.1", "7"), points("T.1", "2")];
    put(&mut leader, key("vl-01", "bloc", "hội nghị khối"), &agreed, 0).await.expect("a draft");
    // What is no more than a draft below says nothing yet.
    let draft = put(&mut appraiser, appraisal(), &[points("1.1", "8")], 0).await.expect("a draft");
    submit(&mut leader, key("vl-01", "bloc", "")).await.expect("handed in");
    assert_eq!(
        violations(submit(&mut appraiser, appraisal()).await),
        ["sheet.lines[0].reason REASON_MISSING"]
    );

    let lines = [points("1.1", "6.5"), points("T.1", "2.00"), line("2.6", line::Value::Count(1))];
    let refused_lines = put(&mut appraiser, appraisal(), &lines, draft.revision).await;
    assert_eq!(violations(refused_lines), ["lines[0].reason REASON_MISSING"]);
    let [first, ..] = lines.clone();
    let lines = [with_reason(first, "thiếu biên bản đối thoại"), lines[1].clone(), lines[2].clone()];
    let given = put(&mut appraiser, appraisal(), &lines, draft.revision).await.expect("with its reason");
    assert_eq!(
        given.lines.iter().map(|line| line.reason.is_empty()).collect::<Vec<_>>(),
        [false, true, true]
    );
    submit(&mut appraiser, appraisal()).await.expect("handed in");
}

async fn units_without_a_bloc_have_no_sheets(world: &World) {
    let scene = scene(world, &["self"]).await;
    let mut officer = scene.as_officer(4);
    let homeless = put(&mut officer, key("vl-04", "self", ""), &[points("1.1", "7")], 0).await;
    assert_eq!(violations(homeless), ["key.unit NOT_A_MEMBER"]);
    let unknown = put(&mut officer, key("vl-99", "self", ""), &[], 0).await;
    assert_eq!(violations(unknown), ["key.unit UNIT_UNKNOWN"]);
    let other_year = SheetKey { season: "2024".to_owned(), ..key("vl-01", "self", "") };
    let unknown = put(&mut officer, other_year.clone(), &[], 0).await;
    assert_eq!(refusal(unknown), refused(Code::NotFound, "SEASON_UNKNOWN"));
    assert_eq!(refusal(get(&mut officer, other_year).await), refused(Code::NotFound, "SEASON_UNKNOWN"));
}
