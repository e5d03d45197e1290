//! Each unit records how far it has come.

use std::collections::BTreeMap;

use proto::competition::v1::target_service_client::TargetServiceClient;
use proto::competition::v1::{Progress, RecordProgressRequest};

use super::targets;
use crate::demo::call::Result;
use crate::demo::stage::Stage;

pub(super) async fn record(stage: &Stage) -> Result<()> {
    let mut recorded = BTreeMap::new();
    for target in targets::list(stage).await? {
        for figure in target.figures {
            recorded.insert((target.unit.clone(), target.code.clone(), figure.code), figure.actual);
        }
    }
    for unit in stage.campaign.units.keys() {
        let mut progress = Vec::new();
        for target in stage.campaign.targets_of(unit) {
            for figure in &target.figures {
                let key = (unit.to_string(), target.code.to_string(), figure.code.to_string());
                let Some(actual) = &figure.actual else { continue };
                if recorded.get(&key).and_then(Option::as_deref) != Some(actual.as_str()) {
                    progress.push(Progress {
                        target: target.code.to_string(),
                        figure: figure.code.to_string(),
                        actual: actual.to_string(),
                        as_of: target.recorded_on.to_string(),
                        ..Progress::default()
                    });
                }
            }
        }
        if !progress.is_empty() {
            let request = RecordProgressRequest { season: stage.season(), unit: unit.to_string(), progress };
            let rpc = async |c, r| TargetServiceClient::new(c).record_progress(r).await;
            stage.act(unit.as_str(), request, rpc).await?;
        }
    }
    Ok(())
}
