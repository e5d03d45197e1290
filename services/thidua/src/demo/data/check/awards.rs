//! Decisions on classes, and commendations.

use super::people::{People, is_admin};
use crate::demo::data::accounts::Grant;
use crate::demo::data::fault::Finder;
use crate::demo::data::load::Shared;
use crate::demo::data::shape::{Bloc, Commendation, CommendationScope, File};
use crate::demo::data::value::Code;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn decisions(file: &File, shared: &Shared, people: &People, finder: &mut Finder<'_>) {
    let mut decided = BTreeSet::new();
    for (i, decision) in file.decisions.iter().enumerate() {
        let path = |field: &str| format!("decisions[{i}].{field}");
        finder.require(
            file.blocs.iter().any(|bloc| bloc.members.contains(&decision.unit))
                && decided.insert(&decision.unit),
            path("unit"),
            format_args!("\"{}\" is in no bloc, or is decided on twice", decision.unit),
        );
        if let Some(policy) = shared.policies.get(&file.season.policy) {
            finder.require(
                policy.classes.iter().any(|class| class.code == decision.class),
                path("class"),
                format_args!("\"{}\" is no class of the policy", decision.class),
            );
        }
        people.require_committee(&decision.decided_by, path("decided_by"), finder);
        finder.require(!decision.reason.is_empty(), path("reason"), "is empty");
    }
}

pub(super) fn commendations(file: &File, people: &People, finder: &mut Finder<'_>) {
    let mut subjects = BTreeMap::new();
    for (i, commendation) in file.commendations.iter().enumerate() {
        let path = |field: &str| format!("commendations[{i}].{field}");
        let topical = commendation.scope == CommendationScope::Topical;
        finder.require(
            topical == commendation.topic.is_some(),
            path("topic"),
            "is there for topical commendations, and for no other",
        );
        finder.require(
            commendation.leading_units || !recipients(commendation).is_empty(),
            path("collectives"),
            "nobody is commended",
        );
        finder.require(
            !commendation.leading_units || file.blocs.iter().any(|bloc| bloc.vote.is_some()),
            path("leading_units"),
            "no bloc has an honour vote",
        );
        let proposer = &commendation.proposed_by;
        for units in proposed(file, commendation) {
            let of_bloc = |bloc: &Code| {
                let bloc = file.blocs.iter().find(|there| there.code == *bloc);
                bloc.is_some_and(|bloc| {
                    units.iter().all(|unit| bloc.members.iter().any(|m| m.as_str() == *unit))
                })
            };
            let proposes = |grant: &Grant| match grant {
                Grant::BlocLeader(bloc) => of_bloc(bloc),
                Grant::UnitOfficer(own) => units.iter().all(|unit| *unit == own.as_str()),
                other => is_admin(other),
            };
            let office = format!("one who may propose {}", units.join(", "));
            people.require(proposer, proposes, path("proposed_by"), &office, finder);
        }
        people.require_committee(&commendation.approved_by, path("approved_by"), finder);
        let enters = &commendation.decision.entered_by;
        people.require(enters, is_admin, path("decision.entered_by"), "an administrator", finder);
        for (unit, person) in recipients(commendation) {
            let who = if person.is_empty() { unit } else { person };
            finder.require(
                file.units.contains_key(unit),
                path("collectives"),
                format_args!("\"{unit}\" is no unit"),
            );
            if let Some(before) = subjects.insert((commendation.level, unit, person), i) {
                finder.add(
                    path("collectives"),
                    format_args!(
                        "\"{who}\" is commended by the same level in commendations[{before}] already"
                    ),
                );
            }
        }
    }
}

/// The units for which is proposed, bloc by bloc: the proposer acts for all of them.
fn proposed<'a>(file: &'a File, commendation: &'a Commendation) -> Vec<Vec<&'a str>> {
    let named: BTreeSet<&str> = recipients(commendation).into_iter().map(|(unit, _)| unit).collect();
    let leading = |bloc: &Bloc| commendation.leading_units && bloc.vote.is_some();
    let of_bloc = |bloc: &'a Bloc| -> Vec<&'a str> {
        let members = bloc.members.iter().map(Code::as_str);
        members.filter(|unit| leading(bloc) || named.contains(unit)).collect()
    };
    file.blocs.iter().map(of_bloc).filter(|units| !units.is_empty()).collect()
}

/// Unit and person; no person for a collective.
fn recipients(commendation: &Commendation) -> Vec<(&str, &str)> {
    let collectives = commendation.collectives.iter().map(|unit| (unit.as_str(), ""));
    let individuals = commendation.individuals.iter().map(|i| (i.unit.as_str(), i.name.as_str()));
    collectives.chain(individuals).collect()
}
