//! Reading criteria sets.

use crate::domain::campaign::{ChecklistItem, CriteriaSet, Criterion, Group, Method, Step};
use crate::domain::document::values::{filled, list, measure, points, text, word};
use crate::domain::document::{Faults, Fields, Node, Place};

const METHODS: [&str; 8] =
    ["judged", "all_or_nothing", "checklist", "proportional", "steps", "deduct", "per_item", "relative"];

pub(super) fn criteria_set<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> CriteriaSet<'d> {
    let mut fields = Fields::of(node, place, faults);
    let set = CriteriaSet {
        code: fields.required("code", filled),
        name: fields.required("name", text),
        max_points: fields.required("max_points", points),
        groups: fields.required("groups", |n, p, f| list(n, p, f, group)),
    };
    fields.finish();
    set
}

fn group<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Group<'d> {
    let mut fields = Fields::of(node, place, faults);
    let group = Group {
        code: fields.required("code", filled),
        name: fields.required("name", text),
        kind: fields.required("kind", word),
        max_points: fields.required("max_points", points),
        criteria: fields.required("criteria", |n, p, f| list(n, p, f, criterion)),
    };
    fields.finish();
    group
}

fn criterion<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Criterion<'d> {
    let mut fields = Fields::of(node, place, faults);
    let criterion = Criterion {
        code: fields.required("code", filled),
        name: fields.required("name", text),
        max_points: fields.required("max_points", points),
        from_layer: fields.optional("from_layer", filled),
        method: fields.required("method", method),
    };
    fields.finish();
    criterion
}

/// The parameters depend on the type; those of another type are unknown names. Where the type itself is wrong, which
/// names are known cannot be said.
fn method<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Method<'d> {
    let mut fields = Fields::of(node, place, faults);
    let method = match fields.required("type", method_type) {
        "judged" => Method::Judged,
        "all_or_nothing" => Method::AllOrNothing,
        "checklist" => Method::Checklist(fields.required("items", |n, p, f| list(n, p, f, item))),
        "proportional" => Method::Proportional,
        "steps" => Method::Steps {
            on: fields.required("on", word),
            steps: fields.required("steps", |n, p, f| list(n, p, f, step)),
        },
        "deduct" => Method::Deduct { each: fields.required("each", points) },
        "per_item" => Method::PerItem { each: fields.required("each", points) },
        "relative" => Method::Relative,
        _ => return Method::default(),
    };
    fields.finish();
    method
}

fn method_type<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> &'d str {
    match node.text() {
        Some(text) if METHODS.contains(&text) => text,
        _ => {
            faults.add(place, format_args!("{} is none of {}", node.describe(), METHODS.join(", ")));
            ""
        }
    }
}

fn item<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> ChecklistItem<'d> {
    let mut fields = Fields::of(node, place, faults);
    let item =
        ChecklistItem { code: fields.required("code", filled), points: fields.required("points", points) };
    fields.finish();
    item
}

fn step(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) -> Step {
    let mut fields = Fields::of(node, place, faults);
    let step =
        Step { at_least: fields.required("at_least", measure), points: fields.required("points", points) };
    fields.finish();
    step
}
