//! Live standings: those of one bloc as its sheets are now.

use std::collections::BTreeSet;
use std::fmt;

use platform::Timestamp;
use proto::competition::v1 as competition;
use proto::scoring::v1::{GetBlocStandingsResponse, ResultOrigin};
use serde::{Deserialize, Serialize};

use super::records::Records;

/// A bloc of a season; also what the job that computes its standings is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct LiveBloc {
    pub(crate) season: String,
    pub(crate) bloc: String,
}

impl fmt::Display for LiveBloc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bloc {:?} of season {:?}", self.bloc, self.season)
    }
}

/// What is known of a bloc's standings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Live {
    /// Rises with each change of something that they rest on.
    pub(crate) mark: u64,
    /// The latest change.
    pub(crate) changed_at: Timestamp,
    /// Since when something is not in them; none: all is.
    pub(crate) stale_since: Option<Timestamp>,
    /// Rises with each computation; 0 before the first.
    pub(crate) version: u64,
    pub(crate) computed_at: Option<Timestamp>,
    /// Why there are none; empty when there are some, and before the first computation.
    pub(crate) fault: String,
}

/// Where live standings come from.
pub(crate) fn origin(computed_at: Option<Timestamp>, stale_since: Option<Timestamp>) -> ResultOrigin {
    ResultOrigin {
        computed_at: computed_at.map(Into::into),
        stale_since: stale_since.map(Into::into),
        ..ResultOrigin::default()
    }
}

/// The quotas that a policy has lost, by class and place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lifted(BTreeSet<(String, u32)>);

/// Lifts the quotas over the federation: a bloc alone cannot tell whom they leave out. In the place of each stands one
/// that lets everyone in, so that the others keep theirs.
pub(crate) fn lift_federation_quotas(policy: &mut competition::Policy) -> Lifted {
    let mut lifted = BTreeSet::new();
    for class in &mut policy.classes {
        let Some(competition::class::Entry::Select(selection)) = &mut class.entry else { continue };
        for (place, quota) in (0..).zip(&mut selection.quotas) {
            if quota.scope() == competition::QuotaScope::Federation {
                quota.set_scope(competition::QuotaScope::Bloc);
                quota.set_base(competition::QuotaBase::Pool);
                quota.set_rounding(competition::Rounding::Ceil);
                quota.percent = "100".to_owned();
                lifted.insert((class.code.clone(), place));
            }
        }
    }
    Lifted(lifted)
}

/// The standings of the only bloc that the records have, as they are answered but for their origin.
pub(crate) fn standings(records: Records, lifted: &Lifted) -> GetBlocStandingsResponse {
    let bloc = records.blocs.into_iter().next();
    let (bloc_name, mut summary) = bloc.map(|bloc| (bloc.name, bloc.summary)).unwrap_or_default();
    summary.quotas.retain(|quota| !lifted.0.contains(&(quota.class.clone(), quota.quota)));
    let standings = records.units.into_iter().map(|unit| {
        let mut standing = unit.standing;
        standing.federation_rank = None;
        standing
    });
    GetBlocStandingsResponse {
        origin: None,
        bloc_name,
        summary: Some(summary),
        standings: standings.collect(),
    }
}

#[cfg(test)]
mod tests {
    use competition::class::Entry;
    use competition::{Class, Policy, Quota, QuotaBase, QuotaScope, Rounding, Selection};

    use super::*;

    #[test]
    fn quotas_over_the_federation_are_lifted_and_the_others_keep_their_places() {
        let quota = |scope: QuotaScope| Quota {
            scope: scope.into(),
            percent: "20".to_owned(),
            base: QuotaBase::All.into(),
            rounding: Rounding::Floor.into(),
        };
        let quotas = vec![quota(QuotaScope::Bloc), quota(QuotaScope::Federation)];
        let select = Selection { quotas, ..Selection::default() };
        let excellent =
            Class { code: "excellent".to_owned(), entry: Some(Entry::Select(select)), ..Class::default() };
        let good = Class { entry: Some(Entry::MinPoints("80".to_owned())), ..Class::default() };
        let mut policy = Policy { classes: vec![excellent, good], ..Policy::default() };
        let before = policy.clone();
        let lifted = lift_federation_quotas(&mut policy);
        assert_eq!(lifted.0.into_iter().collect::<Vec<_>>(), [("excellent".to_owned(), 1)]);
        assert_eq!(policy.classes[1], before.classes[1]);
        let Some(Entry::Select(select)) = &policy.classes[0].entry else { panic!("a selection") };
        assert_eq!(select.quotas[0], quota(QuotaScope::Bloc));
        assert_eq!((select.quotas[1].scope(), select.quotas[1].percent.as_str()), (QuotaScope::Bloc, "100"));
    }
}
