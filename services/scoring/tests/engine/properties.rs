//! What holds for every campaign.

use proptest::prelude::*;
use scoring::domain::document::Document;
use scoring::domain::results::{LineState, Results};
use scoring::domain::{Classified, classify};
use serde_json::{Value, json};

use crate::campaigns::{banded_campaign, campaign};
use crate::dice::Dice;

/// Classifies a campaign that is valid.
fn classified<T>(campaign: &Value, then: impl FnOnce(&Classified<'_>) -> T) -> T {
    let bytes = serde_json::to_vec(campaign).unwrap();
    let document = Document::read(&bytes).unwrap();
    match classify(&document) {
        Ok(classified) => then(&classified),
        Err(faults) => panic!("{}\n{campaign}", faults.iter().map(|f| format!("{f}\n")).collect::<String>()),
    }
}

fn results_hash(campaign: &Value) -> String {
    classified(campaign, |classified| classified.results_sha256.to_string())
}

/// Adds decisions for some of the ranked units.
fn decide(campaign: &mut Value, dice: &mut Dice) {
    let ranked: Vec<String> = classified(campaign, |c| {
        c.results
            .units
            .iter()
            .filter(|unit| unit.unranked.is_empty())
            .map(|unit| unit.unit.to_owned())
            .collect()
    });
    let classes = campaign["policy"]["classes"].as_array().unwrap().clone();
    campaign["decisions"] = (ranked.iter())
        .filter(|_| dice.chance(30))
        .collect::<Vec<_>>()
        .into_iter()
        .map(|unit| json!({"unit": unit, "class": dice.pick(&classes)["code"], "reason": "quyết định"}))
        .collect();
}

fn shuffle(list: &mut Value, dice: &mut Dice) {
    dice.shuffle(list.as_array_mut().unwrap());
}

/// The position of a unit's class, 0 for the best.
fn class_of(results: &Results<'_>, unit: &str) -> usize {
    let class = results.units.iter().find(|u| u.unit == unit).unwrap().computed_class;
    results.classes.iter().position(|code| *code == class).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn the_order_of_entries_changes_nothing(seed in any::<u64>()) {
        let mut campaign = campaign(seed);
        let dice = &mut Dice(seed ^ 1);
        decide(&mut campaign, dice);
        let wanted = results_hash(&campaign);
        for list in ["units", "sheets", "blocs", "targets", "votes", "decisions", "criteria_sets"] {
            shuffle(&mut campaign[list], dice);
        }
        for (list, inner) in [("units", "facts"), ("sheets", "lines"), ("blocs", "members")] {
            campaign[list].as_array_mut().unwrap().iter_mut().for_each(|entry| shuffle(&mut entry[inner], dice));
        }
        prop_assert_eq!(results_hash(&campaign), wanted);
    }

    #[test]
    fn an_excluding_quota_is_never_overfilled(seed in any::<u64>()) {
        let campaign = campaign(seed);
        let ties = |class: &str| {
            let classes = campaign["policy"]["classes"].as_array().unwrap();
            classes.iter().find(|c| c["code"] == class).unwrap()["select"]["ties"].as_str().unwrap().to_owned()
        };
        classified(&campaign, |c| {
            let tallies = c.results.blocs.iter().map(|bloc| &bloc.tally).chain([&c.results.federation]);
            for quota in tallies.flat_map(|tally| &tally.quotas) {
                if quota.selected > quota.allowed {
                    assert_eq!(ties(quota.class), "include");
                    assert!(!quota.ties_at_cut.is_empty());
                }
                if !quota.ties_at_cut.is_empty() {
                    assert!(quota.allowed > 0 && quota.ties_at_cut.len() > 1, "{quota:?}");
                }
            }
        });
    }

    #[test]
    fn equal_units_share_the_better_rank_and_the_next_is_skipped(seed in any::<u64>()) {
        classified(&campaign(seed), |c| {
            let units = &c.results.units;
            for unit in units {
                let better = |rank: fn(&scoring::domain::results::UnitResult<'_>) -> Option<usize>, of_bloc: bool| {
                    let own = rank(unit);
                    let rivals = units.iter().filter(|u| !of_bloc || u.bloc == unit.bloc);
                    own.map(|own| rivals.filter(|u| rank(u).is_some_and(|r| r < own)).count() + 1)
                };
                assert_eq!(unit.rank, better(|u| u.rank, true));
                assert_eq!(unit.federation_rank, better(|u| u.federation_rank, false));
                assert_eq!(unit.rank.is_some(), unit.unranked.is_empty());
            }
            let counted: usize = c.results.federation.counts.iter().sum();
            assert_eq!(counted, units.len());
        });
    }

    #[test]
    fn more_points_never_lower_a_units_band(seed in any::<u64>()) {
        let mut campaign = banded_campaign(seed);
        let dice = &mut Dice(seed ^ 2);
        let Some((unit, sheet, line, more)) = improvable(&campaign, dice) else { return Ok(()) };
        let before = classified(&campaign, |c| class_of(&c.results, &unit));
        campaign["sheets"][sheet]["lines"][line]["points"] = json!(more);
        let after = classified(&campaign, |c| class_of(&c.results, &unit));
        prop_assert!(after <= before, "{unit}: class {before} became {after}");
    }
}

/// A ranked unit's judged line of a base or bonus criterion that counts and has room: unit, sheet, line, new points.
fn improvable(campaign: &Value, dice: &mut Dice) -> Option<(String, usize, usize, String)> {
    let counting: Vec<(String, String, String)> = classified(campaign, |c| {
        let ranked = c.results.units.iter().filter(|unit| unit.unranked.is_empty());
        ranked
            .flat_map(|unit| unit.lines.iter().map(move |line| (unit, line)))
            .filter(|(_, line)| matches!(line.state, LineState::Scored | LineState::Overridden))
            .filter_map(|(unit, line)| {
                Some((unit.unit.to_owned(), line.criterion.to_owned(), line.layer?.to_owned()))
            })
            .collect()
    });
    let mut found = Vec::new();
    for (s, sheet) in campaign["sheets"].as_array()?.iter().enumerate().filter(|(_, s)| s["layer"] != "cross")
    {
        for (l, line) in sheet["lines"].as_array()?.iter().enumerate() {
            let Some(points) = line["points"].as_str() else { continue };
            let key =
                [&sheet["unit"], &line["criterion"], &sheet["layer"]].map(|v| v.as_str().unwrap().to_owned());
            if !counting.iter().any(|(unit, criterion, layer)| [unit, criterion, layer] == key.each_ref()) {
                continue;
            }
            let max = earning_max(campaign, &key[0], &key[1]);
            let number = |text: &str| text.replace('.', "").parse::<usize>().unwrap();
            if let Some(room) = max.map(|max| number(&max) - number(points)).filter(|room| *room > 0) {
                let more = number(points) + 1 + dice.below(room);
                found.push((key[0].clone(), s, l, format!("{}.{:02}", more / 100, more % 100)));
            }
        }
    }
    (!found.is_empty()).then(|| dice.pick(&found).clone())
}

/// The maximum of a criterion of a base or bonus group in the unit's set.
fn earning_max(campaign: &Value, unit: &str, criterion: &str) -> Option<String> {
    let blocs = campaign["blocs"].as_array()?;
    let bloc = blocs.iter().find(|bloc| bloc["members"].as_array().unwrap().contains(&json!(unit)))?;
    let set = campaign["criteria_sets"].as_array()?.iter().find(|set| set["code"] == bloc["criteria_set"])?;
    let groups = set["groups"].as_array()?.iter().filter(|group| group["kind"] != "penalty");
    let mut criteria = groups.flat_map(|group| group["criteria"].as_array().unwrap());
    criteria.find(|c| c["code"] == criterion)?["max_points"].as_str().map(str::to_owned)
}
