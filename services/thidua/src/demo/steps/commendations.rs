//! Commendations: proposed, approved by the standing committee, awarded by a decision.

use proto::competition::v1::commendation::Recipient;
use proto::competition::v1::commendation_service_client::CommendationServiceClient;
use proto::competition::v1::{
    ApproveCommendationsRequest, AwardCommendationsRequest, Collective, Commendation,
    CommendationKind as Kind, CommendationLevel as Level, CommendationScope as Scope, CommendationState,
    Individual, ListCommendationsRequest, ProposeCommendationsRequest, VoteOutcome,
};

use super::votes;
use crate::demo::call::{PAGE, Result, pages};
use crate::demo::data::shape::{self, CommendationKind, CommendationLevel, CommendationScope};
use crate::demo::stage::Stage;

pub(super) async fn award(stage: &Stage) -> Result<()> {
    let there = list(stage).await?;
    for planned in &stage.campaign.commendations {
        let like = message(stage, planned);
        let same = |there: &&Commendation| {
            let same_award = (there.kind, there.level, there.scope) == (like.kind, like.level, like.scope);
            same_award
                && there.topic == like.topic
                && there.citation == like.citation
                && there.submission_number == like.submission_number
        };
        let mut of_plan: Vec<Commendation> = there.iter().filter(same).cloned().collect();
        if of_plan.is_empty() {
            of_plan = propose(stage, planned, &like).await?;
        }
        decide(stage, planned, of_plan).await?;
    }
    Ok(())
}

async fn list(stage: &Stage) -> Result<Vec<Commendation>> {
    let admin = stage.admin()?;
    pages(|page_token| async move {
        let request = ListCommendationsRequest {
            season: stage.season(),
            page_size: PAGE,
            page_token,
            ..ListCommendationsRequest::default()
        };
        let rpc = async |c, r| CommendationServiceClient::new(c).list_commendations(r).await;
        let answer = stage.ask(admin, request, rpc).await?;
        Ok((answer.commendations, answer.next_page_token))
    })
    .await
}

/// All of one submission at once, so that they are there together or not at all.
async fn propose(
    stage: &Stage,
    planned: &shape::Commendation,
    like: &Commendation,
) -> Result<Vec<Commendation>> {
    let of = |recipient: Recipient, vote_id: String| Commendation {
        recipient: Some(recipient),
        vote_id,
        ..like.clone()
    };
    let whole = |unit: String| Recipient::Collective(Collective { unit, part: String::new() });
    let mut commendations = Vec::new();
    if planned.leading_units {
        for vote in votes::list(stage, "").await? {
            let elected = vote.result.filter(|result| result.outcome() == VoteOutcome::Elected);
            commendations.extend(elected.map(|result| of(whole(result.leading_unit), vote.id)));
        }
    }
    commendations.extend(planned.collectives.iter().map(|unit| of(whole(unit.to_string()), String::new())));
    commendations.extend(planned.individuals.iter().map(|person| {
        let (unit, name) = (person.unit.to_string(), person.name.clone());
        of(Recipient::Individual(Individual { unit, name, title: person.title.clone() }), String::new())
    }));
    if commendations.is_empty() {
        return Ok(commendations);
    }
    let request = ProposeCommendationsRequest { season: stage.season(), commendations };
    let rpc = async |c, r| CommendationServiceClient::new(c).propose_commendations(r).await;
    Ok(stage.act(planned.proposed_by.as_str(), request, rpc).await?.commendations)
}

async fn decide(stage: &Stage, planned: &shape::Commendation, mut there: Vec<Commendation>) -> Result<()> {
    let ids = |there: &[Commendation], state| -> Vec<String> {
        there.iter().filter(|c| c.state() == state).map(|c| c.id.clone()).collect()
    };
    let proposed = ids(&there, CommendationState::Proposed);
    if !proposed.is_empty() {
        let request = ApproveCommendationsRequest { commendation_ids: proposed, reason: String::new() };
        let rpc = async |c, r| CommendationServiceClient::new(c).approve_commendations(r).await;
        there.extend(stage.act(planned.approved_by.as_str(), request, rpc).await?.commendations);
    }
    let approved = ids(&there, CommendationState::Approved);
    if !approved.is_empty() {
        let request = AwardCommendationsRequest {
            commendation_ids: approved,
            decision_number: planned.decision.number.clone(),
            decided_on: planned.decision.decided_on.to_string(),
        };
        let rpc = async |c, r| CommendationServiceClient::new(c).award_commendations(r).await;
        stage.act(planned.decision.entered_by.as_str(), request, rpc).await?;
    }
    Ok(())
}

/// What all commendations of one submission have in common.
fn message(stage: &Stage, planned: &shape::Commendation) -> Commendation {
    let kind = match planned.kind {
        CommendationKind::Flag => Kind::Flag,
        CommendationKind::MeritCertificate => Kind::MeritCertificate,
        CommendationKind::Certificate => Kind::Certificate,
        CommendationKind::Title => Kind::Title,
    };
    let level = match planned.level {
        CommendationLevel::UpperUnion => Level::UpperUnion,
        CommendationLevel::Federation => Level::Federation,
        CommendationLevel::National => Level::National,
    };
    let scope = match planned.scope {
        CommendationScope::General => Scope::General,
        CommendationScope::Topical => Scope::Topical,
    };
    Commendation {
        season: stage.season(),
        kind: kind.into(),
        level: level.into(),
        scope: scope.into(),
        topic: planned.topic.clone().unwrap_or_default(),
        citation: planned.citation.clone(),
        submission_number: planned.submission_number.clone(),
        ..Commendation::default()
    }
}
