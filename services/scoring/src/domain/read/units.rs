//! Reading units.

use crate::domain::campaign::Unit;
use crate::domain::document::values::{codes, count, date, filled, text, word};
use crate::domain::document::{Faults, Fields, Node, Place};

pub(super) fn unit<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Unit<'d> {
    let mut fields = Fields::of(node, place, faults);
    let unit = Unit {
        code: fields.required("code", filled),
        name: fields.required("name", text),
        kind: fields.required("kind", text),
        sector: fields.nullable("sector", filled),
        status: fields.optional("status", word).unwrap_or_default(),
        founded_on: fields.nullable("founded_on", date),
        reorganised_on: fields.nullable("reorganised_on", date),
        members: fields.optional("members", count).unwrap_or_default(),
        facts: fields.optional("facts", codes).unwrap_or_default(),
    };
    fields.finish();
    unit
}
