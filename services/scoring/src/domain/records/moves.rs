//! What moved for a unit between two runs.

use proto::scoring::v1 as wire;

use super::{KeptLine, KeptSet, UnitRecord};

/// A unit in a run, with the criteria set of its bloc; none without a bloc.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'r> {
    pub(crate) record: &'r UnitRecord,
    pub(crate) set: Option<&'r KeptSet>,
}

impl<'r> Seen<'r> {
    fn lines(self) -> Vec<KeptLine<'r>> {
        self.set.map(|set| self.record.lines.named(set)).unwrap_or_default()
    }
}

/// What moved, when anything did.
pub(crate) fn between(before: Option<Seen<'_>>, after: Option<Seen<'_>>) -> Option<wire::UnitMove> {
    let lines = line_moves(before, after);
    let standing = |seen: Option<Seen<'_>>| seen.map(|seen| seen.record.standing.clone());
    let (before, after) = (standing(before), standing(after));
    // A name is no result.
    let result = |standing: &Option<wire::Standing>| {
        standing.clone().map(|standing| wire::Standing { unit_name: String::new(), ..standing })
    };
    if lines.is_empty() && result(&before) == result(&after) {
        return None;
    }
    let unit = after.as_ref().or(before.as_ref())?.unit.clone();
    Some(wire::UnitMove { unit, before, after, lines })
}

/// In the order of the later set, then what only the earlier one has.
fn line_moves(before: Option<Seen<'_>>, after: Option<Seen<'_>>) -> Vec<wire::LineMove> {
    let old = before.map(Seen::lines).unwrap_or_default();
    let new = after.map(Seen::lines).unwrap_or_default();
    let mut moves = Vec::new();
    for (place, now) in new.iter().enumerate() {
        // Sets mostly stay as they are.
        let same = |line: &&KeptLine<'_>| line.criterion == now.criterion;
        let was = old.get(place).filter(same).or_else(|| old.iter().find(same));
        if was != Some(now) {
            moves.push(line_move(was, Some(now)));
        }
    }
    let gone = old.iter().filter(|was| !new.iter().any(|now| now.criterion == was.criterion));
    moves.extend(gone.map(|was| line_move(Some(was), None)));
    moves
}

fn line_move(before: Option<&KeptLine<'_>>, after: Option<&KeptLine<'_>>) -> wire::LineMove {
    let points = |line: Option<&KeptLine<'_>>| line.map(|line| line.points.to_string());
    let layer = |line: Option<&KeptLine<'_>>| line.map(|line| line.layer.to_owned()).unwrap_or_default();
    let criterion = after.or(before).map(|line| line.criterion.to_owned()).unwrap_or_default();
    wire::LineMove {
        criterion,
        points_before: points(before),
        points_after: points(after),
        layer_before: layer(before),
        layer_after: layer(after),
    }
}
