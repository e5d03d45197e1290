//! From the document to a typed campaign: every field read, every broken rule of form recorded with its place.

mod blocs;
mod policy;
mod sets;
mod sheets;
mod units;

use crate::domain::campaign::{Campaign, FORMAT, Federation, Season};
use crate::domain::document::values::{date, filled, list, text};
use crate::domain::document::{Faults, Fields, Node, Place, ROOT};

/// Reads the whole campaign. What cannot be read is a fault and leaves a blank.
pub(super) fn campaign<'d>(root: Node<'d>, faults: &mut Faults) -> Campaign<'d> {
    let mut fields = Fields::of(root, &ROOT, faults);
    fields.required("format", format);
    let campaign = Campaign {
        federation: fields.required("federation", federation),
        season: fields.required("season", season),
        units: fields.required("units", |n, p, f| list(n, p, f, units::unit)),
        criteria_sets: fields.required("criteria_sets", |n, p, f| list(n, p, f, sets::criteria_set)),
        blocs: fields.required("blocs", |n, p, f| list(n, p, f, blocs::bloc)),
        targets: fields.optional("targets", |n, p, f| list(n, p, f, blocs::target)).unwrap_or_default(),
        sheets: fields.required("sheets", |n, p, f| list(n, p, f, sheets::sheet)),
        votes: fields.optional("votes", |n, p, f| list(n, p, f, blocs::vote)).unwrap_or_default(),
        decisions: fields.optional("decisions", |n, p, f| list(n, p, f, blocs::decision)).unwrap_or_default(),
        policy: fields.required("policy", policy::policy),
    };
    fields.finish();
    campaign
}

fn format(node: Node<'_>, place: &Place<'_>, faults: &mut Faults) {
    if node.text() != Some(FORMAT) {
        faults.add(place, format_args!("{} is not the format \"{FORMAT}\"", node.describe()));
    }
}

fn federation<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Federation<'d> {
    let mut fields = Fields::of(node, place, faults);
    let federation =
        Federation { code: fields.required("code", filled), name: fields.required("name", text) };
    fields.finish();
    federation
}

fn season<'d>(node: Node<'d>, place: &Place<'_>, faults: &mut Faults) -> Season<'d> {
    let mut fields = Fields::of(node, place, faults);
    let season = Season {
        code: fields.required("code", filled),
        starts_on: fields.required("starts_on", date),
        ends_on: fields.required("ends_on", date),
    };
    fields.finish();
    season
}
