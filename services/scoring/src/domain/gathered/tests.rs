use proto::competition::v1::{self as competition, class::Entry, method::Kind};
use proto::organizations::v1::{self as organizations, GatheredUnit};

use super::Gathered;
use crate::domain::campaign::{Score, Sheet, Standing};
use crate::domain::runs::classify;

fn points(text: &str) -> crate::domain::number::Points {
    crate::domain::number::Points::parse(text).expect("points")
}

fn class(code: &str, from: &str) -> competition::Class {
    competition::Class {
        code: code.to_owned(),
        name: code.to_uppercase(),
        entry: Some(Entry::MinPoints(from.to_owned())),
        ..Default::default()
    }
}

fn unit(code: &str) -> GatheredUnit {
    let unit = organizations::Unit {
        code: code.to_owned(),
        name: format!("CĐCS {code}"),
        kind: "grassroots".to_owned(),
        status: organizations::UnitStatus::Active.into(),
        members: 120,
        ..Default::default()
    };
    GatheredUnit { unit: Some(unit), facts: vec!["no_debt".to_owned()] }
}

/// Two units in a bloc, judged by one criterion; the first one has a target of two figures.
fn gathered() -> Gathered {
    let criterion = competition::Criterion {
        code: "1.1".to_owned(),
        name: "Tổ chức".to_owned(),
        max_points: "100".to_owned(),
        method: Some(competition::Method { kind: Some(Kind::Judged(competition::Judged {})) }),
        ..Default::default()
    };
    let group = competition::CriteriaGroup {
        code: "I".to_owned(),
        name: "Nội dung".to_owned(),
        kind: competition::GroupKind::Base.into(),
        max_points: "100".to_owned(),
        criteria: vec![criterion],
    };
    let figure = |code: &str, planned: &str, actual: &str| competition::Figure {
        code: code.to_owned(),
        name: code.to_owned(),
        unit_of_measure: "đoàn viên".to_owned(),
        planned: planned.to_owned(),
        actual: Some(actual.to_owned()),
    };
    Gathered {
        federation: ("vinh-long".to_owned(), "LĐLĐ tỉnh Vĩnh Long".to_owned()),
        units_revision: 3,
        units: vec![unit("vl-02"), unit("vl-01")],
        season: competition::Season {
            code: "2023".to_owned(),
            starts_on: "2023-01-01".to_owned(),
            ends_on: "2023-12-31".to_owned(),
            revision: 7,
            ..Default::default()
        },
        policy: Some(competition::Policy {
            layers: vec!["self".to_owned(), "bloc".to_owned()],
            required_layer: "bloc".to_owned(),
            not_applicable: competition::NotApplicable::Zero.into(),
            classes: vec![class("good", "80"), class("fair", "0")],
            ranking: vec!["total".to_owned()],
            percent_base: competition::PercentBase::All.into(),
            ..Default::default()
        }),
        sets: vec![competition::CriteriaSet {
            code: "cs".to_owned(),
            name: "Bảng điểm".to_owned(),
            max_points: "100".to_owned(),
            groups: vec![group],
            ..Default::default()
        }],
        blocs: vec![competition::Bloc {
            season: "2023".to_owned(),
            code: "cum-1".to_owned(),
            name: "Cụm 1".to_owned(),
            criteria_set: "cs".to_owned(),
            members: vec!["vl-01".to_owned(), "vl-02".to_owned()],
            ..Default::default()
        }],
        targets: vec![competition::Target {
            unit: "vl-01".to_owned(),
            code: "party".to_owned(),
            name: "Kết nạp".to_owned(),
            figures: vec![figure("introduced", "180.50", "193"), figure("admitted", "58", "12")],
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn sheet<'a>(unit: &'a str, given: &str) -> Sheet<'a> {
    let score = Score::Points { points: points(given), reason: None };
    Sheet {
        unit,
        layer: "bloc",
        scorer: "cum-1",
        lines: vec![crate::domain::campaign::Line { criterion: "1.1", score }],
    }
}

#[test]
fn rows_become_a_campaign_that_is_classified_whatever_their_order() {
    let gathered = gathered();
    let sheets = || vec![sheet("vl-01", "92.5"), sheet("vl-02", "70")];
    let first = classify(&gathered.campaign(sheets()).expect("assembled"), None, &<[u8]>::to_vec);
    let drafted = first.outcome.as_ref().expect("no faults");
    assert_eq!((first.units, drafted.ranked), (2, 2));
    let results = String::from_utf8(drafted.results.kept.clone()).expect("text");
    assert!(results.contains(&drafted.results_sha256) && results.contains(&first.campaign_sha256));

    let mut other = gathered.clone();
    other.units.reverse();
    other.blocs[0].members.reverse();
    let sheets = sheets().into_iter().rev().collect();
    let second = classify(&other.campaign(sheets).expect("assembled"), None, &<[u8]>::to_vec);
    assert_eq!(second.campaign.kept, first.campaign.kept);
    assert_eq!(second.campaign_sha256, first.campaign_sha256);
}

#[test]
fn a_target_carries_its_first_figure() {
    let gathered = gathered();
    let campaign = gathered.campaign(Vec::new()).expect("assembled");
    let target = campaign.targets[0];
    assert_eq!((target.target.plain().to_string(), target.measure), ("180.5".to_owned(), "đoàn viên"));
    assert_eq!(target.actual.map(|actual| actual.plain().to_string()).as_deref(), Some("193"));
    assert_eq!(target.criterion, None);
    assert_eq!(campaign.policy.classes[0].standing, Standing::Band { min_points: points("80") });
}

#[test]
fn a_campaign_with_faults_keeps_them_all_and_its_hash() {
    let gathered = gathered();
    let sheets = || vec![sheet("vl-01", "101"), sheet("vl-09", "1")];
    let refused = classify(&gathered.campaign(sheets()).expect("assembled"), None, &<[u8]>::to_vec);
    let faults = refused.outcome.expect_err("faults");
    let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(pointers, ["/sheets/0/lines/0/points", "/sheets/1/unit"]);
    assert_eq!(refused.campaign_sha256.len(), 64);
}

#[test]
fn a_season_without_policy_is_told() {
    let gathered = Gathered { policy: None, ..gathered() };
    let error = gathered.campaign(Vec::new()).expect_err("refused");
    assert_eq!(error, "season \"2023\" has no policy");
}

#[test]
fn what_changed_elsewhere_is_no_change() {
    let (before, mut now) = (gathered(), gathered());
    now.season.revision += 1;
    now.units_revision += 1;
    assert!(now.says_the_same_as(before.clone()));
    now.units.pop();
    assert!(!now.says_the_same_as(before));
}
