//! How a season's honour votes are counted.

use platform::input::{Faults, path};
use proto::competition::v1::{Share, VoteRules};

/// The largest denominator of a share.
const PARTS: u32 = 1000;
/// The most candidates of a run-off.
const RUN_OFF: u32 = 1000;

/// The rules as they stand in the request, once they hold together.
pub(crate) fn parse(at: &str, rules: &VoteRules, faults: &mut Faults) -> Option<VoteRules> {
    let quorum = share(&path(at, "quorum"), rules.quorum.as_ref(), Bounds::Quorum, faults);
    let majority = share(&path(at, "majority"), rules.majority.as_ref(), Bounds::Majority, faults);
    let run_off = match rules.run_off_candidates {
        0 => Some(0),
        candidates => faults.between(path(at, "run_off_candidates"), candidates, 2, RUN_OFF),
    };
    quorum.and(majority).and(run_off).map(|_| *rules)
}

/// The rules with every part of them: what is absent is the default.
pub(crate) fn whole(rules: Option<&VoteRules>) -> VoteRules {
    let rules = rules.copied().unwrap_or_default();
    VoteRules {
        quorum: rules.quorum.or(Some(Share { numerator: 2, denominator: 3 })),
        majority: rules.majority.or(Some(Share { numerator: 1, denominator: 2 })),
        run_off_candidates: if rules.run_off_candidates == 0 { 2 } else { rules.run_off_candidates },
        own_unit_excluded: rules.own_unit_excluded,
    }
}

/// Which shares make sense.
#[derive(Clone, Copy)]
enum Bounds {
    /// From none to all.
    Quorum,
    /// More than it can be had: above none, below all.
    Majority,
}

fn share(at: &str, share: Option<&Share>, bounds: Bounds, faults: &mut Faults) -> Option<()> {
    let Some(share) = share else { return Some(()) };
    let least_denominator = if matches!(bounds, Bounds::Majority) { 2 } else { 1 };
    let denominator = faults.between(path(at, "denominator"), share.denominator, least_denominator, PARTS)?;
    let (least, most) = match bounds {
        Bounds::Quorum => (0, denominator),
        Bounds::Majority => (1, denominator - 1),
    };
    faults.between(path(at, "numerator"), share.numerator, least, most).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(rules: &VoteRules) -> Vec<String> {
        let mut faults = Faults::new();
        let parsed = parse("vote_rules", rules, &mut faults);
        let error = faults.finish(parsed).err();
        error.map(|error| error.violations().iter().map(|v| v.field.clone()).collect()).unwrap_or_default()
    }

    #[test]
    fn absent_parts_are_the_defaults_and_shares_are_at_most_one() {
        assert_eq!(fields(&VoteRules::default()), [""; 0]);
        let two_thirds = Some(Share { numerator: 2, denominator: 3 });
        let fine = VoteRules {
            quorum: two_thirds,
            majority: two_thirds,
            run_off_candidates: 2,
            ..VoteRules::default()
        };
        assert_eq!(fields(&fine), [""; 0]);
        let wrong = VoteRules {
            quorum: Some(Share { numerator: 4, denominator: 3 }),
            majority: Some(Share { numerator: 1, denominator: 0 }),
            run_off_candidates: 1,
            own_unit_excluded: false,
        };
        let expected = [
            "vote_rules.quorum.numerator",
            "vote_rules.majority.denominator",
            "vote_rules.run_off_candidates",
        ];
        assert_eq!(fields(&wrong), expected);
        let nobody =
            VoteRules { majority: Some(Share { numerator: 0, denominator: 2 }), ..VoteRules::default() };
        assert_eq!(fields(&nobody), ["vote_rules.majority.numerator"]);
        let more_than_all =
            VoteRules { majority: Some(Share { numerator: 2, denominator: 2 }), ..VoteRules::default() };
        assert_eq!(fields(&more_than_all), ["vote_rules.majority.numerator"]);
    }

    #[test]
    fn absent_rules_are_two_thirds_one_half_and_two() {
        let rules = whole(None);
        assert_eq!(rules.quorum, Some(Share { numerator: 2, denominator: 3 }));
        assert_eq!(rules.majority, Some(Share { numerator: 1, denominator: 2 }));
        assert_eq!((rules.run_off_candidates, rules.own_unit_excluded), (2, false));
        let none = VoteRules { quorum: Some(Share { numerator: 0, denominator: 1 }), ..VoteRules::default() };
        assert_eq!(whole(Some(&none)).quorum, none.quorum);
    }
}
