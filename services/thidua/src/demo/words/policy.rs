//! Policies.

use proto::competition::v1::{
    Class, CrossAggregate, Eligibility, NotApplicable as Missing, PercentBase as Percent, Policy, Quota,
    QuotaBase as Base, QuotaScope as Scope, RequiredFact, RequiredPoints, Requirements, Rounding as Rounded,
    Selection, Ties as Equal, class,
};

use crate::demo::data::shape::{
    self, Aggregate, NotApplicable, PercentBase, QuotaBase, QuotaScope, Rounding, Ties,
};

pub(in crate::demo) fn policy(policy: &shape::Policy) -> Policy {
    let cross_aggregate = match policy.cross.as_ref().map(|cross| cross.aggregate) {
        None => CrossAggregate::Unspecified,
        Some(Aggregate::Mean) => CrossAggregate::Mean,
        Some(Aggregate::Median) => CrossAggregate::Median,
        Some(Aggregate::TrimmedMean) => CrossAggregate::TrimmedMean,
    };
    let not_applicable = match policy.not_applicable {
        NotApplicable::Zero => Missing::Zero,
        NotApplicable::Scale => Missing::Scale,
    };
    let percent_base = match policy.percent_base {
        PercentBase::All => Percent::All,
        PercentBase::Ranked => Percent::Ranked,
    };
    Policy {
        layers: policy.layers.clone(),
        required_layer: policy.required_layer.clone(),
        cross_aggregate: cross_aggregate.into(),
        not_applicable: not_applicable.into(),
        eligibility: Some(Eligibility {
            min_months_active: policy.eligibility.min_months_active,
            min_months_since_reorganised: policy.eligibility.min_months_since_reorganised,
        }),
        classes: policy.classes.iter().map(class).collect(),
        ranking: policy.ranking.clone(),
        percent_base: percent_base.into(),
    }
}

fn class(class: &shape::Class) -> Class {
    let band = class.min_points.as_ref().map(|points| class::Entry::MinPoints(points.to_string()));
    let chosen = class.select.as_ref().map(|select| class::Entry::Select(selection(select)));
    Class {
        code: class.code.clone(),
        name: class.name.clone(),
        entry: band.or(chosen),
        requires: class.requires.as_ref().map(requirements),
    }
}

fn selection(select: &shape::Select) -> Selection {
    let ties = match select.ties {
        Ties::Exclude => Equal::Exclude,
        Ties::Include => Equal::Include,
    };
    Selection {
        from: select.from.clone(),
        quotas: select.quotas.iter().map(quota).collect(),
        ties: ties.into(),
    }
}

fn quota(quota: &shape::Quota) -> Quota {
    let scope = match quota.scope {
        QuotaScope::Bloc => Scope::Bloc,
        QuotaScope::Federation => Scope::Federation,
    };
    let base = match quota.base {
        QuotaBase::Pool => Base::Pool,
        QuotaBase::Ranked => Base::Ranked,
        QuotaBase::All => Base::All,
    };
    let rounding = match quota.rounding {
        Rounding::Floor => Rounded::Floor,
        Rounding::HalfUp => Rounded::HalfUp,
        Rounding::Ceil => Rounded::Ceil,
    };
    Quota {
        scope: scope.into(),
        percent: quota.percent.to_string(),
        base: base.into(),
        rounding: rounding.into(),
    }
}

fn requirements(requires: &shape::Requires) -> Requirements {
    let fact = |required: &shape::RequiredFact| RequiredFact {
        fact: required.fact.clone(),
        sectors: required.sectors.clone(),
    };
    let points = |required: &shape::RequiredPoints| RequiredPoints {
        criterion: required.criterion.clone(),
        points: required.points.to_string(),
    };
    Requirements {
        no_facts: requires.no_facts.clone(),
        all_facts: requires.all_facts.iter().map(fact).collect(),
        min_group_share: requires.min_group_share.as_ref().map(ToString::to_string),
        min_points: requires.min_points.iter().map(points).collect(),
    }
}
