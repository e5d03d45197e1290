//! What a run keeps of its results to be read: standings, counts and lines. Made once, of a classified campaign.

mod explained;
mod lines;
mod moves;
mod standing;
mod summary;
#[cfg(test)]
mod tests;

pub(crate) use explained::{CrossSheets, KeptExplanation, SheetOfUnit, Shown};
pub(crate) use lines::{KeptLine, KeptLines, KeptSet};
pub(crate) use moves::{Seen, between};
use proto::scoring::v1 as wire;

use crate::domain::campaign::Campaign;
use crate::domain::results::Results;

/// All that a run keeps of its results.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Records {
    /// Ranked units by federation rank, equal ones by code, then the unranked ones by code. A bloc's units have the
    /// order of its own standings among them.
    pub(crate) units: Vec<UnitRecord>,
    /// By code.
    pub(crate) blocs: Vec<BlocRecord>,
    pub(crate) federation: wire::Summary,
    /// Each with its code.
    pub(crate) sets: Vec<(String, KeptSet)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct UnitRecord {
    pub(crate) standing: wire::Standing,
    pub(crate) lines: KeptLines,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BlocRecord {
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) criteria_set: String,
    pub(crate) summary: wire::Summary,
}

impl Records {
    /// `results` are those of the campaign.
    pub(crate) fn of(campaign: &Campaign<'_>, results: &Results<'_>) -> Self {
        let mut units: Vec<UnitRecord> = standing::all(campaign, results)
            .zip(&results.units)
            .map(|(standing, unit)| UnitRecord { standing, lines: KeptLines::of(campaign, &unit.lines) })
            .collect();
        units.sort_by(|one, other| standing::order(&one.standing, &other.standing));
        let mut blocs: Vec<_> = campaign.blocs.iter().collect();
        blocs.sort_unstable_by_key(|bloc| bloc.code);
        let blocs = blocs.into_iter().zip(&results.blocs).map(|(bloc, result)| BlocRecord {
            code: bloc.code.to_owned(),
            name: bloc.name.to_owned(),
            criteria_set: bloc.criteria_set.to_owned(),
            summary: summary::of(campaign, &result.tally),
        });
        let sets = campaign.criteria_sets.iter().map(|set| (set.code.to_owned(), KeptSet::of(campaign, set)));
        Self {
            units,
            blocs: blocs.collect(),
            federation: summary::of(campaign, &results.federation),
            sets: sets.collect(),
        }
    }
}

/// A number of things, as answers have it.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
