//! ExplanationService: why a unit has the points and the class that it has.

use platform::db::{Database, TenantTx};
use platform::ids::TenantId;
use platform::input::Faults;
use platform::{Error, Result, auth};
use proto::common::v1::Reason;
use proto::scoring::v1::explanation_service_server::ExplanationService;
use proto::scoring::v1::{GetUnitResultRequest, GetUnitResultResponse, Standing};
use tonic::{Request, Response, Status};

use super::results::source::{Chosen, Source};
use crate::domain::records::{CrossSheets, KeptExplanation, KeptSet, Shown, UnitRecord};
use crate::domain::runs::{Asker, RunId};
use crate::domain::sheets::cross_has_closed;
use crate::error;
use crate::peers::Peers;
use crate::store::{run_blocs, run_explanations, run_sets, run_units};

pub(crate) struct Explanations {
    pub(crate) db: Database,
    pub(crate) peers: Peers,
}

#[tonic::async_trait]
impl ExplanationService for Explanations {
    async fn get_unit_result(
        &self,
        request: Request<GetUnitResultRequest>,
    ) -> Result<Response<GetUnitResultResponse>, Status> {
        Ok(Response::new(self.unit_result(request).await?))
    }
}

/// What is shown of the result.
#[derive(Clone, Copy)]
enum Reach {
    Groups,
    Lines,
}

impl Explanations {
    async fn unit_result(&self, request: Request<GetUnitResultRequest>) -> Result<GetUnitResultResponse> {
        let caller = auth::principal(&request)?;
        let asked = request.get_ref();
        let mut faults = Faults::new();
        let season = faults.code("season", &asked.season);
        let unit = faults.code("unit", &asked.unit);
        let source = Source::parse(asked.source.as_ref(), &mut faults);
        if source == Some(Source::Live) {
            faults.add(
                "source.live",
                Reason::InvalidArgument,
                "live results are of a whole bloc: ask for its standings",
            );
        }
        let ((season, unit), source) = faults.finish(season.zip(unit).zip(source))?;
        let Source::Stored(stored) = source else {
            return Err(Error::internal("a live result was asked for"));
        };
        let asker = Asker::of(caller);

        let tx = self.db.read(caller).await?;
        let chosen = stored.find(&tx, &season).await?;
        let record = run_units::get(&tx, chosen.run.id, &unit).await?;
        let record = record.ok_or_else(|| error::not_in_run(&chosen.run, &format!("unit {unit:?}")))?;
        let reach = reach(&tx, asker, &chosen, &record.standing).await?;
        let explained = explained(&tx, chosen.run.id, &record).await?;
        let tenant = tx.tenant_id();
        drop(tx);

        let own = asker.officer_of();
        let shown = match reach {
            Reach::Groups => Shown::Groups,
            Reach::Lines if self.reads_cross(asker, tenant, &season).await? => Shown::Lines(CrossSheets::All),
            Reach::Lines => Shown::Lines(CrossSheets::By(&own)),
        };
        let answer = match explained {
            Some((explanation, set)) => explanation.to_proto(&record, &set, shown),
            None => GetUnitResultResponse { standing: Some(record.standing), ..Default::default() },
        };
        Ok(GetUnitResultResponse { origin: Some(chosen.origin()), ..answer })
    }

    /// Whether all cross sheets are shown: to who reads all of them anyway, and once they are in, as SheetService does.
    async fn reads_cross(&self, asker: Asker<'_>, tenant: TenantId, season: &str) -> Result<bool> {
        if asker.reads_all() {
            return Ok(true);
        }
        Ok(cross_has_closed(&self.peers.season(tenant, season).await?))
    }
}

/// What the one who asks may see of the unit's result; refuses who may see nothing of it.
async fn reach(tx: &TenantTx, asker: Asker<'_>, chosen: &Chosen, unit: &Standing) -> Result<Reach> {
    let own = asker.officer_of();
    let reads_drafts = asker.reads_all()
        || asker.leads(&chosen.run.season, &unit.bloc)
        || own.contains(&unit.unit.as_str())
        || !unit.bloc.is_empty() && run_units::has_any(tx, chosen.run.id, &unit.bloc, &own).await?;
    match (reads_drafts, chosen.published) {
        (true, _) => Ok(Reach::Lines),
        (false, true) if asker.belongs_to(&unit.unit) => Ok(Reach::Lines),
        (false, true) => Ok(Reach::Groups),
        (false, false) => {
            let run = chosen.run.number;
            let what = format!("unit {:?} in run {run}, which is not published", unit.unit);
            Err(error::out_of_scope(&what))
        }
    }
}

/// The explanation with the criteria set by which it is read; none for a unit without a bloc.
async fn explained(
    tx: &TenantTx,
    run: RunId,
    record: &UnitRecord,
) -> Result<Option<(KeptExplanation, KeptSet)>> {
    let Some(explanation) = run_explanations::get(tx, run, &record.standing.unit).await? else {
        return Ok(None);
    };
    let bloc = run_blocs::get(tx, run, &record.standing.bloc).await?;
    let set = match bloc {
        Some(bloc) => run_sets::get(tx, run, &bloc.criteria_set).await?,
        None => None,
    };
    let set = set.ok_or_else(|| Error::internal(format!("run {run} explains a unit without its set")))?;
    Ok(Some((explanation, set)))
}
