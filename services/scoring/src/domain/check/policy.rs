//! The policy: layers, classes, ranking.

use std::collections::HashSet;

use super::repeats::{repeated_codes, repeats};
use super::scope::Scope;
use crate::domain::campaign::{CROSS, Class, RankingKey, Requires, Standing};
use crate::domain::document::{Faults, Place, Quoted, ROOT};
use crate::domain::number::Points;
use crate::domain::results::UNRANKED;

pub(super) fn check(scope: &mut Scope<'_, '_>, faults: &mut Faults) {
    let place = ROOT.name("policy");
    let policy = &scope.campaign.policy;
    for i in repeated_codes(policy.layers.iter().copied()) {
        let layer = Quoted(policy.layers[i]);
        faults.add(&place.name("layers").index(i), format_args!("the layer {layer} stands twice"));
    }
    scope.layer(policy.required_layer, &place.name("required_layer"));
    let crossed = policy.layers.contains(&CROSS);
    if crossed && policy.cross.is_none() && !faults.has(&place.name("cross")) {
        faults.add(&place, "the name \"cross\" is missing: layers has \"cross\"");
    }
    if !crossed && policy.cross.is_some() && !faults.spoil(&place, "layers") {
        faults.add(
            &place.name("cross"),
            "layers has no \"cross\": how cross sheets combine is not to be given",
        );
    }
    check_classes(scope, &place.name("classes"), faults);
    check_ranking(scope, &place.name("ranking"), faults);
}

fn check_classes(scope: &mut Scope<'_, '_>, place: &Place<'_>, faults: &mut Faults) {
    let classes = &scope.campaign.policy.classes;
    for i in repeated_codes(classes.iter().map(|class| class.code)) {
        let code = Quoted(classes[i].code);
        faults.add(&place.index(i).name("code"), format_args!("{code} is already the code of another class"));
    }
    let criteria = scope.sets.iter().flat_map(|set| &set.criteria).map(|at| at.criterion.code).collect();
    // Of the bands whose points can be read, the one right above.
    let mut band_above: Option<Points> = None;
    for (i, class) in classes.iter().enumerate() {
        let at = place.index(i);
        if class.code == UNRANKED {
            faults.add(&at.name("code"), "\"unranked\" is not the code of a class: it means no class");
        }
        if let Some(requires) = &class.requires {
            check_requires(scope, &criteria, requires, &at.name("requires"), faults);
        }
        match &class.standing {
            Standing::Band { min_points } if !faults.spoil(&at, "min_points") => {
                if let Some(limit) = band_above
                    && *min_points >= limit
                {
                    let (points, limit) = (min_points.plain(), limit.plain());
                    faults.add(
                        &at.name("min_points"),
                        format_args!("\"{points}\" is not below {limit} of the better band above it"),
                    );
                }
                band_above = Some(*min_points);
            }
            Standing::Band { .. } => {}
            Standing::Selected(select) => {
                let below = classes.get(i + 1).map(|class| class.code);
                if let Some(below) = below
                    && below != select.from
                    && !below.is_empty()
                    && !select.from.is_empty()
                {
                    let (from, below) = (Quoted(select.from), Quoted(below));
                    faults.add(
                        &at.name("select").name("from"),
                        format_args!("{from} is not the class right below, which is {below}"),
                    );
                }
            }
        }
    }
    if let Some((last, class)) = classes.iter().enumerate().next_back() {
        check_last(class, &place.index(last), faults);
    }
}

/// The last class takes whoever is left.
fn check_last(class: &Class<'_>, place: &Place<'_>, faults: &mut Faults) {
    match class.standing {
        Standing::Selected(_) => {
            faults.add(place, "the last class is selected; it has to be a band from \"0\"")
        }
        Standing::Band { min_points } if min_points > Points::ZERO => {
            let points = min_points.plain();
            faults.add(&place.name("min_points"), format_args!("\"{points}\" of the last class is not zero"));
        }
        Standing::Band { .. } => {}
    }
    if class.requires.is_some() {
        faults.add(&place.name("requires"), "the last class takes whoever is left and requires nothing");
    }
}

fn check_requires<'a>(
    scope: &mut Scope<'_, 'a>,
    criteria: &HashSet<&str>,
    requires: &Requires<'a>,
    place: &Place<'_>,
    faults: &mut Faults,
) {
    let no_facts = requires.no_facts.as_deref().unwrap_or_default();
    for i in repeated_codes(no_facts.iter().copied()) {
        faults.add(&place.name("no_facts").index(i), format_args!("{} stands twice", Quoted(no_facts[i])));
    }
    let all_facts = requires.all_facts.as_deref().unwrap_or_default();
    let list = place.name("all_facts");
    for i in repeated_codes(all_facts.iter().map(|entry| entry.fact)) {
        faults.add(&list.index(i).name("fact"), format_args!("{} stands twice", Quoted(all_facts[i].fact)));
    }
    for (i, entry) in all_facts.iter().enumerate() {
        let sectors = entry.sectors.as_deref().unwrap_or_default();
        for s in repeated_codes(sectors.iter().copied()) {
            let entry = list.index(i);
            faults.add(&entry.name("sectors").index(s), format_args!("{} stands twice", Quoted(sectors[s])));
        }
    }
    let min_points = requires.min_points.as_deref().unwrap_or_default();
    let list = place.name("min_points");
    for i in repeated_codes(min_points.iter().map(|entry| entry.criterion)) {
        let code = Quoted(min_points[i].criterion);
        faults.add(&list.index(i).name("criterion"), format_args!("{code} stands twice"));
    }
    for (i, entry) in min_points.iter().enumerate() {
        let code = entry.criterion;
        if !code.is_empty() && !criteria.contains(code) {
            let message = format_args!("{} is a criterion of no set", Quoted(code));
            scope.missing.any_criterion.add(code, &list.index(i).name("criterion"), message);
        }
    }
}

fn check_ranking(scope: &mut Scope<'_, '_>, place: &Place<'_>, faults: &mut Faults) {
    let campaign = scope.campaign;
    let ranking = &campaign.policy.ranking;
    let name = |key: &RankingKey<'_>| match key {
        RankingKey::Total => "total".to_owned(),
        RankingKey::Votes => "votes".to_owned(),
        RankingKey::Group(code) => format!("group:{code}"),
    };
    let keys = ranking.iter().enumerate().map(|(i, key)| (!faults.has(&place.index(i))).then(|| name(key)));
    let keys: Vec<Option<String>> = keys.collect();
    for i in repeats(keys.iter().map(Option::as_ref)) {
        faults.add(&place.index(i), format_args!("{} stands twice", Quoted(&name(&ranking[i]))));
    }
    let groups: HashSet<&str> =
        campaign.criteria_sets.iter().flat_map(|set| &set.groups).map(|g| g.code).collect();
    for (i, key) in ranking.iter().enumerate() {
        let RankingKey::Group(code) = key else { continue };
        if !groups.contains(code) {
            let message = format_args!("{} is a group of no set", Quoted(code));
            scope.missing.any_group.add(code, &place.index(i), message);
        }
    }
}
