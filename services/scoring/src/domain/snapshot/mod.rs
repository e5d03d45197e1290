//! Writing a campaign as a document: what a federation exports, archives and computes again years later.
//!
//! The same rows give the same bytes: canonical JSON, every optional name explicit, numbers without trailing zeros,
//! and one order. Units, blocs, their members, sets, votes, decisions and facts go by code, targets by unit and code,
//! sheets by unit, layer (as in the policy) and scorer, lines as in the criteria set. The rest keeps its order, which
//! means something.

mod policy;
mod sets;

use std::collections::HashMap;

use super::campaign::{Bloc, Campaign, FORMAT, Line, Score, Sheet, Target, Unit};
use super::date::Date;
use super::document::Canonical;
use super::index::{Codes, SetIndex};

/// Writes the campaign's document, without a newline, in pieces to `sink`. Read it back to check it.
pub fn write(campaign: &Campaign<'_>, sink: &mut dyn FnMut(&[u8])) {
    let mut out = Canonical::new(sink);
    out.raw("{\"blocs\":");
    out.array(sorted(&campaign.blocs, |bloc| bloc.code), bloc);
    out.raw(",\"criteria_sets\":");
    let first_layer = campaign.policy.layers.first().copied().unwrap_or_default();
    out.array(sorted(&campaign.criteria_sets, |set| set.code), |out, set| sets::set(out, set, first_layer));
    out.raw(",\"decisions\":");
    out.array(sorted(&campaign.decisions, |decision| decision.unit), |out, decision| {
        out.raw("{\"class\":");
        out.string(decision.class);
        out.raw(",\"reason\":");
        out.string(decision.reason);
        out.raw(",\"unit\":");
        out.string(decision.unit);
        out.raw("}");
    });
    out.raw(",\"federation\":{\"code\":");
    out.string(campaign.federation.code);
    out.raw(",\"name\":");
    out.string(campaign.federation.name);
    out.raw("},\"format\":");
    out.string(FORMAT);
    out.raw(",\"policy\":");
    policy::policy(&mut out, &campaign.policy);
    out.raw(",\"season\":{\"code\":");
    out.string(campaign.season.code);
    out.raw(",\"ends_on\":");
    out.display(campaign.season.ends_on);
    out.raw(",\"starts_on\":");
    out.display(campaign.season.starts_on);
    out.raw("},\"sheets\":");
    sheets(&mut out, campaign);
    out.raw(",\"targets\":");
    out.array(sorted(&campaign.targets, |target| (target.unit, target.code)), target);
    out.raw(",\"units\":");
    out.array(sorted(&campaign.units, |unit| unit.code), unit);
    out.raw(",\"votes\":");
    out.array(sorted(&campaign.votes, |vote| vote.unit), |out, vote| {
        out.raw("{\"unit\":");
        out.string(vote.unit);
        out.raw(",\"votes\":");
        out.integer(u64::from(vote.votes));
        out.raw("}");
    });
    out.raw("}");
    out.finish();
}

fn sorted<'i, T, K: Ord>(items: &'i [T], key: impl Fn(&'i T) -> K) -> Vec<&'i T> {
    let mut items: Vec<&T> = items.iter().collect();
    items.sort_by_key(|item| key(item));
    items
}

fn bloc(out: &mut Canonical<'_>, bloc: &Bloc<'_>) {
    out.raw("{\"code\":");
    out.string(bloc.code);
    out.raw(",\"criteria_set\":");
    out.string(bloc.criteria_set);
    out.raw(",\"deputy\":");
    out.string_or_null(bloc.deputy);
    out.raw(",\"leader\":");
    out.string_or_null(bloc.leader);
    out.raw(",\"members\":");
    out.array(sorted(&bloc.members, |member| *member), |out, member| out.string(member));
    out.raw(",\"name\":");
    out.string(bloc.name);
    out.raw("}");
}

fn target(out: &mut Canonical<'_>, target: &Target<'_>) {
    out.raw("{\"actual\":");
    match target.actual {
        Some(actual) => out.display(actual.plain()),
        None => out.raw("null"),
    }
    out.raw(",\"code\":");
    out.string(target.code);
    out.raw(",\"criterion\":");
    out.string_or_null(target.criterion);
    out.raw(",\"measure\":");
    out.string(target.measure);
    out.raw(",\"name\":");
    out.string(target.name);
    out.raw(",\"target\":");
    out.display(target.target.plain());
    out.raw(",\"unit\":");
    out.string(target.unit);
    out.raw("}");
}

fn unit(out: &mut Canonical<'_>, unit: &Unit<'_>) {
    out.raw("{\"code\":");
    out.string(unit.code);
    out.raw(",\"facts\":");
    out.array(sorted(&unit.facts, |fact| *fact), |out, fact| out.string(fact));
    out.raw(",\"founded_on\":");
    day(out, unit.founded_on);
    out.raw(",\"kind\":");
    out.string(unit.kind);
    out.raw(",\"members\":");
    out.integer(u64::from(unit.members));
    out.raw(",\"name\":");
    out.string(unit.name);
    out.raw(",\"reorganised_on\":");
    day(out, unit.reorganised_on);
    out.raw(",\"sector\":");
    out.string_or_null(unit.sector);
    out.raw(",\"status\":");
    out.string(unit.status.as_str());
    out.raw("}");
}

fn day(out: &mut Canonical<'_>, day: Option<Date>) {
    match day {
        Some(day) => out.display(day),
        None => out.raw("null"),
    }
}

fn sheets(out: &mut Canonical<'_>, campaign: &Campaign<'_>) {
    let layers = Codes::new(campaign.policy.layers.iter().copied());
    let indexes: Vec<SetIndex<'_, '_>> = campaign.criteria_sets.iter().map(SetIndex::new).collect();
    let set_codes = Codes::new(campaign.criteria_sets.iter().map(|set| set.code));
    let set_of_unit: HashMap<&str, Option<&SetIndex<'_, '_>>> = (campaign.blocs.iter())
        .flat_map(|bloc| {
            let set = set_codes.find(bloc.criteria_set).and_then(|set| indexes.get(set));
            bloc.members.iter().map(move |member| (*member, set))
        })
        .collect();
    let place = |sheet: &Sheet<'_>| layers.find(sheet.layer).unwrap_or(usize::MAX);
    let mut sheets: Vec<&Sheet<'_>> = campaign.sheets.iter().collect();
    sheets.sort_by(|a, b| (a.unit, place(a), a.scorer).cmp(&(b.unit, place(b), b.scorer)));
    out.array(sheets, |out, sheet| {
        let set = set_of_unit.get(sheet.unit).copied().flatten();
        let mut lines: Vec<(usize, &Line<'_>)> = Vec::with_capacity(sheet.lines.len());
        let mut next = 0;
        for line in &sheet.lines {
            let position = set.and_then(|set| set.find_next(line.criterion, &mut next));
            lines.push((position.unwrap_or(usize::MAX), line));
        }
        lines.sort_by_key(|(position, line)| (*position, line.criterion));
        out.raw("{\"layer\":");
        out.string(sheet.layer);
        out.raw(",\"lines\":");
        out.array(lines, |out, (_, line)| self::line(out, line));
        out.raw(",\"scorer\":");
        out.string(sheet.scorer);
        out.raw(",\"unit\":");
        out.string(sheet.unit);
        out.raw("}");
    });
}

fn line(out: &mut Canonical<'_>, line: &Line<'_>) {
    match &line.score {
        Score::Actual(actual) => {
            out.raw("{\"actual\":");
            out.display(actual.plain());
            out.raw(",\"criterion\":");
        }
        Score::Achieved(achieved) => {
            out.raw(if *achieved {
                "{\"achieved\":true,\"criterion\":"
            } else {
                "{\"achieved\":false,\"criterion\":"
            });
        }
        Score::Checked(checked) => {
            out.raw("{\"checked\":");
            out.array(checked, |out, item| out.string(item));
            out.raw(",\"criterion\":");
        }
        Score::Count(count) => {
            out.raw("{\"count\":");
            out.integer(u64::from(*count));
            out.raw(",\"criterion\":");
        }
        Score::NotApplicable | Score::Points { .. } => out.raw("{\"criterion\":"),
    }
    out.string(line.criterion);
    match &line.score {
        Score::NotApplicable => out.raw(",\"not_applicable\":true"),
        Score::Points { points, reason } => {
            out.raw(",\"points\":");
            out.display(points.plain());
            if let Some(reason) = reason {
                out.raw(",\"reason\":");
                out.string(reason);
            }
        }
        _ => {}
    }
    out.raw("}");
}
