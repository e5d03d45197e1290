//! The standing committee decides on single classes.

use proto::competition::v1::decision_service_client::DecisionServiceClient;
use proto::competition::v1::{DecideClassRequest, Decision, ListDecisionsRequest};

use crate::demo::call::{PAGE, Result, pages};
use crate::demo::stage::Stage;

pub(super) async fn take(stage: &Stage) -> Result<()> {
    let admin = stage.admin()?;
    let there = pages(|page_token| async move {
        let request = ListDecisionsRequest {
            season: stage.season(),
            page_size: PAGE,
            page_token,
            ..ListDecisionsRequest::default()
        };
        let rpc = async |c, r| DecisionServiceClient::new(c).list_decisions(r).await;
        let answer = stage.ask(admin, request, rpc).await?;
        Ok((answer.decisions, answer.next_page_token))
    });
    let there: Vec<Decision> = there.await?;
    for decision in &stage.campaign.decisions {
        if there.iter().any(|d| d.unit == decision.unit.as_str() && d.number == decision.number) {
            continue;
        }
        let message = Decision {
            season: stage.season(),
            unit: decision.unit.to_string(),
            class: decision.class.clone(),
            reason: decision.reason.clone(),
            number: decision.number.clone(),
            ..Decision::default()
        };
        let rpc = async |c, r| DecisionServiceClient::new(c).decide_class(r).await;
        let request = DecideClassRequest { decision: Some(message) };
        stage.act(decision.decided_by.as_str(), request, rpc).await?;
    }
    Ok(())
}
