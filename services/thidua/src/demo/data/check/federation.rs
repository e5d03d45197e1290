//! Season, phases and units.

use super::people::People;
use crate::demo::data::fault::Finder;
use crate::demo::data::load::Shared;
use crate::demo::data::shape::{File, PhaseKind};
use std::collections::BTreeSet;

pub(super) fn season(file: &File, shared: &Shared, people: &People, finder: &mut Finder<'_>) {
    let season = &file.season;
    finder.require(season.starts_on <= season.ends_on, "season.ends_on", "is before season.starts_on");
    for (i, login) in season.approved_by.iter().enumerate() {
        people.require_committee(login, format_args!("season.approved_by[{i}]"), finder);
    }
    let [first, second] = &season.approved_by;
    finder.require(first != second, "season.approved_by", "names one person twice; approval takes two");
    finder.require(
        season.vote_rules.run_off_candidates != Some(1),
        "season.vote_rules.run_off_candidates",
        "1 is no run-off; at least 2",
    );
    let policy = shared.policies.get(&season.policy);
    finder.require(
        policy.is_some(),
        "season.policy",
        format_args!("there is no policies/{}.toml", season.policy),
    );
    let mut codes = BTreeSet::new();
    let mut opened = BTreeSet::new();
    for (i, phase) in season.phases.iter().enumerate() {
        let path = |field: &str| format!("season.phases[{i}].{field}");
        finder.require(
            codes.insert(&phase.code),
            path("code"),
            format_args!("\"{}\" stands there twice", phase.code),
        );
        finder.require(phase.planned_from <= phase.planned_to, path("planned_to"), "is before planned_from");
        finder.require(
            (phase.kind == PhaseKind::Scoring) != phase.layers.is_empty(),
            path("layers"),
            "scoring phases name at least one layer, others none",
        );
        for layer in &phase.layers {
            opened.insert(layer);
            finder.require(
                policy.is_none_or(|policy| policy.layers.contains(layer)),
                path("layers"),
                format_args!("\"{layer}\" is no layer of the policy"),
            );
        }
    }
    for (b, bloc) in file.blocs.iter().enumerate() {
        for (s, sheet) in bloc.sheets.iter().enumerate() {
            finder.require(
                opened.contains(&sheet.layer),
                format_args!("blocs[{b}].sheets[{s}].layer"),
                format_args!("no phase of the season is for sheets of the layer \"{}\"", sheet.layer),
            );
        }
    }
    let mut needs = |kind: PhaseKind, needed: bool, what: &str| {
        let there = season.phases.iter().any(|phase| phase.kind == kind);
        finder.require(!needed || there, "season.phases", format_args!("has none for {what}"));
    };
    needs(PhaseKind::Pact, true, "pacts and targets");
    needs(PhaseKind::Vote, file.blocs.iter().any(|bloc| bloc.vote.is_some()), "honour votes");
    needs(PhaseKind::Decision, !file.decisions.is_empty(), "decisions");
    needs(PhaseKind::Commendation, !file.commendations.is_empty(), "commendations");
}

pub(super) fn units(file: &File, finder: &mut Finder<'_>) {
    for (code, unit) in &file.units {
        let mut above = unit.parent.as_ref();
        let mut seen = BTreeSet::from([code]);
        while let Some(parent) = above {
            let path = format!("units.{code}.parent");
            if !seen.insert(parent) {
                finder.add(path, format_args!("\"{code}\" is above itself"));
                break;
            }
            match file.units.get(parent) {
                Some(next) => above = next.parent.as_ref(),
                None => {
                    finder.add(path, format_args!("\"{parent}\" is no unit"));
                    break;
                }
            }
        }
        let facts: BTreeSet<_> = unit.facts.iter().collect();
        finder.require(
            facts.len() == unit.facts.len(),
            format_args!("units.{code}.facts"),
            "a fact stands there twice",
        );
    }
}
