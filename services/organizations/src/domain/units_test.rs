use super::*;

fn request() -> proto::Unit {
    proto::Unit {
        code: "vl-01".to_owned(),
        name: "CĐCS Công ty Cấp nước".to_owned(),
        kind: "grassroots".to_owned(),
        sector: "enterprise".to_owned(),
        status: proto::UnitStatus::Unspecified.into(),
        founded_on: "2009-05-01".to_owned(),
        reorganised_on: String::new(),
        members: 120,
        parent: "vl".to_owned(),
    }
}

fn parse(unit: &proto::Unit) -> platform::Result<Unit> {
    let mut faults = Faults::new();
    let parsed = NewUnit::parse("unit", unit, &mut faults);
    faults.finish(parsed).map(Unit::from_new)
}

fn update(unit: &Unit, request: &proto::UpdateUnitRequest) -> platform::Result<Description> {
    let mut faults = Faults::new();
    let change = UnitChange::parse(request, &mut faults);
    let description = change.and_then(|change| change.apply(unit, &mut faults));
    faults.finish(description)
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

#[test]
fn a_unit_reads_back_as_it_was_entered_and_is_active() {
    let unit = parse(&request()).expect("fine");
    let shown = unit.to_proto(day("2023-12-31"));
    assert_eq!(shown, proto::Unit { status: proto::UnitStatus::Active.into(), ..request() });
    assert_eq!(unit.parent_spans()[0].from, "2009-05-01");
    assert_eq!(unit.status_spans()[0].to, "");
}

#[test]
fn all_that_is_wrong_with_a_unit_is_said_at_once() {
    let wrong = proto::Unit {
        code: "VL 01".to_owned(),
        name: String::new(),
        kind: String::new(),
        sector: " x".to_owned(),
        status: 9,
        founded_on: "2009-13-01".to_owned(),
        reorganised_on: "hôm qua".to_owned(),
        members: 1_000_000_001,
        parent: "?".to_owned(),
    };
    let error = parse(&wrong).expect_err("refused");
    let fields: Vec<_> = error.violations().iter().map(|v| v.field.trim_start_matches("unit.")).collect();
    let all =
        ["code", "name", "kind", "sector", "founded_on", "reorganised_on", "members", "parent", "status"];
    assert_eq!(fields, all);
}

#[test]
fn a_unit_is_not_reorganised_before_it_was_founded() {
    let error =
        parse(&proto::Unit { reorganised_on: "2009-04-30".to_owned(), ..request() }).expect_err("refused");
    assert_eq!(error.reason(), "DATE_INVALID");
    assert_eq!(error.violations()[0].field, "unit.reorganised_on");
}

#[test]
fn an_update_changes_what_it_names_alone() {
    let unit = parse(&request()).expect("fine");
    let code = "vl-01".to_owned();
    let change = proto::UpdateUnitRequest {
        code: code.clone(),
        sector: Some(String::new()),
        members: Some(5),
        ..Default::default()
    };
    let changed = update(&unit, &change).expect("fine");
    assert_eq!(changed, Description { sector: None, members: 5, ..unit.description.clone() });

    let nothing = proto::UpdateUnitRequest { code: code.clone(), ..Default::default() };
    assert_eq!(update(&unit, &nothing).expect("fine"), unit.description);

    let nameless = proto::UpdateUnitRequest { code, name: Some(String::new()), ..Default::default() };
    assert_eq!(update(&unit, &nameless).expect_err("refused").reason(), "FIELD_REQUIRED");
}

#[test]
fn a_foundation_is_before_the_first_change() {
    let mut unit = parse(&request()).expect("fine");
    let step = unit.parents.step(&None, day("2023-01-01"), unit.description.founded_on).expect("later");
    unit.parents = unit.parents.after(step, None);
    let founded = |date: &str| proto::UpdateUnitRequest {
        code: "vl-01".to_owned(),
        founded_on: Some(date.to_owned()),
        ..Default::default()
    };
    assert!(update(&unit, &founded("2022-12-31")).is_ok());
    assert_eq!(update(&unit, &founded("2023-01-01")).expect_err("refused").reason(), "DATE_INVALID");
}

#[test]
fn statuses_have_words_that_lead_back() {
    for status in Status::ALL {
        assert_eq!(Status::from_word(status.word()), Some(status));
        assert_eq!(Status::from_proto(status.to_proto()), Some(status));
    }
    assert_eq!(Status::from_word("gone"), None);
}
