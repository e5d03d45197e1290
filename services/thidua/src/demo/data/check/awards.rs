//! Decisions on classes, and commendations.

use super::people::{People, is_admin};
use crate::demo::data::accounts::Grant;
use crate::demo::data::fault::Finder;
use crate::demo::data::load::Shared;
use crate::demo::data::shape::{Commendation, CommendationScope, File};
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
        let proposes =
            |grant: &Grant| is_admin(grant) || matches!(grant, Grant::BlocLeader(_) | Grant::UnitOfficer(_));
        people.require(
            &commendation.proposed_by,
            proposes,
            path("proposed_by"),
            "one who may propose",
            finder,
        );
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

/// Unit and person; no person for a collective.
fn recipients(commendation: &Commendation) -> Vec<(&str, &str)> {
    let collectives = commendation.collectives.iter().map(|unit| (unit.as_str(), ""));
    let individuals = commendation.individuals.iter().map(|i| (i.unit.as_str(), i.name.as_str()));
    collectives.chain(individuals).collect()
}
