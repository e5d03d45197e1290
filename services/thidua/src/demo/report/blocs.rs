//! The classes of a bloc and its first units.

use proto::scoring::v1::result_service_client::ResultServiceClient;
use proto::scoring::v1::{BlocSummary, ClassCount, GetBlocStandingsRequest, Standing, Summary};

use super::short;
use crate::demo::call::Result;
use crate::demo::stage::Stage;

/// The first ones that are named.
const FIRST: usize = 3;
const UNRANKED: &str = "unranked";

pub(super) async fn lines(stage: &Stage, bloc: &BlocSummary) -> Result<Vec<String>> {
    let request = GetBlocStandingsRequest { season: stage.season(), bloc: bloc.bloc.clone(), source: None };
    let rpc = async |c, r| ResultServiceClient::new(c).get_bloc_standings(r).await;
    let standings = stage.ask(stage.admin()?, request, rpc).await?.standings;
    let classes = bloc.summary.as_ref().map(classes).unwrap_or_default();
    let mut lines = vec![format!("{} ({}): {classes}", bloc.name, bloc.bloc)];
    lines.extend(standings.iter().filter(|s| s.rank.is_some()).take(FIRST).map(ranked));
    lines.extend(standings.iter().filter(|s| s.rank.is_none()).map(unranked));
    Ok(lines)
}

/// `5 of 25 excellent (20 %), 18 of 25 good (72 %)`.
fn classes(summary: &Summary) -> String {
    let told = |class: &ClassCount| {
        let percent = class.percent.as_deref().map(|percent| format!(" ({} %)", short(percent)));
        format!("{} of {} {}{}", class.units, summary.units, class.class, percent.unwrap_or_default())
    };
    let classes: Vec<String> = summary.classes.iter().filter(|class| class.units > 0).map(told).collect();
    classes.join(", ")
}

fn ranked(standing: &Standing) -> String {
    let decided = match standing.class == standing.computed_class {
        true => String::new(),
        false => format!(", decided in place of {}", standing.computed_class),
    };
    format!(
        "  {}. {}: {} points, {}{decided}",
        standing.rank.unwrap_or_default(),
        standing.unit_name,
        standing.total.as_deref().map_or("no", short),
        standing.class,
    )
}

fn unranked(standing: &Standing) -> String {
    format!("  {}: {UNRANKED} ({})", standing.unit_name, standing.unranked.join(", "))
}
