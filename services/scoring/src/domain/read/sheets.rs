//! Reading score sheets.

use crate::domain::campaign::{Line, Score, Sheet};
use crate::domain::document::values::{boolean, codes, count, filled, list, measure, points, text};
use crate::domain::document::{Faults, Fields, Node, Place};

pub(super) fn sheet<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Sheet<'d> {
    let mut fields = Fields::of(node, place, faults);
    let sheet = Sheet {
        unit: fields.required("unit", filled),
        layer: fields.required("layer", filled),
        scorer: fields.required("scorer", text),
        lines: fields.required("lines", |n, p, f| list(n, p, f, line)),
    };
    fields.finish();
    sheet
}

/// A line carries one thing, and a reason only with points. Whether it is what the criterion's method asks for is
/// checked later.
fn line<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Line<'d> {
    let mut fields = Fields::of(node, place, faults);
    let criterion = fields.required("criterion", filled);
    let points = fields.optional("points", points);
    let reason = fields.optional("reason", filled);
    let actual = fields.optional("actual", measure);
    let count = fields.optional("count", count);
    let achieved = fields.optional("achieved", boolean);
    let checked = fields.optional("checked", codes);
    let not_applicable = fields.optional("not_applicable", only_true);
    let score = match (points, reason, actual, count, achieved, checked, not_applicable) {
        (Some(points), reason, None, None, None, None, None) => Score::Points { points, reason },
        (None, None, Some(actual), None, None, None, None) => Score::Actual(actual),
        (None, None, None, Some(count), None, None, None) => Score::Count(count),
        (None, None, None, None, Some(achieved), None, None) => Score::Achieved(achieved),
        (None, None, None, None, None, Some(checked), None) => Score::Checked(checked),
        (None, None, None, None, None, None, Some(())) => Score::NotApplicable,
        _ => {
            if fields.is_object() {
                fields.fault(
                    "a line carries exactly one of points (with or without a reason), actual, count, achieved, \
                     checked and not_applicable",
                );
            }
            Score::default()
        }
    };
    fields.finish();
    Line { criterion, score }
}

fn only_true(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) {
    if node.boolean() != Some(true) {
        faults.add(place, format_args!("{} stands where only true is allowed", node.describe()));
    }
}
