//! How units come into a chosen class, and what a class requires.

use platform::input::{Faults, measure_text, path, points_text};
use proto::common::v1::Reason;
use proto::competition::v1 as wire;
use wire::{QuotaBase, QuotaScope, Rounding, Ties};

use super::policies::{MOST, once, words};

/// 100 per cent and a share of 1, in ten-thousandths.
const HUNDRED: i64 = 100 * 10_000;
const ONE: i64 = 10_000;

pub(super) fn selection(at: &str, select: &wire::Selection, faults: &mut Faults) -> Option<wire::Selection> {
    let from = faults.word(path(at, "from"), &select.from);
    let field = path(at, "quotas");
    if select.quotas.is_empty() {
        faults.add(&field, Reason::FieldRequired, "at least one quota is required");
    }
    let quotas = faults.each(field, MOST, &select.quotas, quota);
    let ties: Option<Ties> = faults.choice(path(at, "ties"), select.ties);
    Some(wire::Selection { from: from?, quotas: quotas?, ties: ties?.into() })
}

fn quota(at: &str, quota: &wire::Quota, faults: &mut Faults) -> Option<wire::Quota> {
    let scope: Option<QuotaScope> = faults.choice(path(at, "scope"), quota.scope);
    let percent = bounded(&path(at, "percent"), &quota.percent, HUNDRED, faults);
    let base: Option<QuotaBase> = faults.choice(path(at, "base"), quota.base);
    let rounding: Option<Rounding> = faults.choice(path(at, "rounding"), quota.rounding);
    Some(wire::Quota {
        scope: scope?.into(),
        percent: percent?,
        base: base?.into(),
        rounding: rounding?.into(),
    })
}

pub(super) fn parse(
    at: &str,
    requires: &wire::Requirements,
    faults: &mut Faults,
) -> Option<wire::Requirements> {
    let no_facts = words(&path(at, "no_facts"), &requires.no_facts, faults);
    let field = path(at, "all_facts");
    let all_facts = faults.each(&field, MOST, &requires.all_facts, |at, required, faults| {
        let fact = faults.word(path(at, "fact"), &required.fact);
        let sectors = words(&path(at, "sectors"), &required.sectors, faults);
        Some(wire::RequiredFact { fact: fact?, sectors: sectors? })
    });
    if let Some(facts) = &all_facts {
        once(&field, &facts.iter().map(|required| &required.fact).collect::<Vec<_>>(), faults);
    }
    let share = requires.min_group_share.as_ref();
    let share = share.map(|share| bounded(&path(at, "min_group_share"), share, ONE, faults));
    let field = path(at, "min_points");
    let min_points = faults.each(&field, MOST, &requires.min_points, |at, required, faults| {
        let criterion = faults.word(path(at, "criterion"), &required.criterion);
        let points = faults.points(path(at, "points"), &required.points);
        Some(wire::RequiredPoints { criterion: criterion?, points: points_text(points?) })
    });
    if let Some(points) = &min_points {
        once(&field, &points.iter().map(|required| &required.criterion).collect::<Vec<_>>(), faults);
    }
    let min_group_share = match share {
        Some(None) => return None,
        Some(share) => share,
        None => None,
    };
    Some(wire::Requirements {
        no_facts: no_facts?,
        all_facts: all_facts?,
        min_group_share,
        min_points: min_points?,
    })
}

/// A measure that is at most `most`, both in ten-thousandths.
fn bounded(field: &str, value: &str, most: i64, faults: &mut Faults) -> Option<String> {
    let measure = faults.measure(field, value)?;
    if measure > most {
        let sentence = format!("{} is over {}", measure_text(measure), measure_text(most));
        return faults.refuse(field, Reason::NumberInvalid, sentence);
    }
    Some(measure_text(measure))
}
