//! How a sheet changes, and what its history says.

use platform::Timestamp;
use platform::ids::AccountId;
use proto::competition::v1 as competition;
use proto::scoring::v1::{Line as WireLine, SheetChangeKind};

use super::{key, line, placed, points, rules};
use crate::domain::sheets::{By, Change, Line, Sheet, Wanted, cross_has_closed, open_layers};

fn by(name: &str) -> By {
    By {
        account: AccountId(Default::default()),
        name: name.to_owned(),
        title: String::new(),
        at: Timestamp::from_micros(0),
    }
}

fn lines(lines: &[WireLine]) -> Vec<Line> {
    rules().in_order(placed(lines).into_iter().map(|placed| placed.line).collect())
}

fn wanted(given: &[WireLine], submit: bool) -> Wanted {
    Wanted { key: key("vl-01", "bloc", ""), scorer: "hội nghị".to_owned(), lines: lines(given), submit }
}

fn put(present: Option<&Sheet>, given: &[WireLine], submit: bool) -> (Sheet, Change) {
    wanted(given, submit).over(present, &by("Lan")).expect("a change")
}

/// Kind, criterion, and whether there was and is a line.
fn history(change: &Change) -> Vec<(SheetChangeKind, String, bool, bool)> {
    let all = change.to_proto().into_iter();
    all.map(|one| (one.kind(), one.criterion.clone(), one.before.is_some(), one.after.is_some())).collect()
}

#[test]
fn each_change_has_a_revision_and_says_what_was_before() {
    let (first, change) = put(None, &[points("1.1", "7"), points("2.6", "1")], false);
    assert_eq!((first.head.revision, first.head.submitted_revision, first.head.line_count), (1, 0, 2));
    let new = |code: &str| (SheetChangeKind::Line, code.to_owned(), false, true);
    assert_eq!(history(&change), [new("1.1"), new("2.6")]);

    let (second, change) = put(Some(&first), &[points("1.1", "8"), points("1.6", "6")], true);
    assert_eq!((second.head.revision, second.head.submitted_revision), (2, 2));
    assert!(second.head.submitted);
    let expected = [
        (SheetChangeKind::Submitted, String::new(), false, false),
        (SheetChangeKind::Line, "1.1".to_owned(), true, true),
        (SheetChangeKind::Line, "1.6".to_owned(), false, true),
        (SheetChangeKind::Line, "2.6".to_owned(), true, false),
    ];
    assert_eq!(history(&change), expected);
}

#[test]
fn what_is_like_that_already_is_no_change() {
    let given = [points("1.1", "7")];
    let (first, _) = put(None, &given, false);
    assert_eq!(wanted(&given, false).over(Some(&first), &by("Minh")), None);
    let unnamed = Wanted { scorer: String::new(), ..wanted(&given, false) };
    assert_eq!(unnamed.over(Some(&first), &by("Minh")), None, "the scorer stays");
    assert!(wanted(&given, true).over(Some(&first), &by("Minh")).is_some());
}

#[test]
fn a_reopened_sheet_goes_on_counting_as_it_was_submitted() {
    let (submitted, _) = put(None, &[points("1.1", "7")], true);
    let (reopened, change) = submitted.reopened("thiếu minh chứng", &by("Hằng"));
    assert_eq!((reopened.head.revision, reopened.head.submitted_revision), (2, 1));
    assert!(!reopened.head.submitted);
    let [told] = change.to_proto().try_into().expect("one change");
    assert_eq!((told.kind(), told.reason.as_str()), (SheetChangeKind::Reopened, "thiếu minh chứng"));
    let (again, _) = put(Some(&reopened), &[points("1.1", "6")], false);
    assert_eq!((again.head.revision, again.head.submitted_revision), (3, 1));
}

#[test]
fn lines_are_kept_in_the_order_of_the_set() {
    let not_applicable = proto::scoring::v1::line::Value::NotApplicable(true);
    let given = [points("T.1", "1"), line("2.1", not_applicable, ""), points("9.9", "1"), points("1.1", "7")];
    let codes: Vec<_> = lines(&given).into_iter().map(|line| line.criterion).collect();
    assert_eq!(codes, ["1.1", "2.1", "T.1", "9.9"]);
}

#[test]
fn layers_are_open_and_cross_scoring_is_over_as_the_phases_say() {
    use competition::{Phase, PhaseKind, PhaseState, Season};
    let phase = |layers: &[&str], state: PhaseState| Phase {
        kind: PhaseKind::Scoring.into(),
        layers: super::texts(layers),
        state: state.into(),
        ..Default::default()
    };
    let of = |phases: Vec<Phase>| Season { phases, ..Default::default() };
    let season = of(vec![
        phase(&["self"], PhaseState::Closed),
        phase(&["cross", "bloc"], PhaseState::Open),
        phase(&["appraisal"], PhaseState::Planned),
    ]);
    assert_eq!(open_layers(&season).into_iter().collect::<Vec<_>>(), ["bloc", "cross"]);
    assert!(!cross_has_closed(&season));
    assert!(!cross_has_closed(&of(vec![phase(&["cross"], PhaseState::Planned)])));
    assert!(cross_has_closed(&of(vec![phase(&["cross"], PhaseState::Closed)])));
    let again = of(vec![phase(&["cross"], PhaseState::Closed), phase(&["cross"], PhaseState::Open)]);
    assert!(!cross_has_closed(&again));
}
