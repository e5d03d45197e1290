//! GatherService: what scoring needs of organizations for a run.

use futures::{StreamExt as _, stream};
use platform::db::Database;
use platform::input::Faults;
use platform::{Error, Result, auth};
use proto::organizations::v1::gather_service_server::GatherService;
use proto::organizations::v1::gather_units_response::Part;
use proto::organizations::v1::*;
use tonic::{Request, Response, Status};

use super::Answers;
use crate::domain::units::Unit;
use crate::store::{federations, unit_facts, unit_revisions, units};

/// Units that are asked for by their codes.
const MOST: usize = 1000;

pub(crate) struct Gather {
    pub(crate) db: Database,
}

#[tonic::async_trait]
impl GatherService for Gather {
    type GatherUnitsStream = Answers<GatherUnitsResponse>;

    async fn gather_units(
        &self,
        request: Request<GatherUnitsRequest>,
    ) -> Result<Response<Self::GatherUnitsStream>, Status> {
        Ok(Response::new(gather_units(&self.db, request).await?))
    }
}

/// All is read before the first part is sent, so that a slow reader keeps no transaction open.
async fn gather_units(
    db: &Database,
    request: Request<GatherUnitsRequest>,
) -> Result<Answers<GatherUnitsResponse>> {
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let season = faults.code("season", &asked.season);
    let as_of = faults.date("as_of", &asked.as_of);
    let only = match &asked.only {
        Some(only) => {
            faults.each("only.codes", MOST, &only.codes, |at, code, faults| faults.code(at, code)).map(Some)
        }
        None => Some(None),
    };
    let ((season, as_of), only) = faults.finish(season.zip(as_of).zip(only))?;

    let tx = db.read(auth::principal(&request)?).await?;
    let revision = unit_revisions::present(&tx).await?;
    let federation = federations::own(&tx).await?;
    let head = GatherHead { revision, federation: federation.code, federation_name: federation.name };
    let count = match &only {
        None => units::count(&tx).await?,
        Some(only) => {
            let known = units::known(&tx, only.iter().map(String::as_str)).await?;
            u64::try_from(known.len()).map_err(Error::internal)?
        }
    };
    let count = u32::try_from(count).map_err(Error::internal)?;
    let (units, mut facts) = match &only {
        _ if asked.known_revision == Some(revision) => Default::default(),
        None => (units::all(&tx).await?, unit_facts::of(&tx, &season, None).await?),
        Some(only) => {
            let codes: Vec<&str> = only.iter().map(String::as_str).collect();
            let units = units::by_codes(&tx, codes.iter().copied()).await?;
            (units, unit_facts::of_units(&tx, &season, &codes).await?)
        }
    };
    drop(tx);

    let gathered = move |unit: Unit| {
        let facts = facts.remove(&unit.code).map(|said| said.facts.facts).unwrap_or_default();
        let unit = Some(unit.to_proto(as_of));
        Part::Unit(GatheredUnit { unit, facts: facts.into_iter().collect() })
    };
    let tail = Part::Tail(GatherTail { units: count });
    // A map is in the order of its keys' bytes.
    let parts = stream::iter([Part::Head(head)])
        .chain(stream::iter(units.into_values()).map(gathered))
        .chain(stream::iter([tail]));
    Ok(parts.map(|part| Ok(GatherUnitsResponse { part: Some(part) })).boxed())
}
