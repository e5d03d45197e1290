use std::collections::BTreeSet;

use platform::auth;
use platform::db::{Database, TenantTx};
use platform::input::{Date, Faults};
use platform::paging::Page;
use platform::{Error, Result};
use proto::organizations::v1::{ListUnitsRequest, ListUnitsResponse, UnitStatus};
use tonic::Request;

use crate::domain::units::{Status, Unit};
use crate::error;
use crate::rpc::today_in;
use crate::store::{unit_parents, unit_statuses, units};

/// Which units are asked for.
struct Filter {
    as_of: Option<Date>,
    /// Some(None): right under the federation.
    parent: Option<Option<String>>,
    kind: Option<String>,
    sector: Option<String>,
    /// Empty: every status.
    statuses: Vec<Status>,
}

pub(super) async fn list_units(
    db: &Database,
    request: Request<ListUnitsRequest>,
) -> Result<ListUnitsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let filter = parse(asked, &mut faults);
    let filter = faults.finish(filter)?;
    let page = page(asked)?;

    let tx = db.read(auth::principal(&request)?).await?;
    let day = match filter.as_of {
        Some(day) => day,
        None => today_in(&tx).await?,
    };
    let (codes, next_page_token) = page.cut(codes(&tx, &filter, day).await?, String::as_str);
    let found = units::by_codes(&tx, codes.iter().map(String::as_str)).await?;
    // A map is in the order of its keys' bytes, as the page is.
    let units = found.values().map(|unit: &Unit| unit.to_proto(day)).collect();
    Ok(ListUnitsResponse { units, next_page_token })
}

fn parse(asked: &ListUnitsRequest, faults: &mut Faults) -> Option<Filter> {
    let as_of = faults.optional_date("as_of", &asked.as_of);
    let parent = match &asked.parent {
        Some(parent) => faults.optional_code("parent", parent).map(Some),
        None => Some(None),
    };
    let kind = faults.optional_word("kind", &asked.kind);
    let sector = faults.optional_word("sector", &asked.sector);
    let every = asked.statuses.contains(&UnitStatus::Unspecified.into());
    let statuses = if every { &[] } else { asked.statuses.as_slice() };
    let statuses =
        faults.each("statuses", 100, statuses, |at, status, faults| Status::parse(at, *status, faults));
    Some(Filter { as_of: as_of?, parent: parent?, kind: kind?, sector: sector?, statuses: statuses? })
}

fn page(asked: &ListUnitsRequest) -> Result<Page> {
    let parent = asked.parent.as_ref().map(|parent| format!("under {parent}")).unwrap_or_default();
    let statuses = format!("{:?}", asked.statuses);
    let filters = [asked.as_of.as_str(), &parent, &asked.kind, &asked.sector, &statuses];
    Page::parse("ListUnits", &filters, asked.page_size, &asked.page_token)
}

/// The codes of all units that the filter leaves.
async fn codes(tx: &TenantTx, filter: &Filter, day: Date) -> Result<Vec<String>> {
    let mut codes = units::codes(tx, filter.kind.as_deref(), filter.sector.as_deref()).await?;
    if let Some(parent) = &filter.parent {
        if let Some(parent) = parent
            && units::known(tx, [parent.as_str()]).await?.is_empty()
        {
            return Err(error::unit_unknown(parent));
        }
        let lines = unit_parents::below(tx, parent.as_deref()).await?;
        codes.retain(|code| lines.get(code).is_some_and(|line| line.at(day) == parent));
    }
    if !filter.statuses.is_empty() {
        let wanted: BTreeSet<Status> = filter.statuses.iter().copied().collect();
        let lines = unit_statuses::of(tx, None).await?;
        codes.retain(|code| lines.get(code).is_some_and(|line| wanted.contains(&line.at(day).status)));
    }
    Ok::<_, Error>(codes)
}
