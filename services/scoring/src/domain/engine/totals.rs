//! From a unit's lines to its total.

use crate::domain::campaign::{GroupKind, NotApplicable};
use crate::domain::index::SetIndex;
use crate::domain::number::{Points, half_up, points};
use crate::domain::results::{LineResult, LineState, UnitTotals};

/// A unit's points with all that led to them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) groups: Vec<GroupTotal>,
    /// Base before scaling.
    pub(crate) earned_base: Points,
    /// F: what all criteria of the base groups could give.
    pub(crate) full: Points,
    /// A: what the applicable ones could give.
    pub(crate) applicable: Points,
    pub(crate) scaled: bool,
    pub(crate) nothing_applicable: bool,
    pub(crate) unit: UnitTotals,
}

/// The points of one group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupTotal {
    /// The sum of its lines.
    pub(crate) sum: Points,
    /// The same, at most the group's maximum.
    pub(crate) points: Points,
    /// What its criteria could give, at most its maximum.
    pub(crate) full: Points,
    /// What its applicable criteria could give, at most its maximum.
    pub(crate) reachable: Points,
}

impl Totals {
    /// `lines` are in the order of the set's criteria.
    pub(crate) fn of(set: &SetIndex<'_, '_>, lines: &[LineResult<'_>], policy: NotApplicable) -> Totals {
        const NOTHING: GroupTotal = GroupTotal {
            sum: Points::ZERO,
            points: Points::ZERO,
            full: Points::ZERO,
            reachable: Points::ZERO,
        };
        let mut totals = Totals { groups: vec![NOTHING; set.set.groups.len()], ..Totals::default() };
        for (at, line) in set.criteria.iter().zip(lines) {
            let Some(group) = totals.groups.get_mut(at.group) else { continue };
            let max = at.criterion.max_points;
            group.sum = group.sum.plus(line.points);
            group.full = group.full.plus(max);
            if line.state != LineState::NotApplicable {
                group.reachable = group.reachable.plus(max);
            }
        }
        for (group, total) in set.set.groups.iter().zip(&mut totals.groups) {
            total.points = total.sum.min(group.max_points);
            total.full = total.full.min(group.max_points);
            total.reachable = total.reachable.min(group.max_points);
            match group.kind {
                GroupKind::Base => {
                    totals.earned_base = totals.earned_base.plus(total.points);
                    totals.full = totals.full.plus(total.full);
                    totals.applicable = totals.applicable.plus(total.reachable);
                }
                GroupKind::Bonus => totals.unit.bonus = totals.unit.bonus.plus(total.points),
                GroupKind::Penalty => totals.unit.penalty = totals.unit.penalty.plus(total.points),
            }
        }
        totals.unit.base = totals.earned_base;
        if policy == NotApplicable::Scale {
            totals.scale();
        }
        let positive = set.set.max_points.min(totals.unit.base.plus(totals.unit.bonus));
        totals.unit.total = positive.minus(totals.unit.penalty).max(Points::ZERO);
        totals
    }

    fn scale(&mut self) {
        self.nothing_applicable = self.applicable == Points::ZERO && self.full > Points::ZERO;
        self.scaled = self.applicable > Points::ZERO && self.applicable < self.full;
        if self.scaled {
            let product = i128::from(self.earned_base.hundredths()) * i128::from(self.full.hundredths());
            let scaled = points(half_up(product, i128::from(self.applicable.hundredths())));
            self.unit.base = self.full.min(scaled);
        }
    }
}
