//! What is kept says what the results say.

use std::cmp::Ordering;

use prost::Message as _;

use super::*;
use crate::domain::document::Document;
use crate::domain::explain::Explainer;
use crate::domain::{compute, read};

const EXAMPLE: &[u8] = include_bytes!("../../../tests/fixtures/example/campaign.json");

#[test]
fn standings_follow_the_federation_s_ranks_and_lines_keep_their_names() {
    let document = Document::read(EXAMPLE).unwrap();
    let checked = read(&document).unwrap();
    let results = compute(&checked).unwrap();
    let records = Records::of(checked.campaign(), &results);
    assert_eq!(records.units.len(), results.units.len());
    let order = |pair: &[UnitRecord]| standing::order(&pair[0].standing, &pair[1].standing);
    assert!(records.units.windows(2).all(|pair| order(pair) == Ordering::Less));
    for record in &records.units {
        let unit = results.units.iter().find(|unit| unit.unit == record.standing.unit).unwrap();
        assert_eq!(record.standing.total, unit.totals.map(|totals| totals.total.to_string()));
        let bloc = records.blocs.iter().find(|bloc| Some(bloc.code.as_str()) == unit.bloc);
        let Some(bloc) = bloc else { continue };
        let (_, set) = records.sets.iter().find(|(code, _)| *code == bloc.criteria_set).unwrap();
        let kept = record.lines.named(set);
        assert_eq!(kept.len(), unit.lines.len());
        for (kept, line) in kept.iter().zip(&unit.lines) {
            assert_eq!((kept.criterion, kept.points, kept.state), (line.criterion, line.points, line.state));
            assert_eq!(kept.layer, line.layer.unwrap_or_default());
        }
    }
    let in_blocs: u32 = records.blocs.iter().map(|bloc| bloc.summary.units).sum();
    assert!(in_blocs <= records.federation.units);
}

#[test]
fn an_explanation_is_read_back_with_its_set() {
    let document = Document::read(EXAMPLE).unwrap();
    let checked = read(&document).unwrap();
    let campaign = checked.campaign();
    let results = compute(&checked).unwrap();
    let records = Records::of(campaign, &results);
    let explainer = Explainer::new(&checked);
    let mut seen = 0;
    for record in &records.units {
        let Some(explanation) = explainer.explain(&record.standing.unit) else { continue };
        let (_, set) = records.sets.iter().find(|(code, _)| code == explanation.criteria_set).unwrap();
        let kept = KeptExplanation::of(&explanation, &campaign.policy.layers, std::iter::empty());
        let kept = KeptExplanation::decode(kept.encode_to_vec().as_slice()).unwrap();
        let whole = kept.to_proto(record, set, Shown::Lines(CrossSheets::All));
        assert_eq!(whole.max_points, explanation.max_points.to_string());
        for (group, explained) in whole.groups.iter().zip(&explanation.groups) {
            assert_eq!(group.group, explained.code);
            assert_eq!(
                (&group.sum, &group.points),
                (&explained.sum.to_string(), &explained.points.to_string())
            );
            for (line, explained) in group.lines.iter().zip(&explained.lines) {
                assert_eq!(
                    (line.criterion.as_str(), line.name.as_str()),
                    (explained.criterion, explained.name)
                );
                assert_eq!(
                    (&line.points, &line.arithmetic),
                    (&explained.points.to_string(), &explained.arithmetic())
                );
                seen += 1;
            }
        }
        let groups = kept.to_proto(record, set, Shown::Groups);
        assert!(groups.groups.iter().all(|group| group.lines.is_empty() && !group.points.is_empty()));
    }
    assert!(seen > 0);
}

fn record(code: &str, points: &[i64]) -> UnitRecord {
    let standing = wire::Standing { unit: code.to_owned(), ..wire::Standing::default() };
    UnitRecord { standing, lines: KeptLines::of_points(points) }
}

fn set(criteria: &[&str]) -> KeptSet {
    let line = |criterion: &&str| wire::LineExplanation {
        criterion: (*criterion).to_owned(),
        ..wire::LineExplanation::default()
    };
    let group = wire::GroupExplanation { lines: criteria.iter().map(line).collect(), ..Default::default() };
    KeptSet { groups: vec![group], ..KeptSet::default() }
}

#[test]
fn lines_are_compared_by_criterion_when_the_set_has_changed() {
    let (old, new) = (record("a", &[100, 200, 300]), record("a", &[200, 100, 50]));
    let (was, is) = (set(&["1", "2", "3"]), set(&["2", "1", "4"]));
    let before = Seen { record: &old, set: Some(&was) };
    let after = Seen { record: &new, set: Some(&is) };
    let moved = between(Some(before), Some(after)).unwrap();
    let lines: Vec<_> = moved
        .lines
        .iter()
        .map(|line| (line.criterion.as_str(), line.points_before.as_deref(), line.points_after.as_deref()))
        .collect();
    assert_eq!(lines, [("4", None, Some("0.50")), ("3", Some("3.00"), None)]);
    assert_eq!(between(Some(before), Some(before)), None);
    let appeared = between(None, Some(after)).unwrap();
    assert!(appeared.before.is_none() && appeared.after.is_some());
    assert_eq!(appeared.lines.len(), 3);
    let renamed = wire::Standing { unit_name: "x".to_owned(), ..old.standing.clone() };
    let renamed = UnitRecord { standing: renamed, ..old.clone() };
    assert_eq!(between(Some(before), Some(Seen { record: &renamed, set: Some(&was) })), None, "a name");
}
