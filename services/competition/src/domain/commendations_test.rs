use std::collections::BTreeSet;

use platform::input::{Faults, parse_date};
use uuid::Uuid;

use super::*;

fn unit(code: &str) -> wire::Commendation {
    let collective = wire::Collective { unit: code.to_owned(), part: String::new() };
    wire::Commendation {
        recipient: Some(wire::commendation::Recipient::Collective(collective)),
        kind: CommendationKind::Certificate.into(),
        level: CommendationLevel::Federation.into(),
        scope: CommendationScope::General.into(),
        citation: "Hoàn thành xuất sắc nhiệm vụ".to_owned(),
        ..wire::Commendation::default()
    }
}

fn person(code: &str, name: &str) -> wire::Commendation {
    let individual =
        wire::Individual { unit: code.to_owned(), name: name.to_owned(), title: "Chủ tịch".to_owned() };
    wire::Commendation {
        recipient: Some(wire::commendation::Recipient::Individual(individual)),
        ..unit(code)
    }
}

fn topical(topic: &str, one: wire::Commendation) -> wire::Commendation {
    wire::Commendation { scope: CommendationScope::Topical.into(), topic: topic.to_owned(), ..one }
}

fn parsed(all: &[wire::Commendation]) -> Vec<Proposal> {
    let mut faults = Faults::new();
    let parsed = Proposal::parse_all("2023", all, &mut faults);
    faults.finish(parsed).expect("fine")
}

fn fields(all: &[wire::Commendation]) -> Vec<String> {
    let mut faults = Faults::new();
    let parsed = Proposal::parse_all("2023", all, &mut faults);
    let error = faults.finish(parsed).expect_err("refused");
    error.violations().iter().map(|fault| fault.field.clone()).collect()
}

fn commendations(all: &[wire::Commendation]) -> Vec<Commendation> {
    let numbered = parsed(all).into_iter().zip(1_u128..);
    let proposed = numbered.map(|(proposal, number)| {
        let id = CommendationId(Uuid::from_u128(number));
        Commendation::proposed(id, "2023", proposal, &Signature::default())
    });
    proposed.collect()
}

#[test]
fn a_proposal_says_who_with_what_and_what_for() {
    let wrong = wire::Commendation { recipient: None, ..wire::Commendation::default() };
    let expected = ["recipient", "kind", "level", "scope", "citation"];
    assert_eq!(fields(&[wrong]), expected.map(|field| format!("commendations[0].{field}")));
    let elsewhere = wire::Commendation { season: "2022".to_owned(), ..unit("vl-01") };
    assert_eq!(fields(&[unit("vl-02"), elsewhere]), ["commendations[1].season"]);
    assert_eq!(fields(&[]), ["commendations"]);
    assert_eq!(fields(&vec![unit("vl-01"); 501]), ["commendations"]);
}

#[test]
fn topics_are_for_topical_ones_and_titles() {
    let title = |topic: &str| wire::Commendation {
        kind: CommendationKind::Title.into(),
        topic: topic.to_owned(),
        ..person("vl-01", "Nguyễn Văn An")
    };
    let fine = [unit("vl-01"), topical("Lao động giỏi", unit("vl-02")), title("Chiến sĩ thi đua")];
    assert_eq!(parsed(&fine).len(), 3);
    let stray = wire::Commendation { topic: "Lao động giỏi".to_owned(), ..unit("vl-03") };
    let wrong = [topical("", unit("vl-01")), title(""), stray];
    assert_eq!(fields(&wrong), [0, 1, 2].map(|place| format!("commendations[{place}].topic")));
}

#[test]
fn flags_and_votes_are_for_units() {
    let flag = CommendationKind::Flag.into();
    let vote_id = Uuid::from_u128(7).to_string();
    let fine = wire::Commendation { kind: flag, vote_id: vote_id.clone(), ..unit("vl-01") };
    assert_eq!(parsed(&[fine])[0].vote, Some(VoteId(Uuid::from_u128(7))));
    let wrong = [
        wire::Commendation { kind: flag, vote_id, ..person("vl-01", "Nguyễn Văn An") },
        wire::Commendation { vote_id: "x".to_owned(), ..unit("vl-02") },
    ];
    let expected = ["commendations[0].kind", "commendations[0].vote_id", "commendations[1].vote_id"];
    assert_eq!(fields(&wrong), expected);
}

#[test]
fn the_same_commendation_is_proposed_once() {
    let other_topic = [topical("Giỏi", unit("vl-01")), topical("Sáng tạo", unit("vl-01"))];
    assert_eq!(parsed(&other_topic).len(), 2);
    assert_eq!(fields(&[unit("vl-01"), person("vl-01", "A"), unit("vl-01")]), ["commendations[2]"]);
}

#[test]
fn one_level_commends_a_subject_in_one_way() {
    let all = parsed(&[
        unit("vl-01"),
        topical("Giỏi", person("vl-01", "Nguyễn Văn An")),
        topical("Giỏi", unit("vl-01")),
        wire::Commendation { level: CommendationLevel::National.into(), ..topical("Giỏi", unit("vl-01")) },
        person("vl-01", "Nguyễn Văn An"),
    ]);
    let mut faults = Faults::new();
    check_twice(Commended::default(), &all, &mut faults);
    let refused = faults.none().expect_err("refused");
    let twice: Vec<_> = refused.violations().iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(twice, ["commendations[2].scope", "commendations[4].scope"]);

    let mut commended = Commended::default();
    assert!(!commended.add(&all[0]));
    let asked = commendations(&[topical("Giỏi", unit("vl-01")), topical("Giỏi", unit("vl-02"))]);
    assert_eq!(commended_twice(commended, &asked), [asked[0].id]);
}

#[test]
fn flags_need_their_unit_in_the_best_class() {
    let flag = |code: &str| wire::Commendation { kind: CommendationKind::Flag.into(), ..unit(code) };
    let all = commendations(&[flag("vl-01"), flag("vl-02"), unit("vl-03")]);
    let best = BTreeSet::from(["vl-01".to_owned()]);
    assert_eq!(flags_without(&all, &best), BTreeSet::from(["vl-02".to_owned()]));
}

#[test]
fn a_commendation_goes_from_proposal_to_award_and_may_be_revoked() {
    let by = Signature::default();
    let reason = |text: &str| text.to_owned();
    let decision =
        Decision { number: "12/QĐ-LĐLĐ".to_owned(), decided_on: parse_date("2024-01-05").expect("a day") };
    let all = commendations(&[unit("vl-01"), unit("vl-02")]);
    let early = Step::Award(decision.clone()).taken(all.clone(), &by).expect_err("refused");
    assert_eq!(early.reason(), "COMMENDATION_STATE");
    let approved = Step::Approve { reason: reason("") }.taken(all.clone(), &by).expect("approved");
    assert!(Step::Decline { reason: reason("Muộn") }.taken(approved.clone(), &by).is_err());
    let mixed = vec![approved[0].clone(), all[1].clone()];
    let error = Step::Award(decision.clone()).taken(mixed, &by).expect_err("refused");
    assert!(error.to_string().contains(&all[1].id.to_string()), "{error}");
    let awarded = Step::Award(decision.clone()).taken(approved, &by).expect("awarded");
    let revoked = Step::Revoke { reason: reason("Khai sai") }.taken(awarded, &by).expect("revoked");
    assert_eq!(revoked[0].decision, Some(decision));
    let states: Vec<_> = revoked[0].acts.iter().map(|act| (act.state, act.reason.as_str())).collect();
    let expected = [
        (CommendationState::Proposed, ""),
        (CommendationState::Approved, ""),
        (CommendationState::Awarded, ""),
        (CommendationState::Revoked, "Khai sai"),
    ];
    assert_eq!(states, expected);
    let declined = Step::Decline { reason: reason("Chưa đủ") }.taken(all, &by).expect("declined");
    assert!(declined.iter().all(|one| one.state == CommendationState::Declined && !is_public(one.state)));
}
