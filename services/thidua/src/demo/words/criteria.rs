//! Criteria sets.

use proto::competition::v1::{
    AllOrNothing, Checklist, ChecklistItem, CriteriaGroup, CriteriaSet, Criterion, Deduct, GroupKind as Kind,
    Judged, Method, PerItem, Proportional, Relative, Step, Steps, StepsOn as On, method,
};

use crate::demo::data::Code;
use crate::demo::data::shape::{self, GroupKind, StepsOn};

pub(in crate::demo) fn set(code: &Code, set: &shape::CriteriaSet) -> CriteriaSet {
    CriteriaSet {
        code: code.to_string(),
        name: set.name.clone(),
        max_points: set.max_points.to_string(),
        groups: set.groups.iter().map(group).collect(),
        ..CriteriaSet::default()
    }
}

fn group(group: &shape::Group) -> CriteriaGroup {
    let kind = match group.kind {
        GroupKind::Base => Kind::Base,
        GroupKind::Bonus => Kind::Bonus,
        GroupKind::Penalty => Kind::Penalty,
    };
    CriteriaGroup {
        code: group.code.clone(),
        name: group.name.clone(),
        kind: kind.into(),
        max_points: group.max_points.to_string(),
        criteria: group.criteria.iter().map(criterion).collect(),
    }
}

fn criterion(criterion: &shape::Criterion) -> Criterion {
    Criterion {
        code: criterion.code.clone(),
        name: criterion.name.clone(),
        max_points: criterion.max_points.to_string(),
        from_layer: criterion.from_layer.clone().unwrap_or_default(),
        method: Some(Method { kind: Some(method(&criterion.method)) }),
    }
}

fn method(method: &shape::Method) -> method::Kind {
    match method {
        shape::Method::Judged {} => method::Kind::Judged(Judged {}),
        shape::Method::AllOrNothing {} => method::Kind::AllOrNothing(AllOrNothing {}),
        shape::Method::Checklist { items } => {
            let item = |item: &shape::ChecklistItem| ChecklistItem {
                code: item.code.clone(),
                points: item.points.to_string(),
            };
            method::Kind::Checklist(Checklist { items: items.iter().map(item).collect() })
        }
        shape::Method::Proportional {} => method::Kind::Proportional(Proportional {}),
        shape::Method::Steps { on, steps } => {
            let on = match on {
                StepsOn::Actual => On::Actual,
                StepsOn::Ratio => On::Ratio,
            };
            let step = |step: &shape::Step| Step {
                at_least: step.at_least.to_string(),
                points: step.points.to_string(),
            };
            method::Kind::Steps(Steps { on: on.into(), steps: steps.iter().map(step).collect() })
        }
        shape::Method::Deduct { each } => method::Kind::Deduct(Deduct { each: each.to_string() }),
        shape::Method::PerItem { each } => method::Kind::PerItem(PerItem { each: each.to_string() }),
        shape::Method::Relative {} => method::Kind::Relative(Relative {}),
    }
}
