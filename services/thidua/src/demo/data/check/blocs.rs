//! Blocs with their pacts and conferences.

use super::each_once;
use super::people::{People, is_admin};
use crate::demo::data::accounts::Grant;
use crate::demo::data::fault::Finder;
use crate::demo::data::load::Shared;
use crate::demo::data::shape::{Bloc, FederationRole, File};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn blocs(file: &File, shared: &Shared, people: &People, finder: &mut Finder<'_>) {
    let units: BTreeSet<_> = file.units.keys().collect();
    let mut codes = BTreeSet::new();
    let mut placed = BTreeMap::new();
    for (i, bloc) in file.blocs.iter().enumerate() {
        let path = |field: &str| format!("blocs[{i}].{field}");
        finder.require(
            codes.insert(&bloc.code),
            path("code"),
            format_args!("\"{}\" stands there twice", bloc.code),
        );
        finder.require(
            shared.criteria.contains_key(&bloc.criteria_set),
            path("criteria_set"),
            format_args!("there is no criteria/{}.toml", bloc.criteria_set),
        );
        each_once(&bloc.members, &units, path("members"), "unit", finder);
        for member in &bloc.members {
            if let Some(other) = placed.insert(member, &bloc.code).filter(|other| **other != bloc.code) {
                finder.add(path("members"), format_args!("\"{member}\" is in bloc \"{other}\" already"));
            }
        }
        let members: BTreeSet<_> = bloc.members.iter().collect();
        finder.require(
            members.contains(&bloc.leader),
            path("leader"),
            format_args!("\"{}\" is no member of the bloc", bloc.leader),
        );
        if let Some(deputy) = &bloc.deputy {
            finder.require(
                members.contains(deputy) && *deputy != bloc.leader,
                path("deputy"),
                format_args!("\"{deputy}\" is no other member of the bloc than the leader"),
            );
        }
        pact(i, bloc, people, finder);
        for (c, conference) in bloc.conferences.iter().enumerate() {
            let path = |field: &str| format!("blocs[{i}].conferences[{c}].{field}");
            people.require_leader(&conference.chair, &bloc.code, path("chair"), finder);
            each_once(&conference.absent, &members, path("absent"), "member of the bloc", finder);
        }
    }
}

fn pact(i: usize, bloc: &Bloc, people: &People, finder: &mut Finder<'_>) {
    let path = |field: &str| format!("blocs[{i}].pact.{field}");
    people.require_leader(&bloc.pact.drafted_by, &bloc.code, path("drafted_by"), finder);
    let signs = |g: &Grant| is_admin(g) || *g == Grant::Federation(FederationRole::StandingCommittee);
    people.require(
        &bloc.pact.signed_by,
        signs,
        path("signed_by"),
        "one who signs for the federation",
        finder,
    );
    let members: BTreeSet<_> = bloc.members.iter().collect();
    each_once(&bloc.pact.not_party, &members, path("not_party"), "member of the bloc", finder);
}
