//! The results' document, in RFC 8785 canonical JSON: every object's names stand here in their order.

use super::{BlocResult, LineResult, QuotaResult, Results, Tally, UNRANKED, UnitResult};
use crate::domain::document::{Canonical, Sha256Hex, utf16_order};
use crate::domain::number::Points;

/// The format of results that this engine writes.
const FORMAT: &str = "thidua.results/1";

impl Results<'_> {
    /// The hash of the results without the two hash names.
    pub fn sha256(&self) -> Sha256Hex {
        Sha256Hex::of(|out| self.document(out, None))
    }

    /// Writes the document, without a newline, in pieces to `sink`.
    pub fn write(&self, campaign: &Sha256Hex, results: &Sha256Hex, sink: &mut dyn FnMut(&[u8])) {
        let mut out = Canonical::new(sink);
        self.document(&mut out, Some((campaign, results)));
        out.finish();
    }

    fn document(&self, out: &mut Canonical<'_>, hashes: Option<(&Sha256Hex, &Sha256Hex)>) {
        let order = Order::new(self);
        out.raw("{\"blocs\":");
        out.array(&self.blocs, |out, bloc| write_bloc(out, bloc, &order));
        if let Some((campaign, _)) = hashes {
            out.raw(",\"campaign_sha256\":");
            out.string(campaign.as_str());
        }
        out.raw(",\"federation\":{");
        write_tally(out, &self.federation, &order);
        out.raw("},\"format\":");
        out.string(FORMAT);
        if let Some((_, results)) = hashes {
            out.raw(",\"results_sha256\":");
            out.string(results.as_str());
        }
        out.raw(",\"units\":");
        out.array(&self.units, |out, unit| write_unit(out, unit, &order));
        out.raw("}");
    }
}

/// Class codes are names of objects: their order, found once.
struct Order<'a> {
    /// Position in a tally's counts, and the code.
    names: Vec<(usize, &'a str)>,
}

impl<'a> Order<'a> {
    fn new(results: &Results<'a>) -> Order<'a> {
        let mut names: Vec<(usize, &str)> =
            results.classes.iter().copied().chain([UNRANKED]).enumerate().collect();
        names.sort_unstable_by(|(_, a), (_, b)| utf16_order(a, b));
        Order { names }
    }

    /// An object with a value for each class that has one.
    fn object<T>(
        &self,
        out: &mut Canonical<'_>,
        values: &[T],
        mut write: impl FnMut(&mut Canonical<'_>, &T),
    ) {
        let mut separator = "{";
        for (position, name) in &self.names {
            let Some(value) = values.get(*position) else { continue };
            out.raw(separator);
            separator = ",";
            out.string(name);
            out.raw(":");
            write(out, value);
        }
        out.raw(if separator == "{" { "{}" } else { "}" });
    }
}

fn write_bloc(out: &mut Canonical<'_>, bloc: &BlocResult<'_>, order: &Order<'_>) {
    out.raw("{\"bloc\":");
    out.string(bloc.bloc);
    out.raw(",");
    write_tally(out, &bloc.tally, order);
    out.raw("}");
}

fn write_tally(out: &mut Canonical<'_>, tally: &Tally<'_>, order: &Order<'_>) {
    out.raw("\"counts\":");
    order.object(out, &tally.counts, |out, count| out.count(*count));
    out.raw(",\"percent\":");
    order.object(out, &tally.percent, |out, percent| out.points(Points::from_hundredths(percent.0)));
    out.raw(",\"quotas\":");
    out.array(&tally.quotas, write_quota);
    out.raw(",\"ranked\":");
    out.count(tally.ranked);
    out.raw(",\"units\":");
    out.count(tally.units);
}

fn write_quota(out: &mut Canonical<'_>, quota: &QuotaResult<'_>) {
    out.raw("{\"allowed\":");
    out.count(quota.allowed);
    out.raw(",\"base\":");
    out.count(quota.base);
    out.raw(",\"class\":");
    out.string(quota.class);
    out.raw(",\"quota\":");
    out.count(quota.quota);
    out.raw(",\"selected\":");
    out.count(quota.selected);
    out.raw(",\"ties_at_cut\":");
    out.array(&quota.ties_at_cut, |out, unit| out.string(unit));
    out.raw("}");
}

fn write_unit(out: &mut Canonical<'_>, unit: &UnitResult<'_>, order: &Order<'_>) {
    let totals = unit.totals.as_ref();
    out.raw("{\"base\":");
    write_points(out, totals.map(|t| t.base));
    out.raw(",\"bloc\":");
    out.string_or_null(unit.bloc);
    out.raw(",\"bonus\":");
    write_points(out, totals.map(|t| t.bonus));
    out.raw(",\"class\":");
    out.string(unit.class);
    out.raw(",\"computed_class\":");
    out.string(unit.computed_class);
    out.raw(",\"federation_rank\":");
    write_rank(out, unit.federation_rank);
    out.raw(",\"groups\":");
    out.array(&unit.groups, |out, group| {
        out.raw("{\"code\":");
        out.string(group.code);
        out.raw(",\"points\":");
        out.points(group.points);
        out.raw("}");
    });
    out.raw(",\"lines\":");
    out.array(&unit.lines, write_line);
    out.raw(",\"penalty\":");
    write_points(out, totals.map(|t| t.penalty));
    out.raw(",\"rank\":");
    write_rank(out, unit.rank);
    out.raw(",\"targets\":{\"exceeded\":");
    out.count(unit.targets.exceeded);
    out.raw(",\"met\":");
    out.count(unit.targets.met);
    out.raw(",\"total\":");
    out.count(unit.targets.total);
    out.raw("},\"total\":");
    write_points(out, totals.map(|t| t.total));
    out.raw(",\"unit\":");
    out.string(unit.unit);
    out.raw(",\"unmet\":");
    write_unmet(out, unit, order);
    out.raw(",\"unranked\":");
    out.array(&unit.unranked, |out, reason| out.string(reason.as_str()));
    out.raw("}");
}

fn write_line(out: &mut Canonical<'_>, line: &LineResult<'_>) {
    out.raw("{\"criterion\":");
    out.string(line.criterion);
    out.raw(",\"layer\":");
    out.string_or_null(line.layer);
    out.raw(",\"points\":");
    out.points(line.points);
    out.raw(",\"state\":");
    out.string(line.state.as_str());
    out.raw("}");
}

fn write_unmet(out: &mut Canonical<'_>, unit: &UnitResult<'_>, order: &Order<'_>) {
    let mut separator = "{";
    if !unit.unmet.is_empty() {
        for (_, name) in &order.names {
            let Some((_, failed)) = unit.unmet.iter().find(|(class, _)| class == name) else { continue };
            out.raw(separator);
            separator = ",";
            out.string(name);
            out.raw(":");
            out.array(failed, |out, unmet| out.display(unmet));
        }
    }
    out.raw(if separator == "{" { "{}" } else { "}" });
}

fn write_points(out: &mut Canonical<'_>, points: Option<Points>) {
    match points {
        Some(points) => out.points(points),
        None => out.raw("null"),
    }
}

fn write_rank(out: &mut Canonical<'_>, rank: Option<usize>) {
    match rank {
        Some(rank) => out.count(rank),
        None => out.raw("null"),
    }
}
