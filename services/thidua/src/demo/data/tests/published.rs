//! What was published about the five real campaigns follows from the files.

use super::document::results;
use crate::demo::data::shape::{CommendationLevel, ConferenceKind, TargetGroup};
use crate::demo::data::{Bloc, Campaign, Code, Target, embedded};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn campaign(code: &str) -> Campaign {
    embedded().unwrap().into_iter().find(|c| c.federation.code.as_str() == code).unwrap()
}

fn code(text: &str) -> Code {
    Code::try_from(text.to_owned()).unwrap()
}

/// Actuals and plans are whole numbers in these campaigns.
fn whole(measure: &crate::demo::data::Measure) -> u64 {
    measure.as_str().parse().unwrap()
}

fn actual(target: &Target, figure: usize) -> u64 {
    target.figures[figure].actual.as_ref().map_or(0, whole)
}

/// All, met and exceeded; by every figure of a target.
fn counts(targets: &[&Target]) -> (usize, usize, usize) {
    let met = |t: &Target| {
        (0..t.figures.len())
            .all(|f| t.figures[f].actual.is_some() && actual(t, f) >= whole(&t.figures[f].planned))
    };
    let above = |t: &Target| (0..t.figures.len()).any(|f| actual(t, f) > whole(&t.figures[f].planned));
    let met: Vec<&&Target> = targets.iter().filter(|t| met(t)).collect();
    (targets.len(), met.len(), met.iter().filter(|t| above(t)).count())
}

fn sum(campaign: &Campaign, target: &str, figure: usize, of: impl Fn(&Code) -> bool) -> u64 {
    let targets = campaign.targets.iter().filter(|t| t.code.as_str() == target && of(&t.unit));
    targets.map(|t| actual(t, figure)).sum()
}

fn bloc_results<'a>(results: &'a Value, bloc: &str) -> &'a Value {
    results["blocs"].as_array().unwrap().iter().find(|b| b["bloc"] == bloc).unwrap()
}

fn class_of(results: &Value, unit: &str) -> String {
    let units = results["units"].as_array().unwrap();
    units.iter().find(|u| u["unit"] == unit).unwrap()["class"].as_str().unwrap().to_owned()
}

/// The leading unit of a bloc, and after how many rounds. The quorum is two thirds of the members, the majority more
/// than half of the ballots, the run-off between the first two.
fn leading_unit(bloc: &Bloc) -> (Code, usize) {
    let vote = bloc.vote.as_ref().unwrap();
    let mut admitted: BTreeSet<Code> = vote.candidates.iter().cloned().collect();
    for (r, round) in vote.rounds.iter().enumerate() {
        assert!(round.ballots.keys().all(|choice| admitted.contains(choice)), "{}", bloc.code);
        let cast = round.blank.len() + round.ballots.values().map(Vec::len).sum::<usize>();
        assert!(cast * 3 >= bloc.members.len() * 2, "{} has no quorum", bloc.code);
        let mut order: Vec<(usize, &Code)> = round.ballots.iter().map(|(c, by)| (by.len(), c)).collect();
        order.sort_by(|a, b| b.cmp(a));
        if order[0].0 * 2 > cast {
            assert_eq!(r + 1, vote.rounds.len(), "{} has a round too many", bloc.code);
            return (order[0].1.clone(), r + 1);
        }
        admitted = order.iter().take(2).map(|(_, c)| (*c).clone()).collect();
    }
    panic!("{} elects nobody", bloc.code)
}

#[test]
fn ba_ria_vung_tau_has_six_of_six_good() {
    let campaign = campaign("ba-ria-vung-tau");
    let results = results(&campaign);
    let bloc = bloc_results(&results, "khoi-nganh");
    assert_eq!((&bloc["units"], &bloc["counts"]["good"]), (&json!(6), &json!(6)));
    assert_eq!(bloc["percent"]["good"], "100.00");
    let of_scoring = |kind| kind == ConferenceKind::Scoring;
    let conference = campaign.blocs[0].conferences.iter().find(|c| of_scoring(c.kind)).unwrap();
    assert_eq!(conference.held_on.as_str(), "2022-11-25");
    assert_eq!(conference.chair, campaign.blocs[0].leader);
}

#[test]
fn khanh_hoa_signs_its_pact_and_scores_by_it() {
    let campaign = campaign("khanh-hoa");
    let bloc = &campaign.blocs[0];
    assert_eq!(bloc.pact.adopted_on.as_str(), "2022-02-16");
    for unit in &bloc.members {
        let groups: Vec<TargetGroup> = campaign.targets_of(unit).map(|t| t.group).collect();
        assert!(
            groups.contains(&TargetGroup::Target) && groups.contains(&TargetGroup::ProgrammeTask),
            "{unit}"
        );
        assert!(campaign.sheets_of("bloc").any(|sheet| sheet.unit == *unit));
    }
    let results = results(&campaign);
    let units = results["units"].as_array().unwrap();
    let decided: Vec<&Value> = units.iter().filter(|u| u["class"] != u["computed_class"]).collect();
    assert_eq!(decided.len(), 1);
    assert_eq!((&decided[0]["computed_class"], &decided[0]["class"]), (&json!("completed"), &json!("good")));
    assert_eq!(class_of(&results, "cd-vien-chuc"), "excellent");
}

#[test]
fn cao_bang_meets_nine_of_nine_targets_and_exceeds_two() {
    let campaign = campaign("cao-bang");
    let union = code("cd-vien-chuc");
    let group = |group| counts(&campaign.targets_of(&union).filter(|t| t.group == group).collect::<Vec<_>>());
    assert_eq!(group(TargetGroup::Target), (9, 9, 2));
    assert_eq!(group(TargetGroup::JointTask), (4, 4, 0));
    assert_eq!(group(TargetGroup::ProgrammeTask), (26, 26, 0));
    let figures = |name: &str| -> Vec<(u64, u64)> {
        let target = campaign.targets_of(&union).find(|t| t.code.as_str() == name).unwrap();
        target.figures.iter().map(|f| (whole(f.actual.as_ref().unwrap()), whole(&f.planned))).collect()
    };
    assert_eq!(figures("quy"), [(193, 180)]);
    assert_eq!(figures("dang"), [(113, 58), (108, 58)]);
}

#[test]
fn cao_bang_adds_up_from_its_58_unions() {
    let campaign = campaign("cao-bang");
    let below = |unit: &Code| campaign.units[unit].parent == Some(code("cd-vien-chuc"));
    assert_eq!(campaign.units.keys().filter(|unit| below(unit)).count(), 58);
    assert_eq!((sum(&campaign, "dang", 0, below), sum(&campaign, "dang", 1, below)), (113, 108));
    let electronic: Vec<&Target> =
        campaign.targets.iter().filter(|t| t.group == TargetGroup::JointTask && below(&t.unit)).collect();
    assert_eq!(counts(&electronic), (58, 58, 0));
    let won: u64 = sum(&campaign, "doan-vien", 0, below);
    assert_eq!(won, sum(&campaign, "doan-vien", 0, |unit| unit.as_str() == "cd-vien-chuc"));
    let certificates: Vec<_> =
        campaign.commendations.iter().filter(|c| c.level == CommendationLevel::UpperUnion).collect();
    assert_eq!(certificates.iter().map(|c| c.collectives.len()).sum::<usize>(), 13);
    assert_eq!(certificates.iter().map(|c| c.individuals.len()).sum::<usize>(), 41);
    let results = results(&campaign);
    let bloc = bloc_results(&results, "khoi-vien-chuc");
    assert_eq!(bloc["ranked"], 58);
    // Two equal unions stand at the cut of the 20 %: both are out.
    assert_eq!(bloc["quotas"][0]["ties_at_cut"], json!(["cb-06", "cb-31"]));
}

#[test]
fn thai_nguyen_proposes_five_leading_units_of_five_blocs() {
    let campaign = campaign("thai-nguyen");
    let results = results(&campaign);
    assert_eq!(campaign.blocs.len(), 5);
    let mut rounds = Vec::new();
    for bloc in &campaign.blocs {
        let day = bloc.conferences[0].held_on.as_str();
        assert!(("2021-11-23"..="2021-11-25").contains(&day), "{day}");
        let (unit, after) = leading_unit(bloc);
        rounds.push(after);
        // A flag goes to the best class alone.
        assert_eq!(class_of(&results, unit.as_str()), "excellent", "{unit}");
    }
    assert_eq!(rounds, [1, 2, 1, 1, 1]);
    assert!(campaign.commendations.iter().any(|c| c.leading_units));
}

#[test]
fn vinh_long_has_five_excellent_18_good_one_completed_one_unranked() {
    let campaign = campaign("vinh-long");
    let results = results(&campaign);
    let bloc = bloc_results(&results, "cum-truc-thuoc");
    assert_eq!(bloc["units"], 25);
    assert_eq!(
        bloc["counts"],
        json!({"excellent": 5, "good": 18, "completed": 1, "not_completed": 0, "unranked": 1})
    );
    assert_eq!(
        bloc["percent"],
        json!({"excellent": "20.00", "good": "72.00", "completed": "4.00", "not_completed": "0.00",
               "unranked": "4.00"})
    );
    let everyone = |_: &Code| true;
    assert_eq!(sum(&campaign, "doan-vien", 0, everyone), 150);
    assert_eq!((sum(&campaign, "dang", 0, everyone), sum(&campaign, "dang", 1, everyone)), (75, 45));
    let (unit, rounds) = leading_unit(&campaign.blocs[0]);
    assert_eq!((class_of(&results, unit.as_str()).as_str(), rounds), ("excellent", 1));
}

#[test]
fn the_campaigns_show_the_features() {
    let mut states = BTreeSet::new();
    let mut unranked = BTreeSet::new();
    let mut layers = BTreeSet::new();
    let mut unmet = BTreeSet::new();
    for campaign in embedded().unwrap() {
        let results = results(&campaign);
        for unit in results["units"].as_array().unwrap() {
            for line in unit["lines"].as_array().unwrap() {
                states.insert(line["state"].as_str().unwrap().to_owned());
                layers.insert(line["layer"].as_str().unwrap_or("none").to_owned());
            }
            let reasons = unit["unranked"].as_array().unwrap();
            unranked.extend(reasons.iter().map(|reason| reason.as_str().unwrap().to_owned()));
            if let Some(parts) = unit["unmet"]["excellent"].as_array() {
                unmet.extend(parts.iter().map(|part| part.as_str().unwrap().to_owned()));
            }
        }
    }
    let all = |names: &BTreeSet<String>| names.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    assert_eq!(all(&states), "missing not_applicable overridden scored");
    assert_eq!(all(&layers), "appraisal bloc cross none self");
    assert_eq!(all(&unranked), "dormant not_assessed recently_reorganised too_new");
    assert_eq!(all(&unmet), "all_facts:cba_in_force all_facts:excellent_requested min_points:2.1");
}
