//! The counts of a bloc or of the federation.

use proto::scoring::v1 as wire;

use super::count;
use crate::domain::campaign::Campaign;
use crate::domain::number::Points;
use crate::domain::results::{QuotaResult, Tally, UNRANKED};

pub(super) fn of(campaign: &Campaign<'_>, tally: &Tally<'_>) -> wire::Summary {
    let classes = campaign.policy.classes.iter().map(|class| (class.code, class.name));
    let classes = classes.chain([(UNRANKED, "")]).zip(&tally.counts).enumerate();
    let classes = classes.map(|(position, ((code, name), units))| wire::ClassCount {
        class: code.to_owned(),
        name: name.to_owned(),
        units: count(*units),
        // Hundredths, as points are.
        percent: tally.percent.get(position).map(|percent| Points::from_hundredths(percent.0).to_string()),
    });
    wire::Summary {
        units: count(tally.units),
        ranked: count(tally.ranked),
        classes: classes.collect(),
        quotas: tally.quotas.iter().map(quota).collect(),
    }
}

fn quota(quota: &QuotaResult<'_>) -> wire::QuotaResult {
    wire::QuotaResult {
        class: quota.class.to_owned(),
        quota: count(quota.quota),
        base: count(quota.base),
        allowed: count(quota.allowed),
        selected: count(quota.selected),
        ties_at_cut: quota.ties_at_cut.iter().map(|unit| (*unit).to_owned()).collect(),
    }
}
