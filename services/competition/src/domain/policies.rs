//! Policies: the checks of `classification` that a policy can be held to by itself. The run checks what it refers to.

use std::collections::BTreeSet;

use platform::input::{Faults, parse_points, path, points_text};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;
use wire::class::Entry;
use wire::{CrossAggregate, NotApplicable, PercentBase};

use super::phases::Phase;
use super::requirements;

/// Entries of a list in a policy.
pub(super) const MOST: usize = 100;
const MONTHS: u32 = 1200;
const CROSS: &str = "cross";
/// What units without a class are called.
const UNRANKED: &str = "unranked";

/// The policy with each number in one form, once its parts hold together.
pub(crate) fn parse(at: &str, policy: &wire::Policy, faults: &mut Faults) -> Option<wire::Policy> {
    let layers = words(&path(at, "layers"), &policy.layers, faults).and_then(|layers| {
        if layers.is_empty() {
            return faults.refuse(
                path(at, "layers"),
                Reason::FieldRequired,
                "at least one layer is required",
            );
        }
        Some(layers)
    });
    let required_layer = faults.word(path(at, "required_layer"), &policy.required_layer);
    let cross = parse_cross(at, policy, faults);
    let not_applicable: Option<NotApplicable> =
        faults.choice(path(at, "not_applicable"), policy.not_applicable);
    let eligibility = parse_eligibility(at, policy, faults);
    let classes = parse_classes(&path(at, "classes"), &policy.classes, faults);
    let ranking = parse_ranking(&path(at, "ranking"), &policy.ranking, faults);
    let percent_base: Option<PercentBase> = faults.choice(path(at, "percent_base"), policy.percent_base);
    if let (Some(layers), Some(required)) = (&layers, &required_layer)
        && !layers.contains(required)
    {
        contradicts(path(at, "required_layer"), format!("{required:?} is none of the layers"), faults);
    }
    Some(wire::Policy {
        layers: layers?,
        required_layer: required_layer?,
        cross_aggregate: cross?.into(),
        not_applicable: not_applicable?.into(),
        eligibility: Some(eligibility?),
        classes: classes?,
        ranking: ranking?,
        percent_base: percent_base?.into(),
    })
}

/// Notes the scoring phases of the season that are for layers which the policy does not have.
pub(crate) fn check_phases(at: &str, policy: &wire::Policy, phases: &[Phase], faults: &mut Faults) {
    for phase in phases {
        for layer in phase.plan.layers.iter().filter(|layer| !policy.layers.contains(*layer)) {
            let sentence = format!("the season's phase {:?} is for the layer {layer:?}", phase.plan.code);
            contradicts(path(at, "layers"), sentence, faults);
        }
    }
}

fn parse_cross(at: &str, policy: &wire::Policy, faults: &mut Faults) -> Option<CrossAggregate> {
    let field = path(at, "cross_aggregate");
    let has_cross = policy.layers.iter().any(|layer| layer == CROSS);
    match CrossAggregate::try_from(policy.cross_aggregate) {
        Ok(CrossAggregate::Unspecified) if has_cross => {
            faults.refuse(field, Reason::FieldRequired, "is required, because there is the layer \"cross\"")
        }
        Ok(aggregate) if aggregate != CrossAggregate::Unspecified && !has_cross => {
            faults.refuse(field, Reason::PolicyInvalid, "there is no layer \"cross\"")
        }
        Ok(aggregate) => Some(aggregate),
        Err(_) => {
            let sentence = format!("{} is not one of the values", policy.cross_aggregate);
            faults.refuse(field, Reason::InvalidArgument, sentence)
        }
    }
}

fn parse_eligibility(at: &str, policy: &wire::Policy, faults: &mut Faults) -> Option<wire::Eligibility> {
    let at = path(at, "eligibility");
    let eligibility = faults.required(&at, policy.eligibility)?;
    let active = faults.between(path(&at, "min_months_active"), eligibility.min_months_active, 0, MONTHS);
    let since = eligibility.min_months_since_reorganised;
    let since = faults.between(path(&at, "min_months_since_reorganised"), since, 0, MONTHS);
    active.and(since).map(|_| eligibility)
}

fn parse_classes(at: &str, classes: &[wire::Class], faults: &mut Faults) -> Option<Vec<wire::Class>> {
    let read = faults.each(at, MOST, classes, class)?;
    let mut codes = BTreeSet::new();
    for (place, class) in read.iter().enumerate() {
        if !codes.insert(&class.code) {
            contradicts(
                format!("{at}[{place}].code"),
                format!("there are two classes {:?}", class.code),
                faults,
            );
        }
    }
    check_order(at, &read, faults);
    Some(read)
}

fn class(at: &str, class: &wire::Class, faults: &mut Faults) -> Option<wire::Class> {
    let code = faults.word(path(at, "code"), &class.code);
    if code.as_deref() == Some(UNRANKED) {
        contradicts(path(at, "code"), "\"unranked\" is what units without a class are called", faults);
    }
    let name = faults.name(path(at, "name"), &class.name);
    let entry = match &class.entry {
        Some(Entry::MinPoints(points)) => {
            let points = faults.points(path(at, "min_points"), points);
            points.map(|points| Entry::MinPoints(points_text(points)))
        }
        Some(Entry::Select(select)) => {
            requirements::selection(&path(at, "select"), select, faults).map(Entry::Select)
        }
        None => faults.refuse(at, Reason::FieldRequired, "min_points or select is required"),
    };
    let requires = class.requires.as_ref();
    let requires = requires.map(|requires| requirements::parse(&path(at, "requires"), requires, faults));
    let requires = match requires {
        Some(None) => return None,
        Some(requires) => requires,
        None => None,
    };
    Some(wire::Class { code: code?, name: name?, entry: Some(entry?), requires })
}

/// The last class is a band from zero; bands fall strictly; a selected class is chosen from the one right below.
fn check_order(at: &str, classes: &[wire::Class], faults: &mut Faults) {
    match classes.last() {
        None => faults.add(at, Reason::FieldRequired, "at least one class is required"),
        Some(last) => {
            let field = format!("{at}[{}]", classes.len() - 1);
            if last.entry != Some(Entry::MinPoints(points_text(0))) {
                contradicts(&field, "the last class is a band with min_points 0", faults);
            }
            if last.requires.is_some() {
                let sentence = "the last class requires nothing: whoever fails would have no class";
                contradicts(path(&field, "requires"), sentence, faults);
            }
        }
    }
    let mut above: Option<i64> = None;
    for (place, class) in classes.iter().enumerate() {
        match &class.entry {
            Some(Entry::MinPoints(points)) => {
                let points = parse_points(points).unwrap_or_default();
                if let Some(above) = above.filter(|above| points >= *above) {
                    let (points, above) = (points_text(points), points_text(above));
                    let sentence = format!("{points} is not under {above}, where the band above begins");
                    contradicts(format!("{at}[{place}].min_points"), sentence, faults);
                }
                above = Some(points);
            }
            Some(Entry::Select(select)) => {
                let below = classes.get(place + 1).map(|class| class.code.as_str());
                if below != Some(select.from.as_str()) {
                    let sentence = format!("{:?} is not the class right below", select.from);
                    contradicts(format!("{at}[{place}].select.from"), sentence, faults);
                }
            }
            None => {}
        }
    }
}

fn parse_ranking(at: &str, keys: &[String], faults: &mut Faults) -> Option<Vec<String>> {
    if keys.is_empty() {
        return faults.refuse(at, Reason::FieldRequired, "at least one key is required");
    }
    let read = faults.each(at, MOST, keys, |at, key, faults| match key.strip_prefix("group:") {
        Some(group) => faults.word(at, group).map(|group| format!("group:{group}")),
        None if key == "total" || key == "votes" => Some(key.clone()),
        None => {
            let sentence = format!("{key:?} is none of \"total\", \"group:CODE\", \"votes\"");
            faults.refuse(at, Reason::PolicyInvalid, sentence)
        }
    })?;
    once(at, &read, faults);
    Some(read)
}

/// Words of which each stands once.
pub(super) fn words(at: &str, words: &[String], faults: &mut Faults) -> Option<Vec<String>> {
    let read = faults.each(at, MOST, words, |at, word, faults| faults.word(at, word))?;
    once(at, &read, faults);
    Some(read)
}

pub(super) fn once(at: &str, words: &[impl AsRef<str>], faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    for (place, word) in words.iter().map(AsRef::as_ref).enumerate() {
        if !seen.insert(word) {
            contradicts(format!("{at}[{place}]"), format!("{word:?} stands there twice"), faults);
        }
    }
}

/// Notes that the policy contradicts itself there.
fn contradicts(field: impl Into<String>, sentence: impl Into<String>, faults: &mut Faults) {
    faults.add(field, Reason::PolicyInvalid, sentence);
}

#[cfg(test)]
#[path = "policies_test.rs"]
mod tests;
