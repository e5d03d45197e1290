use wire::method::Kind;

use super::*;

fn criterion(code: &str, kind: Kind) -> wire::Criterion {
    wire::Criterion {
        code: code.to_owned(),
        name: code.to_owned(),
        max_points: "8".to_owned(),
        from_layer: String::new(),
        method: Some(wire::Method { kind: Some(kind) }),
    }
}

fn set(criteria: Vec<wire::Criterion>) -> wire::CriteriaSet {
    let base = wire::CriteriaGroup {
        code: "1".to_owned(),
        name: "Nhóm 1".to_owned(),
        kind: GroupKind::Base.into(),
        max_points: "40".to_owned(),
        criteria,
    };
    wire::CriteriaSet {
        code: "enterprise".to_owned(),
        name: "Bảng điểm".to_owned(),
        max_points: "100".to_owned(),
        groups: vec![base],
        ..wire::CriteriaSet::default()
    }
}

fn parse(set: &wire::CriteriaSet) -> Result<CriteriaSet, Vec<(String, &'static str)>> {
    let mut faults = Faults::new();
    let parsed = CriteriaSet::parse("criteria_set", set, &mut faults);
    let read = faults.finish(parsed);
    read.map_err(|error| error.violations().iter().map(|v| (v.field.clone(), v.reason)).collect())
}

fn step(at_least: &str, points: &str) -> wire::Step {
    wire::Step { at_least: at_least.to_owned(), points: points.to_owned() }
}

#[test]
fn equal_sets_have_one_form() {
    let steps = |at_least, points| {
        let steps = wire::Steps { on: wire::StepsOn::Actual.into(), steps: vec![step(at_least, points)] };
        set(vec![criterion("1.1", Kind::Steps(steps))])
    };
    let one = parse(&steps("2", "7.5")).expect("a set");
    assert_eq!(one, parse(&steps("2.00", "7.50")).expect("a set"));
    assert!(one.has_criterion("1.1") && !one.has_criterion("1.2"));
    assert_eq!(one.to_proto().max_points, "100.00");
}

#[test]
fn parts_of_a_criterion_give_at_most_its_points_and_stand_once() {
    let item =
        |code: &str, points: &str| wire::ChecklistItem { code: code.to_owned(), points: points.to_owned() };
    let list = wire::Checklist { items: vec![item("a", "3"), item("a", "9")] };
    let steps = wire::Steps { on: 0, steps: vec![step("1", "5"), step("1.0", "8"), step("2", "8.01")] };
    let deduct = wire::Deduct { each: "-2".to_owned() };
    let criteria = vec![
        criterion("1.1", Kind::Checklist(list)),
        criterion("1.2", Kind::Steps(steps)),
        criterion("1.3", Kind::Deduct(deduct)),
        wire::Criterion { method: None, ..criterion("1.4", Kind::Judged(wire::Judged {})) },
    ];
    let at = "criteria_set.groups[0].criteria";
    let expected = [
        (format!("{at}[0].method.checklist.items[1].points"), "POINTS_OVER_MAXIMUM"),
        (format!("{at}[1].method.steps.on"), "FIELD_REQUIRED"),
        (format!("{at}[1].method.steps.steps[2].points"), "POINTS_OVER_MAXIMUM"),
        (format!("{at}[2].method.deduct.each"), "NUMBER_INVALID"),
        (format!("{at}[3].method"), "FIELD_REQUIRED"),
    ];
    assert_eq!(parse(&set(criteria)), Err(expected.to_vec()));
    let steps = wire::Steps { on: 1, steps: vec![step("1", "5"), step("1.0", "8")] };
    let twice = parse(&set(vec![criterion("1.2", Kind::Steps(steps))]));
    assert_eq!(twice, Err(vec![(format!("{at}[0].method.steps.steps[1].at_least"), "INVALID_ARGUMENT")]));
}

#[test]
fn codes_stand_once_in_the_set_and_the_base_has_points() {
    let judged = || Kind::Judged(wire::Judged {});
    let mut twice = set(vec![criterion("1.1", judged())]);
    let mut bonus = twice.groups[0].clone();
    bonus.kind = GroupKind::Bonus.into();
    twice.groups.push(bonus);
    let expected = [
        ("criteria_set.groups[1].code".to_owned(), "INVALID_ARGUMENT"),
        ("criteria_set.groups[1].criteria[0].code".to_owned(), "INVALID_ARGUMENT"),
    ];
    assert_eq!(parse(&twice), Err(expected.to_vec()));
    let mut baseless = set(vec![criterion("1.1", judged())]);
    baseless.groups[0].max_points = "0".to_owned();
    assert_eq!(parse(&baseless), Err(vec![("criteria_set.groups".to_owned(), "INVALID_ARGUMENT")]));
}
