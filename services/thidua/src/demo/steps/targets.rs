//! Each unit sets its targets under the pact.

use proto::competition::v1::target_service_client::TargetServiceClient;
use proto::competition::v1::{Figure, ListTargetsRequest, PutTargetsRequest, Target, TargetGroup as Group};

use crate::demo::call::{PAGE, Result, pages};
use crate::demo::data;
use crate::demo::data::shape::TargetGroup;
use crate::demo::stage::Stage;

/// All targets of the season.
pub(super) async fn list(stage: &Stage) -> Result<Vec<Target>> {
    let admin = stage.admin()?;
    pages(|page_token| async move {
        let request =
            ListTargetsRequest { season: stage.season(), page_size: PAGE, page_token, ..Default::default() };
        let rpc = async |c, r| TargetServiceClient::new(c).list_targets(r).await;
        let answer = stage.ask(admin, request, rpc).await?;
        Ok((answer.targets, answer.next_page_token))
    })
    .await
}

pub(super) async fn set(stage: &Stage) -> Result<()> {
    let there = list(stage).await?;
    for unit in stage.campaign.units.keys() {
        let has = |target: &data::Target| {
            there.iter().any(|there| there.unit == unit.as_str() && there.code == target.code.as_str())
        };
        let missing = stage.campaign.targets_of(unit).filter(|target| !has(target));
        let targets: Vec<Target> = missing.map(message).collect();
        if !targets.is_empty() {
            let request = PutTargetsRequest { season: stage.season(), unit: unit.to_string(), targets };
            let rpc = async |c, r| TargetServiceClient::new(c).put_targets(r).await;
            stage.act(unit.as_str(), request, rpc).await?;
        }
    }
    Ok(())
}

fn message(target: &data::Target) -> Target {
    let group = match target.group {
        TargetGroup::Target => Group::Target,
        TargetGroup::JointTask => Group::JointTask,
        TargetGroup::ProgrammeTask => Group::ProgrammeTask,
    };
    let figure = |figure: &data::Figure| Figure {
        code: figure.code.to_string(),
        name: figure.name.clone(),
        unit_of_measure: figure.measure.clone(),
        planned: figure.planned.to_string(),
        actual: None,
    };
    Target {
        unit: target.unit.to_string(),
        code: target.code.to_string(),
        name: target.name.clone(),
        group: group.into(),
        figures: target.figures.iter().map(figure).collect(),
        criterion: target.criterion.clone().unwrap_or_default(),
        ..Target::default()
    }
}
