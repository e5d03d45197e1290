use platform::db::TenantTx;
use platform::input::{self, Faults};
use platform::paging::Page;
use platform::{Result, auth};
use proto::common::v1::Reason;
use proto::scoring::v1::{ListFederationStandingsRequest, ListFederationStandingsResponse};
use tonic::Request;

use super::Results;
use super::source::Stored;
use crate::domain::runs::{Asker, RunId};
use crate::store::{run_blocs, run_units};

pub(super) async fn list_federation_standings(
    service: &Results,
    request: Request<ListFederationStandingsRequest>,
) -> Result<ListFederationStandingsResponse> {
    let caller = auth::principal(&request)?;
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let source = Stored::parse(asked.source.as_ref(), &mut faults);
    let class = faults.optional_word("class", &asked.class);
    let ((season, source), class) = faults.finish(season.zip(source).zip(class))?;

    let tx = service.db.read(caller).await?;
    let chosen = source.find(&tx, &season).await?;
    chosen.require_reader(Asker::of(caller))?;
    let id = chosen.run.id;
    if let Some(class) = &class {
        require_class(&tx, id, class).await?;
    }
    // Pages of one list are of one run: after another one is published, a token of the old list is refused.
    let filters = [asked.season.as_str(), &id.to_string(), &asked.class];
    let page = Page::parse("ListFederationStandings", &filters, asked.page_size, &asked.page_token)?;
    let after = page.after.as_deref().and_then(|after| after.parse().ok());
    let most = page.size.saturating_add(1);
    let mut found = run_units::behind(&tx, id, class.as_deref(), after, most).await?;
    let more = found.len() > page.size;
    found.truncate(page.size);
    let token = found.last().filter(|_| more).map(|(place, _)| page.token(&place.to_string()));
    Ok(ListFederationStandingsResponse {
        origin: Some(chosen.origin()),
        standings: found.into_iter().map(|(_, standing)| standing).collect(),
        next_page_token: token.unwrap_or_default(),
    })
}

async fn require_class(tx: &TenantTx, run: RunId, class: &str) -> Result<()> {
    let classes = run_blocs::federation(tx, run).await?.classes;
    if classes.iter().any(|count| count.class == class) {
        return Ok(());
    }
    let known: Vec<_> = classes.iter().map(|count| count.class.as_str()).collect();
    let sentence = format!("{class:?} is none of the run's classes: {}", known.join(", "));
    Err(input::fault("class", Reason::ClassUnknown, sentence))
}
