//! Reading blocs, targets, votes and decisions.

use crate::domain::campaign::{Bloc, Decision, Target, Vote};
use crate::domain::document::values::{codes, count, filled, measure, measure_above_zero, text};
use crate::domain::document::{Faults, Fields, Node, Place};

pub(super) fn bloc<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Bloc<'d> {
    let mut fields = Fields::of(node, place, faults);
    let bloc = Bloc {
        code: fields.required("code", filled),
        name: fields.required("name", text),
        criteria_set: fields.required("criteria_set", filled),
        leader: fields.nullable("leader", filled),
        deputy: fields.nullable("deputy", filled),
        members: fields.required("members", codes),
    };
    fields.finish();
    bloc
}

pub(super) fn target<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Target<'d> {
    let mut fields = Fields::of(node, place, faults);
    let target = Target {
        unit: fields.required("unit", filled),
        code: fields.required("code", filled),
        name: fields.required("name", text),
        measure: fields.required("measure", text),
        target: fields.required("target", measure_above_zero),
        actual: fields.nullable("actual", measure),
        criterion: fields.nullable("criterion", filled),
    };
    fields.finish();
    target
}

pub(super) fn vote<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Vote<'d> {
    let mut fields = Fields::of(node, place, faults);
    let vote = Vote { unit: fields.required("unit", filled), votes: fields.required("votes", count) };
    fields.finish();
    vote
}

pub(super) fn decision<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Decision<'d> {
    let mut fields = Fields::of(node, place, faults);
    let decision = Decision {
        unit: fields.required("unit", filled),
        class: fields.required("class", filled),
        reason: fields.required("reason", filled),
    };
    fields.finish();
    decision
}
