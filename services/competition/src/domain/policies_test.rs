use super::*;

fn band(code: &str, points: &str) -> wire::Class {
    wire::Class {
        code: code.to_owned(),
        name: code.to_owned(),
        entry: Some(Entry::MinPoints(points.to_owned())),
        requires: None,
    }
}

fn chosen(code: &str, from: &str, percent: &str) -> wire::Class {
    let quota = wire::Quota {
        scope: wire::QuotaScope::Bloc.into(),
        percent: percent.to_owned(),
        base: wire::QuotaBase::Pool.into(),
        rounding: wire::Rounding::HalfUp.into(),
    };
    let select =
        wire::Selection { from: from.to_owned(), quotas: vec![quota], ties: wire::Ties::Exclude.into() };
    wire::Class { entry: Some(Entry::Select(select)), ..band(code, "") }
}

fn policy() -> wire::Policy {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    let requires = wire::Requirements {
        no_facts: texts(&["illegal_strike"]),
        all_facts: vec![wire::RequiredFact {
            fact: "cba_in_force".to_owned(),
            sectors: texts(&["enterprise"]),
        }],
        min_group_share: Some("0.50".to_owned()),
        min_points: vec![wire::RequiredPoints { criterion: "2.1".to_owned(), points: "5".to_owned() }],
    };
    wire::Policy {
        layers: texts(&["self", "cross", "bloc"]),
        required_layer: "bloc".to_owned(),
        cross_aggregate: CrossAggregate::Mean.into(),
        not_applicable: NotApplicable::Scale.into(),
        eligibility: Some(wire::Eligibility { min_months_active: 12, min_months_since_reorganised: 6 }),
        classes: vec![
            wire::Class { requires: Some(requires), ..chosen("excellent", "good", "20") },
            band("good", "80"),
            band("completed", "50"),
            band("not_completed", "0"),
        ],
        ranking: texts(&["total", "group:1", "votes"]),
        percent_base: PercentBase::All.into(),
    }
}

fn read(policy: &wire::Policy) -> Result<wire::Policy, Vec<(String, &'static str)>> {
    let mut faults = Faults::new();
    let parsed = parse("policy", policy, &mut faults);
    let read = faults.finish(parsed);
    read.map_err(|error| error.violations().iter().map(|v| (v.field.clone(), v.reason)).collect())
}

fn faults_of(change: impl FnOnce(&mut wire::Policy)) -> Vec<(String, &'static str)> {
    let mut changed = policy();
    change(&mut changed);
    read(&changed).expect_err("refused")
}

fn one(field: &str, reason: &'static str) -> Vec<(String, &'static str)> {
    vec![(format!("policy.{field}"), reason)]
}

#[test]
fn a_policy_that_holds_together_is_kept_in_one_form() {
    let kept = read(&policy()).expect("a policy");
    assert_eq!(kept.classes[1].entry, Some(Entry::MinPoints("80.00".to_owned())));
    assert_eq!(kept.classes[0].requires.as_ref().expect("some").min_group_share.as_deref(), Some("0.5"));
    assert_eq!(read(&kept), Ok(kept.clone()));
}

#[test]
fn layers_hold_together() {
    assert_eq!(faults_of(|p| p.layers[1] = "self".into()), {
        let mut both = one("layers[1]", "POLICY_INVALID");
        both.extend(one("cross_aggregate", "POLICY_INVALID"));
        both
    });
    assert_eq!(faults_of(|p| p.required_layer = "top".into()), one("required_layer", "POLICY_INVALID"));
    assert_eq!(faults_of(|p| p.cross_aggregate = 0), one("cross_aggregate", "FIELD_REQUIRED"));
    assert_eq!(faults_of(|p| p.layers.clear()), {
        let mut both = one("layers", "FIELD_REQUIRED");
        both.extend(one("cross_aggregate", "POLICY_INVALID"));
        both
    });
}

#[test]
fn classes_stand_from_best_to_worst_and_end_at_zero() {
    assert_eq!(faults_of(|p| p.classes[2] = band("x", "80")), one("classes[2].min_points", "POLICY_INVALID"));
    assert_eq!(faults_of(|p| p.classes[3] = band("x", "1")), one("classes[3]", "POLICY_INVALID"));
    assert_eq!(
        faults_of(|p| p.classes[3].requires = Some(wire::Requirements::default())),
        one("classes[3].requires", "POLICY_INVALID")
    );
    assert_eq!(
        faults_of(|p| p.classes[0] = chosen("excellent", "completed", "20")),
        one("classes[0].select.from", "POLICY_INVALID")
    );
    assert_eq!(
        faults_of(|p| p.classes[0] = chosen("excellent", "good", "100.5")),
        one("classes[0].select.quotas[0].percent", "NUMBER_INVALID")
    );
    assert_eq!(
        faults_of(|p| p.classes[2].code = "unranked".into()),
        one("classes[2].code", "POLICY_INVALID")
    );
    assert_eq!(faults_of(|p| p.classes.clear()), one("classes", "FIELD_REQUIRED"));
}

#[test]
fn ranking_has_known_keys_once() {
    let keys = |keys: &[&str]| keys.iter().map(|&key| key.to_owned()).collect::<Vec<_>>();
    assert_eq!(faults_of(|p| p.ranking = keys(&[])), one("ranking", "FIELD_REQUIRED"));
    assert_eq!(faults_of(|p| p.ranking = keys(&["total", "total"])), one("ranking[1]", "POLICY_INVALID"));
    assert_eq!(faults_of(|p| p.ranking = keys(&["points"])), one("ranking[0]", "POLICY_INVALID"));
}

#[test]
fn all_faults_come_at_once() {
    let found = faults_of(|p| {
        p.eligibility = None;
        p.not_applicable = 9;
        p.percent_base = 0;
        if let Some(requires) = &mut p.classes[0].requires {
            requires.min_group_share = Some("1.1".into());
            requires.no_facts.push("illegal_strike".into());
        }
    });
    let fields: Vec<_> = found.iter().map(|(field, _)| field.as_str()).collect();
    let expected = [
        "policy.not_applicable",
        "policy.eligibility",
        "policy.classes[0].requires.no_facts[1]",
        "policy.classes[0].requires.min_group_share",
        "policy.percent_base",
    ];
    assert_eq!(fields, expected);
}
