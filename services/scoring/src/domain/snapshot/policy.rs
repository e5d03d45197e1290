//! Writing the policy.

use crate::domain::campaign::{Class, Policy, Quota, RankingKey, Requires, Standing};
use crate::domain::document::Canonical;

pub(super) fn policy(out: &mut Canonical<'_>, policy: &Policy<'_>) {
    out.raw("{\"classes\":");
    out.array(&policy.classes, class);
    if let Some(aggregate) = policy.cross {
        out.raw(",\"cross\":{\"aggregate\":");
        out.string(aggregate.as_str());
        out.raw("}");
    }
    out.raw(",\"eligibility\":{\"min_months_active\":");
    out.integer(u64::from(policy.eligibility.min_months_active));
    out.raw(",\"min_months_since_reorganised\":");
    out.integer(u64::from(policy.eligibility.min_months_since_reorganised));
    out.raw("},\"layers\":");
    out.array(&policy.layers, |out, layer| out.string(layer));
    out.raw(",\"not_applicable\":");
    out.string(policy.not_applicable.as_str());
    out.raw(",\"percent_base\":");
    out.string(policy.percent_base.as_str());
    out.raw(",\"ranking\":");
    out.array(&policy.ranking, |out, key| match key {
        RankingKey::Total => out.string("total"),
        RankingKey::Votes => out.string("votes"),
        RankingKey::Group(code) => out.display(format_args!("group:{code}")),
    });
    out.raw(",\"required_layer\":");
    out.string(policy.required_layer);
    out.raw("}");
}

fn class(out: &mut Canonical<'_>, class: &Class<'_>) {
    out.raw("{\"code\":");
    out.string(class.code);
    if let Standing::Band { min_points } = &class.standing {
        out.raw(",\"min_points\":");
        out.display(min_points.plain());
    }
    out.raw(",\"name\":");
    out.string(class.name);
    if let Some(requires) = &class.requires {
        out.raw(",\"requires\":");
        self::requires(out, requires);
    }
    if let Standing::Selected(select) = &class.standing {
        out.raw(",\"select\":{\"from\":");
        out.string(select.from);
        out.raw(",\"quotas\":");
        out.array(&select.quotas, quota);
        out.raw(",\"ties\":");
        out.string(select.ties.as_str());
        out.raw("}");
    }
    out.raw("}");
}

fn quota(out: &mut Canonical<'_>, quota: &Quota) {
    out.raw("{\"base\":");
    out.string(quota.base.as_str());
    out.raw(",\"percent\":");
    out.display(quota.percent.plain());
    out.raw(",\"rounding\":");
    out.string(quota.rounding.as_str());
    out.raw(",\"scope\":");
    out.string(quota.scope.as_str());
    out.raw("}");
}

fn requires(out: &mut Canonical<'_>, requires: &Requires<'_>) {
    let mut separator = "{";
    let mut name = |out: &mut Canonical<'_>, name: &str| {
        out.raw(separator);
        separator = ",";
        out.string(name);
        out.raw(":");
    };
    if let Some(entries) = &requires.all_facts {
        name(out, "all_facts");
        out.array(entries, |out, entry| {
            out.raw("{\"fact\":");
            out.string(entry.fact);
            if let Some(sectors) = &entry.sectors {
                out.raw(",\"sectors\":");
                out.array(sectors, |out, sector| out.string(sector));
            }
            out.raw("}");
        });
    }
    if let Some(share) = requires.min_group_share {
        name(out, "min_group_share");
        out.display(share.plain());
    }
    if let Some(entries) = &requires.min_points {
        name(out, "min_points");
        out.array(entries, |out, entry| {
            out.raw("{\"criterion\":");
            out.string(entry.criterion);
            out.raw(",\"points\":");
            out.display(entry.points.plain());
            out.raw("}");
        });
    }
    if let Some(facts) = &requires.no_facts {
        name(out, "no_facts");
        out.array(facts, |out, fact| out.string(fact));
    }
    out.raw(if separator == "{" { "{}" } else { "}" });
}
