//! What classes require beyond points.

use crate::domain::campaign::{GroupKind, Requires, Unit};
use crate::domain::index::SetIndex;
use crate::domain::number::Measure;
use crate::domain::results::{LineResult, LineState, Unmet};

use super::totals::Totals;

/// What a requirement is held against.
pub(crate) struct Candidate<'u, 'c, 'a> {
    pub(crate) unit: &'c Unit<'a>,
    pub(crate) set: &'u SetIndex<'c, 'a>,
    pub(crate) lines: &'u [LineResult<'a>],
    pub(crate) totals: &'u Totals,
}

/// The parts that `candidate` fails, in the order of the contract.
pub(crate) fn unmet<'a>(requires: &Requires<'a>, candidate: &Candidate<'_, '_, 'a>) -> Vec<Unmet<'a>> {
    let mut failed = Vec::new();
    let facts = &candidate.unit.facts;
    for fact in requires.no_facts.iter().flatten() {
        if facts.contains(fact) {
            failed.push(Unmet::NoFacts(fact));
        }
    }
    for entry in requires.all_facts.iter().flatten() {
        let concerned = match (&entry.sectors, candidate.unit.sector) {
            (None, _) => true,
            (Some(sectors), Some(sector)) => sectors.contains(&sector),
            (Some(_), None) => false,
        };
        if concerned && !facts.contains(&entry.fact) {
            failed.push(Unmet::AllFacts(entry.fact));
        }
    }
    if let Some(share) = requires.min_group_share {
        for (group, total) in candidate.set.set.groups.iter().zip(&candidate.totals.groups) {
            let has = i128::from(total.points.hundredths()) * i128::from(Measure::ONE.ten_thousandths());
            let wanted = i128::from(share.ten_thousandths()) * i128::from(total.reachable.hundredths());
            if group.kind == GroupKind::Base && has < wanted {
                failed.push(Unmet::MinGroupShare(group.code));
            }
        }
    }
    for entry in requires.min_points.iter().flatten() {
        let line = candidate.set.find(entry.criterion).and_then(|position| candidate.lines.get(position));
        if line.is_some_and(|line| line.state != LineState::NotApplicable && line.points < entry.points) {
            failed.push(Unmet::MinPoints(entry.criterion));
        }
    }
    failed
}
