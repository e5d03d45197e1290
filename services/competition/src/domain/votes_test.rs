use super::*;
use crate::domain::vote_rules::whole;

fn set(units: &[&str]) -> BTreeSet<String> {
    units.iter().map(|&unit| unit.to_owned()).collect()
}

fn vote(candidates: &[&str], rules: VoteRules) -> Vote {
    Vote {
        id: "01890000-0000-7000-8000-000000000001".parse().expect("an id"),
        season: "2021".to_owned(),
        bloc: "khoi-1".to_owned(),
        round: 1,
        candidates: set(candidates),
        rules: whole(Some(&rules)),
        entitled: 3,
        minutes_number: None,
        opened: Signature::default(),
        result: None,
    }
}

fn chosen(units: &[&str]) -> Vec<Choice> {
    let choice = |unit: &&str| match *unit {
        "" => Choice::Blank,
        unit => Choice::Candidate(unit.to_owned()),
    };
    units.iter().map(choice).collect()
}

fn closed(candidates: &[&str], ballots: &[&str]) -> Vote {
    let ballots = chosen(ballots);
    vote(candidates, VoteRules::default())
        .closed(&ballots, ballots.len(), Signature::default())
        .expect("closed")
}

#[test]
fn a_choice_is_a_candidate_or_blank_and_is_never_shown() {
    let parse = |choice| {
        let mut faults = Faults::new();
        let parsed = Choice::parse(choice, &mut faults);
        faults.finish(parsed).map_err(|error| error.violations().first().map(|v| (v.field.clone(), v.reason)))
    };
    assert_eq!(parse(Some(WireChoice::Blank(true))), Ok(Choice::Blank));
    let a = parse(Some(WireChoice::Candidate("a".to_owned()))).expect("a choice");
    assert_eq!(format!("{a:?}"), "secret");
    for none in [None, Some(WireChoice::Candidate(String::new()))] {
        assert_eq!(parse(none), Err(Some(("candidate".to_owned(), "FIELD_REQUIRED"))));
    }
    assert_eq!(parse(Some(WireChoice::Blank(false))), Err(Some(("blank".to_owned(), "INVALID_ARGUMENT"))));
}

#[test]
fn only_candidates_can_be_chosen_and_not_oneself_where_the_rules_say_so() {
    let refused = |own_unit_excluded, choice: &str| {
        let mut faults = Faults::new();
        let rules = VoteRules { own_unit_excluded, ..VoteRules::default() };
        let choice = chosen(&[choice]).remove(0);
        vote(&["a", "b"], rules).check_choice("a", &choice, &mut faults);
        let error = faults.none().err()?;
        assert!(!error.to_string().contains("\"z\""), "the choice is not repeated");
        Some(error.reason())
    };
    assert_eq!(refused(false, "a"), None);
    assert_eq!(refused(true, "b"), None);
    assert_eq!(refused(true, ""), None);
    assert_eq!(refused(true, "a"), Some("NOT_A_CANDIDATE"));
    assert_eq!(refused(false, "z"), Some("NOT_A_CANDIDATE"));
}

#[test]
fn what_is_in_the_box_is_counted_once_and_fits_the_roll() {
    let vote = closed(&["a", "b", "c"], &["a", "", "a"]);
    let result = vote.result.as_ref().expect("a result");
    assert_eq!(result.count.votes.values().copied().collect::<Vec<_>>(), [2, 0, 0]);
    assert_eq!(result.count.blank, 1);
    assert_eq!(result.verdict.leading_unit.as_deref(), Some("a"));
    let ballots = chosen(&["a"]);
    let again = vote.closed(&ballots, 1, Signature::default());
    assert_eq!(again.map_err(|error| error.reason()), Err("BALLOT_CLOSED"));

    let open = super::tests::vote(&["a"], VoteRules::default());
    let unmarked = open.clone().closed(&ballots, 2, Signature::default());
    assert_eq!(unmarked.map_err(|error| error.reason()), Err("INTERNAL"));
    let strange = open.closed(&chosen(&["z"]), 1, Signature::default());
    assert_eq!(strange.map_err(|error| error.reason()), Err("INTERNAL"));
}

#[test]
fn a_round_leads_to_the_next_when_nobody_was_elected() {
    let reason = |vote: &Vote| vote.next_candidates().cloned().map_err(|error| error.reason());
    assert_eq!(reason(&vote(&["a"], VoteRules::default())), Err("BALLOT_OPEN"));
    assert_eq!(reason(&closed(&["a", "b"], &["a", "a"])), Err("NO_RUN_OFF_DUE"));
    assert_eq!(reason(&closed(&["a", "b", "c"], &["a", "b"])), Ok(set(&["a", "b"])));
    let missed = closed(&["a", "b", "c"], &["a"]);
    assert_eq!(reason(&missed), Ok(set(&["a", "b", "c"])));
    assert!(!missed.reached_quorum() && closed(&["a"], &["a", ""]).reached_quorum());
}

#[test]
fn a_bloc_has_one_round_at_a_time() {
    let followed =
        |rounds: &[Vote]| last(rounds).map(|last| last.map(|vote| vote.round)).map_err(|e| e.reason());
    assert_eq!(followed(&[]), Ok(None));
    assert_eq!(followed(&[vote(&["a"], VoteRules::default())]), Err("VOTE_EXISTS"));
    assert_eq!(followed(&[closed(&["a", "b"], &["a", "a"])]), Err("VOTE_EXISTS"));
    assert_eq!(followed(&[closed(&["a", "b"], &["a", "b"])]), Ok(Some(1)));
}

#[test]
fn who_has_left_the_bloc_stands_no_more() {
    let standing = |members: &[&str]| {
        super::standing("khoi-1", &set(&["a", "b"]), &set(members)).map_err(|error| error.reason())
    };
    assert_eq!(standing(&["a", "b", "c"]), Ok(set(&["a", "b"])));
    assert_eq!(standing(&["b", "c"]), Ok(set(&["b"])));
    assert_eq!(standing(&["c"]), Err("NOT_A_MEMBER"));
}
