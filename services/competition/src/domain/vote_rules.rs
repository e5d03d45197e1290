//! How a season's honour votes are counted.

use platform::input::{Faults, path};
use proto::common::v1::Reason;
use proto::competition::v1::{Share, VoteRules};

/// The largest denominator of a share.
const PARTS: u32 = 1000;
/// The most candidates of a run-off.
const RUN_OFF: u32 = 1000;

/// The rules as they stand in the request, once they hold together.
pub(crate) fn parse(at: &str, rules: &VoteRules, faults: &mut Faults) -> Option<VoteRules> {
    let quorum = share(&path(at, "quorum"), rules.quorum.as_ref(), 0, faults);
    let majority = share(&path(at, "majority"), rules.majority.as_ref(), 1, faults);
    let run_off = match rules.run_off_candidates {
        0 => Some(0),
        candidates => faults.between(path(at, "run_off_candidates"), candidates, 2, RUN_OFF),
    };
    quorum.and(majority).and(run_off).map(|_| *rules)
}

/// `least` is the smallest numerator that makes sense.
fn share(at: &str, share: Option<&Share>, least: u32, faults: &mut Faults) -> Option<()> {
    let Some(share) = share else { return Some(()) };
    let denominator = faults.between(path(at, "denominator"), share.denominator, 1, PARTS)?;
    if share.numerator < least || share.numerator > denominator {
        let sentence =
            format!("{} is not between {least} and the denominator {denominator}", share.numerator);
        return faults.refuse(path(at, "numerator"), Reason::NumberInvalid, sentence);
    }
    Some(())
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
    }
}
