//! Who is commended how often, and whether a flag is deserved.

use std::collections::{BTreeMap, BTreeSet};

use platform::input::Faults;
use proto::common::v1::Reason;
use proto::competition::v1::{CommendationKind, CommendationLevel, CommendationScope};

use super::{Commendation, CommendationId, Proposal, Recipient};

/// Who is commended by which level: the unit, the part of it or the person. A person's title does not tell people apart:
/// it may be written in several ways.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Subject {
    level: CommendationLevel,
    individual: bool,
    unit: String,
    name: String,
}

/// What the subjects of a year are commended for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Commended(BTreeMap<Subject, BTreeSet<CommendationScope>>);

impl Proposal {
    fn subject(&self) -> Subject {
        let (individual, unit, name) = match self.recipient.clone() {
            Recipient::Collective { unit, part } => (false, unit, part),
            Recipient::Individual { unit, name, .. } => (true, unit, name),
        };
        Subject { level: self.level, individual, unit, name }
    }
}

impl Commended {
    /// Adds one more, and says whether its level commends its subject both ways now.
    pub(crate) fn add(&mut self, proposal: &Proposal) -> bool {
        let scopes = self.0.entry(proposal.subject()).or_default();
        scopes.insert(proposal.scope);
        scopes.len() > 1
    }
}

/// Notes the proposals with which a level would commend a subject both generally and topically in one year. `commended`:
/// what is approved or awarded in that year.
pub(crate) fn check_twice(mut commended: Commended, proposals: &[Proposal], faults: &mut Faults) {
    for (place, proposal) in proposals.iter().enumerate() {
        if commended.add(proposal) {
            let sentence =
                "the level commends the same one in this year, and not both generally and topically";
            faults.add(format!("commendations[{place}].scope"), Reason::CommendedTwice, sentence);
        }
    }
}

/// Those of the commendations that cannot be approved beside one another and beside what is `commended` in the year.
pub(crate) fn commended_twice(mut commended: Commended, all: &[Commendation]) -> Vec<CommendationId> {
    all.iter().filter(|one| commended.add(&one.proposal)).map(|one| one.id).collect()
}

/// The units among the flags' that are not in the best class, which has the units `best`.
pub(crate) fn flags_without(all: &[Commendation], best: &BTreeSet<String>) -> BTreeSet<String> {
    let flags = all.iter().filter(|one| one.proposal.kind == CommendationKind::Flag);
    let units = flags.map(|flag| flag.proposal.recipient.unit());
    units.filter(|unit| !best.contains(*unit)).map(str::to_owned).collect()
}
