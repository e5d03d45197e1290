use platform::Result;
use platform::auth;
use platform::db::Database;
use platform::input::Faults;
use proto::organizations::v1::{SearchUnitsRequest, SearchUnitsResponse};
use tonic::Request;

use crate::domain::search::Query;
use crate::rpc::today_in;
use crate::store::units;

const USUAL: u32 = 20;
const MOST: u32 = 100;

pub(super) async fn search_units(
    db: &Database,
    request: Request<SearchUnitsRequest>,
) -> Result<SearchUnitsResponse> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let query = Query::parse("query", &asked.query, &mut faults);
    let query = faults.finish(query)?;
    let limit = if asked.limit == 0 { USUAL } else { asked.limit.min(MOST) };

    let tx = db.read(auth::principal(&request)?).await?;
    let candidates = units::candidates(&tx, &query).await?;
    let mut matches: Vec<_> = candidates
        .iter()
        .filter_map(|(code, folded)| Some((query.matches(code, folded)?, code.as_str())))
        .collect();
    matches.sort_unstable();
    matches.truncate(usize::try_from(limit).unwrap_or(usize::MAX));

    let found = units::by_codes(&tx, matches.iter().map(|(_, code)| *code)).await?;
    let day = today_in(&tx).await?;
    let best = matches.iter().filter_map(|(_, code)| found.get(*code));
    Ok(SearchUnitsResponse { units: best.map(|unit| unit.to_proto(day)).collect() })
}
