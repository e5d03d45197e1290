//! Reading the policy.

use crate::domain::campaign::{
    Aggregate, AllFacts, Class, Eligibility, MinPoints, Policy, Quota, RankingKey, Requires, Select, Standing,
};
use crate::domain::document::values::{
    codes, filled, filled_list, list, measure_up_to, months, points, text, word,
};
use crate::domain::document::{Faults, Fields, Node, Place};
use crate::domain::number::Measure;

pub(super) fn policy<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Policy<'d> {
    let mut fields = Fields::of(node, place, faults);
    let policy = Policy {
        layers: fields.required("layers", |n, p, f| filled_list(n, p, f, filled)),
        required_layer: fields.required("required_layer", filled),
        cross: fields.optional("cross", cross),
        not_applicable: fields.required("not_applicable", word),
        eligibility: fields.required("eligibility", eligibility),
        classes: fields.required("classes", |n, p, f| filled_list(n, p, f, class)),
        ranking: fields.required("ranking", |n, p, f| filled_list(n, p, f, ranking_key)),
        percent_base: fields.required("percent_base", word),
    };
    fields.finish();
    policy
}

fn cross(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) -> Aggregate {
    let mut fields = Fields::of(node, place, faults);
    let aggregate = fields.required("aggregate", word);
    fields.finish();
    aggregate
}

fn eligibility(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) -> Eligibility {
    let mut fields = Fields::of(node, place, faults);
    let eligibility = Eligibility {
        min_months_active: fields.required("min_months_active", months),
        min_months_since_reorganised: fields.required("min_months_since_reorganised", months),
    };
    fields.finish();
    eligibility
}

fn class<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Class<'d> {
    let mut fields = Fields::of(node, place, faults);
    let code = fields.required("code", filled);
    let name = fields.required("name", text);
    let min_points = fields.optional("min_points", points);
    let select = fields.optional("select", select);
    let standing = match (min_points, select) {
        (Some(min_points), None) => Standing::Band { min_points },
        (None, Some(select)) => Standing::Selected(select),
        (None, None) => {
            if fields.is_object() {
                fields.fault_of(
                    "min_points",
                    "the name \"min_points\" is missing, or \"select\" for a selected class",
                );
            }
            Standing::default()
        }
        (Some(_), Some(select)) => {
            fields.fault("a class has either min_points or select, not both");
            Standing::Selected(select)
        }
    };
    let requires = fields.optional("requires", requires);
    fields.finish();
    Class { code, name, standing, requires }
}

fn select<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Select<'d> {
    let mut fields = Fields::of(node, place, faults);
    let select = Select {
        from: fields.required("from", filled),
        quotas: fields.required("quotas", |n, p, f| filled_list(n, p, f, quota)),
        ties: fields.required("ties", word),
    };
    fields.finish();
    select
}

fn quota(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) -> Quota {
    let mut fields = Fields::of(node, place, faults);
    let quota = Quota {
        scope: fields.required("scope", word),
        percent: fields.required("percent", measure_up_to(Measure::HUNDRED)),
        base: fields.required("base", word),
        rounding: fields.required("rounding", word),
    };
    fields.finish();
    quota
}

fn requires<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Requires<'d> {
    let mut fields = Fields::of(node, place, faults);
    let requires = Requires {
        no_facts: fields.optional("no_facts", codes),
        all_facts: fields.optional("all_facts", |n, p, f| list(n, p, f, all_facts)),
        min_group_share: fields.optional("min_group_share", measure_up_to(Measure::ONE)),
        min_points: fields.optional("min_points", |n, p, f| list(n, p, f, min_points)),
    };
    fields.finish();
    requires
}

fn all_facts<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> AllFacts<'d> {
    let mut fields = Fields::of(node, place, faults);
    let all_facts =
        AllFacts { fact: fields.required("fact", filled), sectors: fields.optional("sectors", codes) };
    fields.finish();
    all_facts
}

fn min_points<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> MinPoints<'d> {
    let mut fields = Fields::of(node, place, faults);
    let min_points = MinPoints {
        criterion: fields.required("criterion", filled),
        points: fields.required("points", points),
    };
    fields.finish();
    min_points
}

/// `total`, `votes` or `group:CODE`.
fn ranking_key<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> RankingKey<'d> {
    let key = match node.text() {
        Some("total") => Some(RankingKey::Total),
        Some("votes") => Some(RankingKey::Votes),
        Some(text) => text.strip_prefix("group:").filter(|code| !code.is_empty()).map(RankingKey::Group),
        None => None,
    };
    key.unwrap_or_else(|| {
        faults.add(place, format_args!("{} is none of total, votes, group:CODE", node.describe()));
        RankingKey::default()
    })
}
