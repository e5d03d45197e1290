use super::*;

fn unit(code: &str) -> wire::PactParty {
    wire::PactParty { party: Some(WireParty::Unit(code.to_owned())), signed: None }
}

fn request(parties: Vec<wire::PactParty>) -> wire::Pact {
    wire::Pact {
        season: "2022".to_owned(),
        bloc: "khoi-1".to_owned(),
        title: "Giao ước thi đua khối ngành I năm 2022".to_owned(),
        documents: vec![wire::PactDocument {
            kind: PactDocumentKind::Regulation.into(),
            title: "Quy chế".to_owned(),
            sha256: "a".repeat(64),
            ..wire::PactDocument::default()
        }],
        parties,
        adopted_on: "2022-02-16".to_owned(),
        ..wire::Pact::default()
    }
}

fn parse(pact: &wire::Pact) -> Result<Pact> {
    let mut faults = Faults::new();
    let parsed = Pact::parse("pact", pact, Signature::default(), &mut faults);
    faults.finish(parsed)
}

fn members(units: &[&str]) -> BTreeSet<String> {
    units.iter().map(|&unit| unit.to_owned()).collect()
}

#[test]
fn an_offered_draft_without_parties_binds_the_whole_bloc_and_the_federation() {
    let draft = parse(&request(Vec::new())).expect("a draft");
    let offered = draft.offered(&members(&["b", "a"])).expect("offered");
    let parties: Vec<_> = offered.parties.keys().map(ToString::to_string).collect();
    assert_eq!(parties, ["the unit \"a\"", "the unit \"b\"", "the federation"]);
    assert_eq!(offered.offered(&members(&["a"])).map_err(|e| e.reason()), Err("PACT_STATE"));
}

#[test]
fn the_last_signature_puts_the_pact_in_force() {
    let federation = wire::PactParty { party: Some(WireParty::Federation(true)), signed: None };
    let draft = parse(&request(vec![federation, unit("a")])).expect("a draft");
    let a = Party::Unit("a".to_owned());
    let sign = |pact: Pact, party: &Party| pact.signed(party, Signature::default());
    assert_eq!(sign(draft.clone(), &a).map_err(|e| e.reason()), Err("PACT_STATE"));
    let offered = draft.offered(&members(&["a", "b"])).expect("offered");
    let stranger = Party::Unit("b".to_owned());
    assert_eq!(sign(offered.clone(), &stranger).map_err(|e| e.reason()), Err("NOT_A_MEMBER"));
    let once = sign(offered, &a).expect("signed");
    assert_eq!(once.state, PactState::Offered);
    assert_eq!(sign(once.clone(), &a).map_err(|e| e.reason()), Err("ALREADY_SIGNED"));
    let both = sign(once, &Party::Federation).expect("signed");
    assert_eq!(both.state, PactState::InForce);
    assert_eq!(both.withdrawn().map_err(|e| e.reason()), Err("PACT_STATE"));
}

#[test]
fn a_withdrawn_pact_is_a_draft_without_signatures() {
    let draft = parse(&request(vec![unit("a"), unit("b")])).expect("a draft");
    let offered = draft.offered(&members(&["a", "b"])).expect("offered");
    let signed = offered.signed(&Party::Unit("a".to_owned()), Signature::default()).expect("signed");
    let draft = signed.withdrawn().expect("a draft");
    assert_eq!(draft.state, PactState::Draft);
    assert!(draft.parties.values().all(Option::is_none));
    assert_eq!(draft.offered(&members(&["a"])).map_err(|e| e.reason()), Err("NOT_A_MEMBER"));
}

#[test]
fn all_faults_of_a_draft_come_at_once() {
    let mut wrong = request(vec![unit("a"), unit("a"), wire::PactParty::default()]);
    wrong.title = " Giao ước".to_owned();
    wrong.documents[0].sha256 = "A".repeat(64);
    wrong.adopted_on = "16/02/2022".to_owned();
    let error = parse(&wrong).expect_err("refused");
    let found: Vec<_> = error.violations().iter().map(|v| (v.field.as_str(), v.reason)).collect();
    let expected = [
        ("pact.title", "INVALID_ARGUMENT"),
        ("pact.documents[0].sha256", "INVALID_ARGUMENT"),
        ("pact.parties[2]", "FIELD_REQUIRED"),
        ("pact.adopted_on", "DATE_INVALID"),
    ];
    assert_eq!(found, expected);
    let twice = parse(&request(vec![unit("a"), unit("a")])).expect_err("refused");
    assert_eq!(twice.violations()[0].field, "pact.parties[1]");
    let mut faults = Faults::new();
    check_parties("pact.parties", &[unit("a"), unit("x")], &members(&["a"]), &mut faults);
    let strangers = faults.none().expect_err("refused");
    assert_eq!(strangers.violations()[0].field, "pact.parties[1].unit");
    assert_eq!(strangers.violations()[0].reason, "NOT_A_MEMBER");
}
