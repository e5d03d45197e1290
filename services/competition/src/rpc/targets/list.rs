use std::collections::{BTreeMap, BTreeSet};

use platform::db::TenantTx;
use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::competition::v1::list_targets_request::Of;
use proto::competition::v1::{ListTargetsRequest, ListTargetsResponse, TargetGroup};
use tonic::Request;

use crate::domain::targets::Target;
use crate::rpc::Ground;
use crate::store::{blocs, seasons, targets};

pub(super) async fn list_targets(
    ground: &Ground,
    request: Request<ListTargetsRequest>,
) -> Result<ListTargetsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    match &asked.of {
        Some(Of::Unit(unit)) => faults.code("unit", unit),
        Some(Of::Bloc(bloc)) => faults.code("bloc", bloc),
        None => None,
    };
    let group = match asked.group {
        0 => Some(None),
        group => faults.choice("group", group).map(Some),
    };
    let (season, group) = faults.finish(season.zip(group))?;
    let page = page(asked)?;

    let tx = ground.db.read(auth::principal(&request)?).await?;
    seasons::require(&tx, &season).await?;
    let from = page.after.as_deref().and_then(|after| after.split(' ').next());
    let mut counts = targets::counts(&tx, &season, group, from).await?;
    if let Some(units) = units(&tx, &season, asked.of.as_ref()).await? {
        counts.retain(|unit, _| units.contains(unit));
    }
    let mut found = targets::of_units(&tx, &season, &first_units(counts, page.size)).await?;
    found.retain(|target| group.is_none_or(|group| target.group == group));
    let keyed = found.into_iter().map(|target| (format!("{} {}", target.unit, target.code), target));
    let (found, next_page_token) = page.cut(keyed.collect(), |(key, _)| key.as_str());
    let found = found.iter().map(|(_, target): &(String, Target)| target.to_proto());
    Ok(ListTargetsResponse { targets: found.collect(), next_page_token })
}

fn page(asked: &ListTargetsRequest) -> Result<Page> {
    let of = match &asked.of {
        Some(Of::Unit(unit)) => format!("unit {unit}"),
        Some(Of::Bloc(bloc)) => format!("bloc {bloc}"),
        None => String::new(),
    };
    let group = TargetGroup::try_from(asked.group).unwrap_or_default();
    let filters = [asked.season.as_str(), &of, group.as_str_name()];
    Page::parse("ListTargets", &filters, asked.page_size, &asked.page_token)
}

/// The units that are asked for; none: all.
async fn units(tx: &TenantTx, season: &str, of: Option<&Of>) -> Result<Option<BTreeSet<String>>> {
    match of {
        Some(Of::Unit(unit)) => Ok(Some(BTreeSet::from([unit.clone()]))),
        Some(Of::Bloc(bloc)) => Ok(Some(blocs::get(tx, season, bloc).await?.members)),
        None => Ok(None),
    }
}

/// As many of the first units as a page can be filled from: the first one may have been shown already, and one target
/// more says that there is a next page.
fn first_units(counts: BTreeMap<String, u64>, size: usize) -> BTreeSet<String> {
    let enough = u64::try_from(size).unwrap_or(u64::MAX);
    let mut beyond_first = 0;
    let mut units = BTreeSet::new();
    for (place, (unit, count)) in counts.into_iter().enumerate() {
        if beyond_first > enough {
            break;
        }
        if place > 0 {
            beyond_first += count;
        }
        units.insert(unit);
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_filled_from_no_more_units_than_needed() {
        let counts = |counts: &[u64]| {
            let units = counts.iter().enumerate().map(|(place, count)| (format!("u{place}"), *count));
            first_units(units.collect(), 3).len()
        };
        assert_eq!(counts(&[]), 0);
        assert_eq!(counts(&[100]), 1);
        assert_eq!(counts(&[100, 2, 2, 2]), 3);
        assert_eq!(counts(&[1, 1, 1, 1, 1, 1]), 5);
    }
}
