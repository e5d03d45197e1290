//! A bloc's leader drafts the pact, its parties sign it.

use platform::tenancy::Grant;
use platform::transport::Connection;
use proto::common::v1::Role;
use proto::competition::v1::pact_service_client::PactServiceClient;
use proto::competition::v1::sign_pact_request::Party;
use proto::competition::v1::{
    GetPactRequest, ListPactsRequest, OfferPactRequest, Pact, PactDocument, PactDocumentKind, PactParty,
    PactState, PutPactRequest, SignPactRequest, WithdrawPactRequest, pact_party,
};
use tonic::Code;

use super::season::{BLOC, Campaign, SEASON, open, prepare_bloc};
use crate::support::refusal::{fields, reason};
use crate::support::world::{World, journeys};

journeys!(
    a_pact_is_in_force_with_its_last_signature,
    a_withdrawn_pact_is_drafted_anew,
    who_is_no_party_cannot_sign
);

type Client = PactServiceClient<Connection>;

async fn as_role(federation: &Campaign<'_>, name: &str, grant: Grant) -> Client {
    let person = federation.person(name, vec![grant]).await;
    Client::new(federation.competition(&person))
}

async fn leader(federation: &Campaign<'_>) -> Client {
    as_role(federation, "khoi-truong", Grant::of_bloc(Role::BlocLeader, SEASON, BLOC)).await
}

async fn officer(federation: &Campaign<'_>, unit: &str) -> Client {
    as_role(federation, &format!("officer.{unit}"), Grant::of_unit(Role::UnitOfficer, unit)).await
}

fn draft(units: &[&str]) -> Pact {
    let units = units.iter().map(|&unit| pact_party::Party::Unit(unit.to_owned()));
    let parties = units.map(|party| PactParty { party: Some(party), signed: None });
    let document = PactDocument {
        kind: PactDocumentKind::Pact.into(),
        title: "Giao ước thi đua".to_owned(),
        number: "01/GƯ-CTT".to_owned(),
        ..PactDocument::default()
    };
    Pact {
        season: SEASON.to_owned(),
        bloc: BLOC.to_owned(),
        title: "Giao ước thi đua cụm năm 2023".to_owned(),
        documents: vec![document],
        parties: parties.collect(),
        adopted_on: "2023-03-02".to_owned(),
        ..Pact::default()
    }
}

fn put_request(pact: Pact) -> PutPactRequest {
    PutPactRequest { pact: Some(pact) }
}

fn offer_request() -> OfferPactRequest {
    OfferPactRequest { season: SEASON.to_owned(), bloc: BLOC.to_owned() }
}

fn sign_request(party: Party) -> SignPactRequest {
    SignPactRequest { season: SEASON.to_owned(), bloc: BLOC.to_owned(), party: Some(party) }
}

fn unit(code: &str) -> Party {
    Party::Unit(code.to_owned())
}

async fn get(client: &mut Client) -> Pact {
    let request = GetPactRequest { season: SEASON.to_owned(), bloc: BLOC.to_owned() };
    client.get_pact(request).await.expect("answered").into_inner().pact.expect("a pact")
}

async fn a_pact_is_in_force_with_its_last_signature(world: &World) {
    let federation = Campaign::of(world, "khanh-hoa").await;
    prepare_bloc(&federation, &["kh-01", "kh-02"]).await;
    let mut leader = leader(&federation).await;
    let closed = leader.put_pact(put_request(draft(&[]))).await.expect_err("refused");
    assert_eq!(reason(&closed), "PHASE_CLOSED");
    open(&federation, "pact").await;
    let dayless = Pact { adopted_on: String::new(), ..draft(&[]) };
    let put = leader.put_pact(put_request(dayless)).await.expect("put").into_inner().pact.expect("a pact");
    assert_eq!((put.state(), put.updated.expect("who").name), (PactState::Draft, "khoi-truong".to_owned()));
    let refused = leader.offer_pact(offer_request()).await.expect_err("no day of adoption");
    assert_eq!(reason(&refused), "PACT_STATE");
    leader.put_pact(put_request(draft(&[]))).await.expect("put");
    let offered =
        leader.offer_pact(offer_request()).await.expect("offered").into_inner().pact.expect("a pact");
    assert_eq!((offered.state(), offered.parties.len()), (PactState::Offered, 3));
    let fixed = leader.put_pact(put_request(draft(&[]))).await.expect_err("refused");
    assert_eq!(reason(&fixed), "PACT_STATE");

    let mut first = officer(&federation, "kh-01").await;
    first.sign_pact(sign_request(unit("kh-01"))).await.expect("signed");
    let twice = first.sign_pact(sign_request(unit("kh-01"))).await.expect_err("refused");
    assert_eq!(reason(&twice), "ALREADY_SIGNED");
    let other = first.sign_pact(sign_request(unit("kh-02"))).await.expect_err("refused");
    assert_eq!((other.code(), reason(&other).as_str()), (Code::PermissionDenied, "OUT_OF_SCOPE"));
    let above = first.sign_pact(sign_request(Party::Federation(true))).await.expect_err("refused");
    assert_eq!(reason(&above), "OUT_OF_SCOPE");
    let committee = Grant::of_federation(Role::StandingCommittee);
    let mut chair = as_role(&federation, "chu-tich", committee).await;
    chair.sign_pact(sign_request(Party::Federation(true))).await.expect("signed");
    assert_eq!(get(&mut leader).await.state(), PactState::Offered);
    officer(&federation, "kh-02").await.sign_pact(sign_request(unit("kh-02"))).await.expect("signed");

    let pact = get(&mut leader).await;
    assert_eq!(pact.state(), PactState::InForce);
    let signers: Vec<_> =
        pact.parties.iter().map(|party| party.signed.clone().expect("signed").name).collect();
    assert_eq!(signers, ["officer.kh-01", "officer.kh-02", "chu-tich"]);
    assert_eq!(pact.documents, draft(&[]).documents);
    let request = ListPactsRequest { season: SEASON.to_owned(), ..ListPactsRequest::default() };
    assert_eq!(leader.list_pacts(request).await.expect("a list").into_inner().pacts, [pact]);
}

async fn a_withdrawn_pact_is_drafted_anew(world: &World) {
    let federation = Campaign::of(world, "khanh-hoa").await;
    prepare_bloc(&federation, &["kh-01", "kh-02"]).await;
    open(&federation, "pact").await;
    let mut leader = leader(&federation).await;
    let withdraw = |reason: &str| WithdrawPactRequest {
        season: SEASON.to_owned(),
        bloc: BLOC.to_owned(),
        reason: reason.to_owned(),
    };
    let none = leader.withdraw_pact(withdraw("Sai")).await.expect_err("refused");
    assert_eq!((none.code(), reason(&none).as_str()), (Code::NotFound, "PACT_UNKNOWN"));
    leader.put_pact(put_request(draft(&["kh-01", "kh-02"]))).await.expect("put");
    leader.offer_pact(offer_request()).await.expect("offered");
    officer(&federation, "kh-01").await.sign_pact(sign_request(unit("kh-01"))).await.expect("signed");
    let silent = leader.withdraw_pact(withdraw("")).await.expect_err("refused");
    assert_eq!(fields(&silent), [("reason".to_owned(), "FIELD_REQUIRED".to_owned())]);
    leader.withdraw_pact(withdraw("Thiếu một chỉ tiêu")).await.expect("withdrawn");
    let pact = get(&mut leader).await;
    assert_eq!(pact.state(), PactState::Draft);
    assert!(pact.parties.iter().all(|party| party.signed.is_none()));
    leader.put_pact(put_request(draft(&["kh-01"]))).await.expect("put");
    assert_eq!(get(&mut leader).await.parties.len(), 1);
}

async fn who_is_no_party_cannot_sign(world: &World) {
    let federation = Campaign::of(world, "vinh-long").await;
    prepare_bloc(&federation, &["vl-01", "vl-25"]).await;
    open(&federation, "pact").await;
    let mut leader = leader(&federation).await;
    let stranger = leader.put_pact(put_request(draft(&["vl-01", "vl-77"]))).await.expect_err("refused");
    assert_eq!(fields(&stranger), [("pact.parties[1].unit".to_owned(), "NOT_A_MEMBER".to_owned())]);
    let elsewhere = Pact { bloc: "cum-2".to_owned(), ..draft(&[]) };
    let denied = leader.put_pact(put_request(elsewhere)).await.expect_err("refused");
    assert_eq!(reason(&denied), "OUT_OF_SCOPE");
    leader.put_pact(put_request(draft(&["vl-01"]))).await.expect("put");
    let early = officer(&federation, "vl-01").await.sign_pact(sign_request(unit("vl-01"))).await;
    assert_eq!(reason(&early.expect_err("a draft")), "PACT_STATE");
    leader.offer_pact(offer_request()).await.expect("offered");
    let left_out = officer(&federation, "vl-25").await.sign_pact(sign_request(unit("vl-25"))).await;
    let left_out = left_out.expect_err("refused");
    assert_eq!((left_out.code(), reason(&left_out).as_str()), (Code::FailedPrecondition, "NOT_A_MEMBER"));
}
