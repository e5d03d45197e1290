//! Who is ranked.

use super::plan::Entrant;
use crate::domain::campaign::{Campaign, UnitStatus};
use crate::domain::results::UnrankedReason;

/// Every reason why the unit is not ranked, in the order of the contract.
pub(crate) fn reasons(
    campaign: &Campaign<'_>,
    entrant: &Entrant<'_, '_>,
    assessed: bool,
    nothing_applicable: bool,
) -> Vec<UnrankedReason> {
    let (unit, rules, last_day) = (entrant.unit, campaign.policy.eligibility, campaign.season.ends_on);
    let mut reasons = Vec::new();
    let mut add = |holds: bool, reason| {
        if holds {
            reasons.push(reason);
        }
    };
    add(unit.status != UnitStatus::Active, UnrankedReason::Status(unit.status));
    add(entrant.bloc.is_none(), UnrankedReason::NoBloc);
    add(
        unit.founded_on.is_some_and(|day| last_day < day.plus_months(rules.min_months_active)),
        UnrankedReason::TooNew,
    );
    add(
        unit.reorganised_on.is_some_and(|day| last_day < day.plus_months(rules.min_months_since_reorganised)),
        UnrankedReason::RecentlyReorganised,
    );
    add(!assessed, UnrankedReason::NotAssessed);
    add(nothing_applicable, UnrankedReason::NothingApplicable);
    reasons
}
