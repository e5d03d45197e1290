//! What was published of a campaign, read back from the platform: nothing here is taken from the files.

mod blocs;
mod commendations;
mod pacts;
mod targets;
mod votes;

use proto::scoring::v1::result_service_client::ResultServiceClient;
use proto::scoring::v1::{GetFederationSummaryRequest, GetFederationSummaryResponse, ResultOrigin};

use super::call::{Failure, Result};
use super::stage::Stage;

/// A campaign as it stands when the demo is done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The federation's code.
    pub tenant: String,
    /// The season's code.
    pub season: String,
    /// The login name of an account that may export the results: the federation's first administrator.
    pub account: String,
    pub run_number: u32,
    pub campaign_sha256: String,
    pub results_sha256: String,
    /// What was published, line by line, for people.
    pub lines: Vec<String>,
    /// What this demo changed; 0: everything was there already.
    pub changes: usize,
}

pub(super) async fn read_back(stage: &Stage) -> Result<Published> {
    let request = GetFederationSummaryRequest { season: stage.season(), source: None };
    let rpc = async |c, r| ResultServiceClient::new(c).get_federation_summary(r).await;
    let summary: GetFederationSummaryResponse = stage.ask(stage.admin()?, request, rpc).await?;
    let origin: ResultOrigin = summary
        .origin
        .ok_or_else(|| Failure::new("the published results do not say where they come from"))?;

    let pacts = pacts::all(stage).await?;
    let votes = votes::all(stage).await?;
    let mut lines = vec![headline(stage)];
    for bloc in &summary.blocs {
        lines.extend(blocs::lines(stage, bloc).await?.into_iter().map(|line| format!("  {line}")));
        let mut below: Vec<String> = pacts.get(&bloc.bloc).into_iter().cloned().collect();
        below.extend(pacts::conferences(stage, &bloc.bloc).await?);
        below.extend(votes.get(&bloc.bloc).cloned());
        below.extend(targets::lines(stage, &bloc.bloc).await?);
        lines.extend(below.into_iter().map(|line| format!("    {line}")));
    }
    lines.extend(commendations::lines(stage).await?.into_iter().map(|line| format!("  {line}")));
    Ok(Published {
        tenant: stage.campaign.federation.code.to_string(),
        season: stage.season(),
        account: stage.admin()?.to_owned(),
        run_number: origin.run_number,
        campaign_sha256: origin.campaign_sha256,
        results_sha256: origin.results_sha256,
        lines,
        changes: stage.changes(),
    })
}

fn headline(stage: &Stage) -> String {
    let campaign = &stage.campaign;
    format!("{} ({}), {}", campaign.federation.name, campaign.federation.code, campaign.season.name)
}

/// `20.00` → `20`, `4.50` → `4.5`.
fn short(number: &str) -> &str {
    match number.split_once('.') {
        Some(_) => number.trim_end_matches('0').trim_end_matches('.'),
        None => number,
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn numbers_are_told_without_trailing_zeros() {
        let cases = [("20.00", "20"), ("4.50", "4.5"), ("100", "100"), ("0.05", "0.05"), ("0.00", "0")];
        for (number, told) in cases {
            assert_eq!(short(number), told);
        }
    }
}
