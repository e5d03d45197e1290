//! Lines: what can be read, and what the criteria set and the sheets below say to it.

use platform::input::Faults;
use proto::scoring::v1 as wire;
use wire::line::Value;

use super::{key, line, placed, points, rules, told};
use crate::domain::sheets::{Below, Line, Placed, Proposed, SheetKey, check};

fn checked(items: &[&str]) -> Value {
    Value::Checked(wire::CheckedItems { items: super::texts(items) })
}

fn actual(actual: &str) -> Value {
    Value::Actual(actual.to_owned())
}

fn checked_against(key: &SheetKey, lines: &[wire::Line], below: &[(&str, Vec<Line>)]) -> Vec<String> {
    let (rules, lines) = (rules(), placed(lines));
    let below = below.iter().map(|(layer, lines)| (*layer, lines.as_slice()));
    let below = Below::of(&rules.layers, &key.layer, below);
    let mut faults = Faults::new();
    let sheet = Proposed { at: "key".to_owned(), key, lines: &lines, below };
    check(&rules, &[sheet], &mut faults).expect("the set is one");
    told(faults)
}

fn found(layer: &str, lines: &[wire::Line]) -> Vec<String> {
    let peer = if layer == "cross" { "vl-02" } else { "" };
    checked_against(&key("vl-01", layer, peer), lines, &[])
}

#[test]
fn a_line_of_every_method_is_right() {
    let lines = [
        points("1.1", "8"),
        line("1.3", checked(&["b", "a"]), ""),
        line("1.6", Value::Achieved(false), ""),
        line("2.1", actual("33.5"), ""),
        line("2.2", Value::NotApplicable(true), ""),
        line("2.6", Value::Count(2), ""),
        line("2.7", Value::Count(1_000_000_000), ""),
        line("3.2", actual("0"), "không đếm được nhiều hơn"),
    ];
    assert_eq!(found("self", &lines), [""; 0]);
    let overridden = [points("T.1", "5"), line("2.1", Value::Points("4".to_owned()), "biên bản hội nghị")];
    assert_eq!(found("bloc", &overridden), [""; 0]);
}

#[test]
fn all_faults_of_a_sheet_come_at_once() {
    let lines = [
        points("1.1", "8.01"),
        line("1.3", checked(&["a", "c"]), ""),
        line("1.6", Value::Count(1), ""),
        line("2.2", actual("33"), ""),
        line("2.6", Value::Points("2".to_owned()), "biên bản"),
        points("2.7", "1"),
        points("9.9", "1"),
        points("1.1", "7"),
        points("T.1", "5"),
    ];
    let expected = [
        "lines[0].points POINTS_OVER_MAXIMUM",
        "lines[1].checked.items[1] LINE_MISMATCH",
        "lines[2] LINE_MISMATCH",
        "lines[3].actual TARGET_MISSING",
        "lines[4] LINE_MISMATCH",
        "lines[5] LINE_MISMATCH",
        "lines[6].criterion CRITERION_UNKNOWN",
        "lines[7].criterion INVALID_ARGUMENT",
        "lines[8].criterion LAYER_TOO_LOW",
    ];
    assert_eq!(found("self", &lines), expected);
}

#[test]
fn points_in_place_of_another_method_need_a_reason_and_a_layer_above_the_peers() {
    let given = |reason: &str| line("2.6", Value::Points("3".to_owned()), reason);
    assert_eq!(found("bloc", &[given("")]), ["lines[0].reason REASON_MISSING"]);
    assert_eq!(found("bloc", &[given("biên bản hội nghị")]), [""; 0]);
    let too_many = line("2.6", Value::Points("3.5".to_owned()), "biên bản hội nghị");
    assert_eq!(found("bloc", &[too_many]), ["lines[0].points POINTS_OVER_MAXIMUM"]);
    for layer in ["self", "cross"] {
        assert_eq!(found(layer, &[given("biên bản hội nghị")]), ["lines[0] LINE_MISMATCH"]);
    }
}

#[test]
fn peers_do_not_score_what_compares_the_units_of_the_bloc() {
    assert_eq!(found("cross", &[line("3.2", actual("5"), "")]), ["lines[0] LINE_MISMATCH"]);
}

#[test]
fn the_layer_is_the_policys_and_a_peer_is_another_member_of_the_bloc() {
    let of =
        |layer: &str, peer: &str| checked_against(&key("vl-01", layer, peer), &[points("1.1", "5")], &[]);
    assert_eq!(of("cross", "vl-02"), [""; 0]);
    assert_eq!(of("cross", "vl-01"), ["key.scorer SCORER_INVALID"]);
    assert_eq!(of("cross", "vl-99"), ["key.scorer SCORER_INVALID"]);
    assert_eq!(of("council", ""), ["key.layer LAYER_UNKNOWN"]);
}

#[test]
fn an_appraiser_who_says_something_else_than_the_highest_sheet_below_says_why() {
    let own = |lines: &[wire::Line]| placed(lines).into_iter().map(|placed| placed.line).collect::<Vec<_>>();
    let below = [
        ("self", own(&[points("1.1", "8"), points("1.6", "6")])),
        ("bloc", own(&[points("1.1", "7.5"), line("1.3", checked(&["a", "b"]), "")])),
        ("appraisal", own(&[points("1.1", "1")])),
    ];
    let appraisal = key("vl-01", "appraisal", "");
    let say = |lines: &[wire::Line]| checked_against(&appraisal, lines, &below);
    assert_eq!(say(&[points("1.1", "7.50"), line("1.3", checked(&["b", "a"]), "")]), [""; 0]);
    assert_eq!(say(&[points("1.1", "8")]), ["lines[0].reason REASON_MISSING"]);
    assert_eq!(say(&[line("1.1", Value::Points("8".to_owned()), "hồ sơ bổ sung")]), [""; 0]);
    assert_eq!(say(&[line("2.6", Value::Count(1), "")]), [""; 0], "nothing below says anything");
    // The bloc itself agrees on what it wants.
    assert_eq!(checked_against(&key("vl-01", "bloc", ""), &[points("1.1", "1")], &below), [""; 0]);
}

#[test]
fn a_line_that_differs_from_one_of_the_peers_is_something_else() {
    let of =
        |points_given: &str| placed(&[points("1.1", points_given)]).into_iter().map(|p| p.line).collect();
    let below = [("cross", of("7")), ("cross", of("6")), ("self", of("8"))];
    let appraisal = key("vl-01", "appraisal", "");
    let told = checked_against(&appraisal, &[points("1.1", "7")], &below);
    assert_eq!(told, ["lines[0].reason REASON_MISSING"]);
}

#[test]
fn what_cannot_be_read_is_told_with_its_field() {
    let evidence = wire::Evidence { sha256: "ABC".to_owned(), ..Default::default() };
    let lines = [
        points("1.1", "7,5"),
        line("2.1", actual("-1"), ""),
        line("2.6", Value::Count(1_000_000_001), ""),
        line("2.2", Value::NotApplicable(false), ""),
        line("1.3", checked(&["a", "a", ""]), ""),
        line("1.3", checked(&["a", "b", "a"]), ""),
        wire::Line { criterion: "1.6".to_owned(), ..Default::default() },
        wire::Line { evidence: vec![evidence], ..points("", "1") },
    ];
    let mut faults = Faults::new();
    assert!(Placed::parse_all("lines", &lines, &mut faults).is_empty());
    let expected = [
        "lines[0].points NUMBER_INVALID",
        "lines[1].actual NUMBER_INVALID",
        "lines[2].count NUMBER_INVALID",
        "lines[3].not_applicable INVALID_ARGUMENT",
        "lines[4].checked.items[2] FIELD_REQUIRED",
        "lines[5].checked.items[2] INVALID_ARGUMENT",
        "lines[6].value FIELD_REQUIRED",
        "lines[7].criterion FIELD_REQUIRED",
        "lines[7].evidence[0].title FIELD_REQUIRED",
        "lines[7].evidence[0].sha256 INVALID_ARGUMENT",
    ];
    assert_eq!(told(faults), expected);
}

#[test]
fn a_line_is_shown_as_it_was_given() {
    let given = wire::Line {
        reason: "biên bản".to_owned(),
        evidence: vec![wire::Evidence {
            title: "Biên bản hội nghị".to_owned(),
            reference: "12/BB".to_owned(),
            sha256: "0f".repeat(32),
        }],
        ..points("1.1", "7.50")
    };
    let lines = [
        given,
        line("1.3", checked(&["b", "a"]), ""),
        line("2.1", actual("33.5"), ""),
        line("2.6", Value::Count(0), ""),
        line("1.6", Value::Achieved(false), ""),
        line("2.2", Value::NotApplicable(true), ""),
    ];
    let shown: Vec<_> = placed(&lines).iter().map(|placed| placed.line.to_proto()).collect();
    assert_eq!(shown, lines);
}
