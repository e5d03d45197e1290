//! Blocs: their set, their members, leader and deputy.

use super::repeats::repeated_codes;
use super::scope::{Home, Scope};
use crate::domain::campaign::Bloc;
use crate::domain::document::{Faults, Place, Quoted, ROOT};

pub(super) fn check(scope: &mut Scope<'_, '_>, faults: &mut Faults) {
    let place = ROOT.name("blocs");
    let blocs = &scope.campaign.blocs;
    for i in repeated_codes(blocs.iter().map(|bloc| bloc.code)) {
        let code = Quoted(blocs[i].code);
        faults.add(&place.index(i).name("code"), format_args!("{code} is already the code of another bloc"));
    }
    for (i, bloc) in blocs.iter().enumerate() {
        let place = place.index(i);
        let set = bloc.criteria_set;
        if !set.is_empty() && scope.set_codes.find(set).is_none() {
            let message = format_args!("{} is the code of no criteria set", Quoted(set));
            scope.missing.sets.add(set, &place.name("criteria_set"), message);
        }
        if bloc.members.is_empty() && faults.spoil(&place, "members") {
            scope.missing.homes.excuse_all();
        }
        bloc.members.iter().filter(|member| member.is_empty()).for_each(|_| scope.missing.homes.excuse());
        for (m, member) in bloc.members.iter().enumerate() {
            check_member(scope, i, member, &place.name("members").index(m));
        }
        check_officers(bloc, &place, faults);
    }
    let members = blocs.iter().flat_map(|bloc| bloc.members.iter().copied());
    let places: Vec<(usize, usize)> =
        blocs.iter().enumerate().flat_map(|(b, bloc)| (0..bloc.members.len()).map(move |m| (b, m))).collect();
    for i in repeated_codes(members) {
        let (b, m) = places[i];
        let code = Quoted(blocs[b].members[m]);
        let bloc = place.index(b);
        faults.add(
            &bloc.name("members").index(m),
            format_args!("the unit {code} is already a member of a bloc"),
        );
    }
}

fn check_member<'a>(scope: &mut Scope<'_, 'a>, bloc: usize, member: &'a str, place: &Place<'_>) {
    let Some(unit) = scope.unit(member, place) else { return };
    let home = match scope.homes.get(unit) {
        None | Some(Home::Nowhere) => Home::Bloc(bloc),
        Some(Home::Bloc(same)) if *same == bloc => Home::Bloc(bloc),
        Some(Home::Bloc(_) | Home::Contested { .. }) => {
            Home::Contested { set: scope.set_of(unit).filter(|set| scope.set_of_bloc(bloc) == Some(*set)) }
        }
    };
    if let Some(place) = scope.homes.get_mut(unit) {
        *place = home;
    }
}

fn check_officers(bloc: &Bloc<'_>, place: &Place<'_>, faults: &mut Faults) {
    for (name, officer) in [("leader", bloc.leader), ("deputy", bloc.deputy)] {
        let Some(code) = officer.filter(|code| !code.is_empty()) else { continue };
        if !bloc.members.contains(&code) && !faults.spoil(place, "members") {
            faults.add(&place.name(name), format_args!("{} is no member of the bloc", Quoted(code)));
        }
    }
}
