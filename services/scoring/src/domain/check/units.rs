//! Units, votes, decisions and the season.

use super::repeats::repeated_codes;
use super::scope::Scope;
use crate::domain::campaign::Campaign;
use crate::domain::document::{Faults, Quoted, ROOT};

pub(super) fn check(campaign: &Campaign<'_>, faults: &mut Faults) {
    let season = &campaign.season;
    let place = ROOT.name("season");
    if season.starts_on > season.ends_on
        && !faults.spoil(&place, "starts_on")
        && !faults.spoil(&place, "ends_on")
    {
        faults
            .add(&place, format_args!("starts_on {} is after ends_on {}", season.starts_on, season.ends_on));
    }
    let place = ROOT.name("units");
    for i in repeated_codes(campaign.units.iter().map(|unit| unit.code)) {
        let code = Quoted(campaign.units[i].code);
        faults.add(&place.index(i).name("code"), format_args!("{code} is already the code of another unit"));
    }
    for (i, unit) in campaign.units.iter().enumerate() {
        for fact in repeated_codes(unit.facts.iter().copied()) {
            let place = place.index(i);
            let place = place.name("facts");
            faults.add(&place.index(fact), format_args!("{} stands twice", Quoted(unit.facts[fact])));
        }
    }
}

pub(super) fn check_votes_and_decisions(scope: &mut Scope<'_, '_>, faults: &mut Faults) {
    let campaign = scope.campaign;
    let place = ROOT.name("votes");
    for (i, vote) in campaign.votes.iter().enumerate() {
        scope.unit(vote.unit, &place.index(i).name("unit"));
    }
    for i in repeated_codes(campaign.votes.iter().map(|vote| vote.unit)) {
        let unit = Quoted(campaign.votes[i].unit);
        faults.add(&place.index(i).name("unit"), format_args!("the unit {unit} already has an entry"));
    }
    let place = ROOT.name("decisions");
    for (i, decision) in campaign.decisions.iter().enumerate() {
        let place = place.index(i);
        scope.unit(decision.unit, &place.name("unit"));
        let class = decision.class;
        if !class.is_empty() && scope.classes.find(class).is_none() {
            let message = format_args!("{} is no class of the policy", Quoted(class));
            scope.missing.classes.add(class, &place.name("class"), message);
        }
    }
    for i in repeated_codes(campaign.decisions.iter().map(|decision| decision.unit)) {
        let unit = Quoted(campaign.decisions[i].unit);
        faults.add(&place.index(i).name("unit"), format_args!("the unit {unit} already has a decision"));
    }
}
