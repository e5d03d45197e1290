use super::*;
use crate::domain::progress::{self, Entry};

fn figure(code: &str, planned: &str) -> wire::Figure {
    wire::Figure { code: code.to_owned(), planned: planned.to_owned(), ..wire::Figure::default() }
}

fn target(code: &str, criterion: &str, figures: Vec<wire::Figure>) -> wire::Target {
    wire::Target {
        code: code.to_owned(),
        name: code.to_owned(),
        criterion: criterion.to_owned(),
        figures,
        ..wire::Target::default()
    }
}

fn fields<T>(result: platform::Result<T>) -> Vec<(String, &'static str)> {
    let error = result.err().expect("refused");
    error.violations().iter().map(|v| (v.field.clone(), v.reason)).collect()
}

fn parse(targets: &[wire::Target]) -> platform::Result<Vec<Target>> {
    let mut faults = Faults::new();
    let parsed = Target::parse_all("vl-01", targets, &mut faults);
    faults.finish(parsed)
}

fn set() -> CriteriaSet {
    let criterion = wire::Criterion { code: "2.1".to_owned(), ..wire::Criterion::default() };
    let group = wire::CriteriaGroup { criteria: vec![criterion], ..wire::CriteriaGroup::default() };
    CriteriaSet { code: "enterprise".to_owned(), name: String::new(), max_points: 0, groups: vec![group] }
}

fn merged(
    present: &[Target],
    put: &[wire::Target],
    set: Option<&CriteriaSet>,
) -> platform::Result<Vec<Target>> {
    let mut faults = Faults::new();
    let merged = merge(present, parse(put).expect("targets"), set, &mut faults);
    faults.finish(merged)
}

#[test]
fn all_faults_of_all_targets_come_at_once() {
    let foreign = wire::Target { unit: "vl-02".to_owned(), ..target("a", "", vec![figure("f", "1")]) };
    let zero = target("b", "", vec![figure("f", "0"), figure("f", "1,5")]);
    let expected = [
        ("targets[0].unit", "INVALID_ARGUMENT"),
        ("targets[1].figures[0].planned", "NUMBER_INVALID"),
        ("targets[1].figures[1].planned", "NUMBER_INVALID"),
        ("targets[2].figures", "FIELD_REQUIRED"),
    ];
    let found = fields(parse(&[foreign, zero, target("c", "", vec![])]));
    assert_eq!(found, expected.map(|(field, reason)| (field.to_owned(), reason)));
    let twice = [target("a", "", vec![figure("f", "1")]), target("a", "", vec![figure("f", "1")])];
    assert_eq!(fields(parse(&twice)), [("targets[1].code".to_owned(), "INVALID_ARGUMENT")]);
}

#[test]
fn a_put_target_keeps_its_place_and_what_was_recorded() {
    let set = set();
    let first = [target("a", "2.1", vec![figure("f", "10")]), target("b", "", vec![figure("f", "1")])];
    let mut present = merged(&[], &first, Some(&set)).expect("fine");
    assert_eq!(present.iter().map(|target| target.position).collect::<Vec<_>>(), [0, 1]);
    present[1].figures[0].actual = Some(5_000);
    let again = [target("c", "", vec![figure("f", "1")]), target("b", "", vec![figure("f", "2")])];
    let changed = merged(&present, &again, Some(&set)).expect("fine");
    assert_eq!((changed[0].position, changed[1].position), (2, 1));
    assert_eq!((changed[1].figures[0].planned, changed[1].figures[0].actual), (20_000, Some(5_000)));
    let dropped = merged(&present, &[target("b", "", vec![figure("g", "1")])], Some(&set));
    assert_eq!(fields(dropped), [("targets[0].figures".to_owned(), "PROGRESS_RECORDED")]);
}

#[test]
fn a_criterion_is_of_the_blocs_set_and_named_by_one_target() {
    let set = set();
    let figures = || vec![figure("f", "1")];
    let present = merged(&[], &[target("a", "2.1", figures())], Some(&set)).expect("fine");
    let other = fields(merged(&present, &[target("b", "2.1", figures())], Some(&set)));
    assert_eq!(other, [("targets[0].criterion".to_owned(), "INVALID_ARGUMENT")]);
    let unknown = fields(merged(&[], &[target("a", "9.9", figures())], Some(&set)));
    assert_eq!(unknown, [("targets[0].criterion".to_owned(), "CRITERION_UNKNOWN")]);
    let blocless = fields(merged(&[], &[target("a", "2.1", figures())], None));
    assert_eq!(blocless, unknown);
    let handed_on = [target("b", "2.1", figures()), target("a", "", figures())];
    assert!(merged(&present, &handed_on, Some(&set)).is_ok());
}

#[test]
fn progress_names_targets_and_figures_that_are_there() {
    let present = parse(&[target("a", "", vec![figure("f", "10")])]).expect("targets");
    let record = |entries: &[(&str, &str, &str)]| {
        let entries: Vec<_> = entries
            .iter()
            .map(|(target, figure, actual)| wire::Progress {
                target: (*target).to_owned(),
                figure: (*figure).to_owned(),
                actual: (*actual).to_owned(),
                ..wire::Progress::default()
            })
            .collect();
        let mut faults = Faults::new();
        let entries = Entry::parse_all(&entries, &mut faults);
        let applied = entries.and_then(|entries| progress::apply(present.clone(), &entries, &mut faults));
        faults.finish(applied)
    };
    let met = record(&[("a", "f", "10.5")]).expect("fine");
    assert!(met[0].exceeded());
    let expected = [("progress[0].target", "TARGET_UNKNOWN"), ("progress[1].figure", "TARGET_UNKNOWN")];
    let found = fields(record(&[("x", "f", "1"), ("a", "x", "1")]));
    assert_eq!(found, expected.map(|(field, reason)| (field.to_owned(), reason)));
    let twice = fields(record(&[("a", "f", "1"), ("a", "f", "2")]));
    assert_eq!(twice, [("progress[1].figure".to_owned(), "INVALID_ARGUMENT")]);
}
