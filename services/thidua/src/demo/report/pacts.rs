//! The pacts and conferences of the blocs.

use std::collections::BTreeMap;

use proto::competition::v1::conference_service_client::ConferenceServiceClient;
use proto::competition::v1::pact_service_client::PactServiceClient;
use proto::competition::v1::{
    Conference, ConferenceKind, GetConferenceRequest, ListConferencesRequest, ListPactsRequest, Pact,
    PactState, pact_party,
};

use crate::demo::call::{PAGE, Result, pages};
use crate::demo::stage::Stage;

/// A line for each bloc with a pact.
pub(super) async fn all(stage: &Stage) -> Result<BTreeMap<String, String>> {
    let admin = stage.admin()?;
    let pacts = pages(|page_token| async move {
        let request = ListPactsRequest { season: stage.season(), page_size: PAGE, page_token };
        let rpc = async |c, r| PactServiceClient::new(c).list_pacts(r).await;
        let answer = stage.ask(admin, request, rpc).await?;
        Ok((answer.pacts, answer.next_page_token))
    });
    Ok(pacts.await?.iter().map(|pact| (pact.bloc.clone(), line(pact))).collect())
}

fn line(pact: &Pact) -> String {
    let state = match pact.state() {
        PactState::InForce => "in force",
        PactState::Offered => "waits for signatures",
        PactState::Draft | PactState::Unspecified => "draft",
    };
    let signed = pact.parties.iter().filter(|party| party.signed.is_some());
    let (mut units, mut federation) = (0, "");
    for party in signed {
        match party.party {
            Some(pact_party::Party::Unit(_)) => units += 1,
            Some(pact_party::Party::Federation(_)) => federation = " and the federation",
            None => {}
        }
    }
    format!("pact of {}, {state}: signed by {units} units{federation}", pact.adopted_on)
}

/// A line for each conference of a bloc, the first one first.
pub(super) async fn conferences(stage: &Stage, bloc: &str) -> Result<Vec<String>> {
    let admin = stage.admin()?;
    let there = pages(|page_token| async move {
        let request = ListConferencesRequest {
            season: stage.season(),
            bloc: bloc.to_owned(),
            page_size: PAGE,
            page_token,
        };
        let rpc = async |c, r| ConferenceServiceClient::new(c).list_conferences(r).await;
        let answer = stage.ask(admin, request, rpc).await?;
        Ok((answer.conferences, answer.next_page_token))
    });
    let mut lines = Vec::new();
    for listed in there.await?.into_iter().rev() {
        let request = GetConferenceRequest { conference_id: listed.id };
        let rpc = async |c, r| ConferenceServiceClient::new(c).get_conference(r).await;
        lines.extend(stage.ask(admin, request, rpc).await?.conference.as_ref().map(held));
    }
    Ok(lines)
}

fn held(conference: &Conference) -> String {
    let kind = match conference.kind() {
        ConferenceKind::Signing => "signing",
        ConferenceKind::Briefing => "briefing",
        ConferenceKind::Scoring => "scoring",
        ConferenceKind::Summary => "summary",
        ConferenceKind::Unspecified => "a",
    };
    let present = conference.attendance.iter().filter(|unit| unit.present).count();
    let minutes = conference.minutes.as_ref().map(|minutes| format!(", minutes {}", minutes.number));
    format!(
        "{kind} conference of {}, {}/{} units, chaired by {}{}",
        conference.held_on,
        present,
        conference.attendance.len(),
        conference.chair,
        minutes.unwrap_or_default()
    )
}
