//! Writing criteria sets.

use crate::domain::campaign::{CriteriaSet, Criterion, Group, Method};
use crate::domain::document::Canonical;

pub(super) fn set(out: &mut Canonical<'_>, set: &CriteriaSet<'_>, first_layer: &str) {
    out.raw("{\"code\":");
    out.string(set.code);
    out.raw(",\"groups\":");
    out.array(&set.groups, |out, group| self::group(out, group, first_layer));
    out.raw(",\"max_points\":");
    out.display(set.max_points.plain());
    out.raw(",\"name\":");
    out.string(set.name);
    out.raw("}");
}

fn group(out: &mut Canonical<'_>, group: &Group<'_>, first_layer: &str) {
    out.raw("{\"code\":");
    out.string(group.code);
    out.raw(",\"criteria\":");
    out.array(&group.criteria, |out, criterion| self::criterion(out, criterion, first_layer));
    out.raw(",\"kind\":");
    out.string(group.kind.as_str());
    out.raw(",\"max_points\":");
    out.display(group.max_points.plain());
    out.raw(",\"name\":");
    out.string(group.name);
    out.raw("}");
}

fn criterion(out: &mut Canonical<'_>, criterion: &Criterion<'_>, first_layer: &str) {
    out.raw("{\"code\":");
    out.string(criterion.code);
    out.raw(",\"from_layer\":");
    out.string(criterion.from_layer.unwrap_or(first_layer));
    out.raw(",\"max_points\":");
    out.display(criterion.max_points.plain());
    out.raw(",\"method\":{");
    method(out, &criterion.method);
    out.raw("\"type\":");
    out.string(criterion.method.as_str());
    out.raw("},\"name\":");
    out.string(criterion.name);
    out.raw("}");
}

/// The parameters, each with a comma after it: `type` comes last.
fn method(out: &mut Canonical<'_>, method: &Method<'_>) {
    match method {
        Method::Checklist(items) => {
            out.raw("\"items\":");
            out.array(items, |out, item| {
                out.raw("{\"code\":");
                out.string(item.code);
                out.raw(",\"points\":");
                out.display(item.points.plain());
                out.raw("}");
            });
            out.raw(",");
        }
        Method::Steps { on, steps } => {
            out.raw("\"on\":");
            out.string(on.as_str());
            out.raw(",\"steps\":");
            out.array(steps, |out, step| {
                out.raw("{\"at_least\":");
                out.display(step.at_least.plain());
                out.raw(",\"points\":");
                out.display(step.points.plain());
                out.raw("}");
            });
            out.raw(",");
        }
        Method::Deduct { each } | Method::PerItem { each } => {
            out.raw("\"each\":");
            out.display(each.plain());
            out.raw(",");
        }
        Method::Judged | Method::AllOrNothing | Method::Proportional | Method::Relative => {}
    }
}
