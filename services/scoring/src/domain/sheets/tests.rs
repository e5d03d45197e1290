//! What the rules of sheets say to requests.

mod access;
mod lines;
mod states;

use platform::input::Faults;
use proto::competition::v1 as set;
use proto::scoring::v1 as wire;
use set::method::Kind;

use super::{BlocRules, Placed, SheetKey};

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn key(unit: &str, layer: &str, peer: &str) -> SheetKey {
    SheetKey {
        season: "2023".to_owned(),
        unit: unit.to_owned(),
        layer: layer.to_owned(),
        peer: peer.to_owned(),
    }
}

fn criterion(code: &str, most: &str, from_layer: &str, kind: Kind) -> set::Criterion {
    set::Criterion {
        code: code.to_owned(),
        name: format!("Tiêu chí {code}"),
        max_points: most.to_owned(),
        from_layer: from_layer.to_owned(),
        method: Some(set::Method { kind: Some(kind) }),
    }
}

/// A bloc of vl-01 and vl-02 with a criterion of every method; vl-01 has a target for 2.1.
fn rules() -> BlocRules {
    let item = |code: &str| set::ChecklistItem { code: code.to_owned(), points: "3".to_owned() };
    let step = set::Step { at_least: "0.95".to_owned(), points: "6".to_owned() };
    let each = || "0.5".to_owned();
    let criteria = vec![
        criterion("1.1", "8", "", Kind::Judged(set::Judged {})),
        criterion("1.3", "6", "", Kind::Checklist(set::Checklist { items: vec![item("a"), item("b")] })),
        criterion("1.6", "6", "", Kind::AllOrNothing(set::AllOrNothing {})),
        criterion("2.1", "10", "", Kind::Proportional(set::Proportional {})),
        criterion(
            "2.2",
            "6",
            "",
            Kind::Steps(set::Steps { on: set::StepsOn::Ratio.into(), steps: vec![step] }),
        ),
        criterion("2.6", "3", "", Kind::Deduct(set::Deduct { each: each() })),
        criterion("2.7", "3", "", Kind::PerItem(set::PerItem { each: each() })),
        criterion("3.2", "6", "", Kind::Relative(set::Relative {})),
        criterion("T.1", "5", "bloc", Kind::Judged(set::Judged {})),
    ];
    let group = set::CriteriaGroup {
        code: "1".to_owned(),
        name: "Nhóm 1".to_owned(),
        kind: set::GroupKind::Base.into(),
        max_points: "53".to_owned(),
        criteria,
    };
    let set = set::CriteriaSet {
        code: "cdcs".to_owned(),
        max_points: "100".to_owned(),
        groups: vec![group],
        ..Default::default()
    };
    let policy = set::Policy { layers: texts(&["self", "cross", "bloc", "appraisal"]), ..Default::default() };
    let bloc = set::Bloc {
        code: "cum-1".to_owned(),
        criteria_set: "cdcs".to_owned(),
        members: texts(&["vl-01", "vl-02"]),
        ..Default::default()
    };
    let target = |unit: &str, criterion: &str| set::Target {
        unit: unit.to_owned(),
        code: format!("t-{criterion}"),
        criterion: criterion.to_owned(),
        ..Default::default()
    };
    BlocRules::new(
        policy,
        bloc,
        set,
        vec![target("vl-01", "2.1"), target("vl-02", "2.2"), target("vl-01", "")],
    )
}

fn line(criterion: &str, value: wire::line::Value, reason: &str) -> wire::Line {
    wire::Line {
        criterion: criterion.to_owned(),
        value: Some(value),
        reason: reason.to_owned(),
        evidence: Vec::new(),
    }
}

fn points(criterion: &str, points: &str) -> wire::Line {
    line(criterion, wire::line::Value::Points(points.to_owned()), "")
}

fn placed(lines: &[wire::Line]) -> Vec<Placed> {
    let mut faults = Faults::new();
    let lines = Placed::parse_all("lines", lines, &mut faults);
    faults.none().expect("lines that can be read");
    lines
}

/// The fields with their reasons: `lines[2].points POINTS_OVER_MAXIMUM`.
fn told(faults: Faults) -> Vec<String> {
    let Err(error) = faults.none() else { return Vec::new() };
    error.violations().iter().map(|fault| format!("{} {}", fault.field, fault.reason)).collect()
}
