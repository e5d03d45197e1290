//! The pact of each bloc: drafted and offered, then signed by each party.

use proto::competition::v1::pact_service_client::PactServiceClient;
use proto::competition::v1::sign_pact_request::Party as Signer;
use proto::competition::v1::{
    GetPactRequest, OfferPactRequest, Pact, PactDocument, PactDocumentKind as Kind, PactParty, PactState,
    PutPactRequest, SignPactRequest, pact_party,
};

use crate::demo::call::{Failure, Result};
use crate::demo::data::Bloc;
use crate::demo::data::shape::{self, PactDocumentKind};
use crate::demo::stage::Stage;

pub(super) async fn sign(stage: &Stage) -> Result<()> {
    for bloc in &stage.campaign.blocs {
        sign_one(stage, bloc).await?;
    }
    Ok(())
}

async fn sign_one(stage: &Stage, bloc: &Bloc) -> Result<()> {
    let drafter = bloc.pact.drafted_by.as_str();
    let mut pact = find(stage, bloc).await?;
    if pact.is_none() {
        let request = PutPactRequest { pact: Some(message(stage, bloc)) };
        let rpc = async |c, r| PactServiceClient::new(c).put_pact(r).await;
        pact = stage.act(drafter, request, rpc).await?.pact;
    }
    if pact.as_ref().is_some_and(|pact| pact.state() == PactState::Draft) {
        let request = OfferPactRequest { season: stage.season(), bloc: bloc.code.to_string() };
        let rpc = async |c, r| PactServiceClient::new(c).offer_pact(r).await;
        pact = stage.act(drafter, request, rpc).await?.pact;
    }
    let pact = pact.ok_or_else(|| Failure::new(format!("the pact of {} is not there", bloc.code)))?;
    for party in pact.parties.iter().filter(|party| party.signed.is_none()) {
        let (account, signer) = match &party.party {
            Some(pact_party::Party::Unit(unit)) => (unit.as_str(), Signer::Unit(unit.clone())),
            Some(pact_party::Party::Federation(_)) => {
                (bloc.pact.signed_by.as_str(), Signer::Federation(true))
            }
            None => continue,
        };
        let request =
            SignPactRequest { season: stage.season(), bloc: bloc.code.to_string(), party: Some(signer) };
        let rpc = async |c, r| PactServiceClient::new(c).sign_pact(r).await;
        stage.act(account, request, rpc).await?;
    }
    Ok(())
}

async fn find(stage: &Stage, bloc: &Bloc) -> Result<Option<Pact>> {
    let request = GetPactRequest { season: stage.season(), bloc: bloc.code.to_string() };
    let rpc = async |c, r| PactServiceClient::new(c).get_pact(r).await;
    match stage.ask(bloc.pact.drafted_by.as_str(), request, rpc).await {
        Ok(answer) => Ok(answer.pact),
        Err(failure) if failure.is_not_found() => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn message(stage: &Stage, bloc: &Bloc) -> Pact {
    let party = |party| PactParty { party: Some(party), signed: None };
    let members = bloc.members.iter().filter(|member| !bloc.pact.not_party.contains(member));
    let units = members.map(|member| party(pact_party::Party::Unit(member.to_string())));
    Pact {
        season: stage.season(),
        bloc: bloc.code.to_string(),
        title: bloc.pact.title.clone(),
        documents: bloc.pact.documents.iter().map(document).collect(),
        parties: units.chain([party(pact_party::Party::Federation(true))]).collect(),
        adopted_on: bloc.pact.adopted_on.to_string(),
        ..Pact::default()
    }
}

fn document(document: &shape::PactDocument) -> PactDocument {
    let kind = match document.kind {
        PactDocumentKind::Pact => Kind::Pact,
        PactDocumentKind::Regulation => Kind::Regulation,
        PactDocumentKind::Plan => Kind::Plan,
        PactDocumentKind::Criteria => Kind::Criteria,
    };
    PactDocument {
        kind: kind.into(),
        title: document.title.clone(),
        number: document.number.clone(),
        ..PactDocument::default()
    }
}
