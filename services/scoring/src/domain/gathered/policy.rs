//! Policies.

use proto::competition::v1 as wire;
use wire::class::Entry;

use super::criteria::{measure, points};
use crate::domain::campaign::{
    Aggregate, AllFacts, CROSS, Class, Eligibility, MinPoints, NotApplicable, PercentBase, Policy, Quota,
    QuotaBase, RankingKey, Requires, Rounding, Scope, Select, Standing, Ties,
};

/// # Errors
/// What does not fit, with its place.
pub(crate) fn policy(policy: &wire::Policy) -> Result<Policy<'_>, String> {
    let layers: Vec<&str> = policy.layers.iter().map(String::as_str).collect();
    Ok(Policy {
        cross: if layers.contains(&CROSS) { aggregate(policy)? } else { None },
        layers,
        required_layer: &policy.required_layer,
        not_applicable: match policy.not_applicable() {
            wire::NotApplicable::Zero => NotApplicable::Zero,
            wire::NotApplicable::Scale => NotApplicable::Scale,
            wire::NotApplicable::Unspecified => return unknown("not_applicable", policy.not_applicable),
        },
        eligibility: policy.eligibility.map(eligibility).unwrap_or_default(),
        classes: policy.classes.iter().map(class).collect::<Result<_, _>>()?,
        ranking: policy.ranking.iter().map(|key| ranking_key(key)).collect::<Result<_, _>>()?,
        percent_base: match policy.percent_base() {
            wire::PercentBase::All => PercentBase::All,
            wire::PercentBase::Ranked => PercentBase::Ranked,
            wire::PercentBase::Unspecified => return unknown("percent_base", policy.percent_base),
        },
    })
}

fn unknown<T>(what: &str, value: i32) -> Result<T, String> {
    Err(format!("policy: the {what} {value} is unknown"))
}

fn aggregate(policy: &wire::Policy) -> Result<Option<Aggregate>, String> {
    Ok(Some(match policy.cross_aggregate() {
        wire::CrossAggregate::Mean => Aggregate::Mean,
        wire::CrossAggregate::Median => Aggregate::Median,
        wire::CrossAggregate::TrimmedMean => Aggregate::TrimmedMean,
        wire::CrossAggregate::Unspecified => return unknown("cross_aggregate", policy.cross_aggregate),
    }))
}

fn eligibility(eligibility: wire::Eligibility) -> Eligibility {
    Eligibility {
        min_months_active: eligibility.min_months_active,
        min_months_since_reorganised: eligibility.min_months_since_reorganised,
    }
}

fn ranking_key(key: &str) -> Result<RankingKey<'_>, String> {
    match (key, key.strip_prefix("group:")) {
        ("total", _) => Ok(RankingKey::Total),
        ("votes", _) => Ok(RankingKey::Votes),
        (_, Some(group)) => Ok(RankingKey::Group(group)),
        _ => Err(format!("policy: units cannot be ranked by {key:?}")),
    }
}

fn class(class: &wire::Class) -> Result<Class<'_>, String> {
    let place = format!("class {:?}", class.code);
    Ok(Class {
        code: &class.code,
        name: &class.name,
        standing: match &class.entry {
            Some(Entry::MinPoints(text)) => Standing::Band { min_points: points(text, &place)? },
            Some(Entry::Select(selection)) => Standing::Selected(select(selection, &place)?),
            None => return Err(format!("{place}: how units come into it is missing or unknown")),
        },
        requires: class.requires.as_ref().map(|requires| self::requires(requires, &place)).transpose()?,
    })
}

fn select<'a>(select: &'a wire::Selection, place: &str) -> Result<Select<'a>, String> {
    Ok(Select {
        from: &select.from,
        quotas: select.quotas.iter().map(|one| quota(one, place)).collect::<Result<_, _>>()?,
        ties: match select.ties() {
            wire::Ties::Exclude => Ties::Exclude,
            wire::Ties::Include => Ties::Include,
            wire::Ties::Unspecified => return unknown("ties", select.ties),
        },
    })
}

fn quota(quota: &wire::Quota, place: &str) -> Result<Quota, String> {
    Ok(Quota {
        scope: match quota.scope() {
            wire::QuotaScope::Bloc => Scope::Bloc,
            wire::QuotaScope::Federation => Scope::Federation,
            wire::QuotaScope::Unspecified => return unknown("scope", quota.scope),
        },
        percent: measure(&quota.percent, place)?,
        base: match quota.base() {
            wire::QuotaBase::Pool => QuotaBase::Pool,
            wire::QuotaBase::Ranked => QuotaBase::Ranked,
            wire::QuotaBase::All => QuotaBase::All,
            wire::QuotaBase::Unspecified => return unknown("base", quota.base),
        },
        rounding: match quota.rounding() {
            wire::Rounding::Floor => Rounding::Floor,
            wire::Rounding::HalfUp => Rounding::HalfUp,
            wire::Rounding::Ceil => Rounding::Ceil,
            wire::Rounding::Unspecified => return unknown("rounding", quota.rounding),
        },
    })
}

/// Conditions that name nothing are no conditions.
fn requires<'a>(requires: &'a wire::Requirements, place: &str) -> Result<Requires<'a>, String> {
    let all_facts = requires.all_facts.iter().map(|required| AllFacts {
        fact: &required.fact,
        sectors: some(required.sectors.iter().map(String::as_str).collect()),
    });
    let min_points = requires.min_points.iter().map(|least| {
        Ok::<_, String>(MinPoints { criterion: &least.criterion, points: points(&least.points, place)? })
    });
    Ok(Requires {
        no_facts: some(requires.no_facts.iter().map(String::as_str).collect()),
        all_facts: some(all_facts.collect()),
        min_group_share: requires.min_group_share.as_ref().map(|share| measure(share, place)).transpose()?,
        min_points: some(min_points.collect::<Result<_, _>>()?),
    })
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}
