use platform::audit::Act;
use platform::input::{Faults, today};
use platform::tenancy::TenantScope as _;
use platform::{Result, idempotency};
use proto::competition::v1::{PhaseKind, RecordProgressRequest, RecordProgressResponse};
use tonic::Request;

use crate::domain::progress::{Entry, Recorded, apply};
use crate::domain::targets::Target;
use crate::rpc::change::{Stale, changed};
use crate::rpc::{Ground, scope};
use crate::store::{progress, seasons, targets};

pub(super) async fn record_progress(
    ground: &Ground,
    request: Request<RecordProgressRequest>,
) -> Result<RecordProgressResponse> {
    let (caller, key, request) = idempotency::received(request)?;
    scope::of_unit_or_admin(&caller, &request.unit)?;
    let mut faults = Faults::new();
    let season = faults.code("season", &request.season);
    let unit = faults.code("unit", &request.unit);
    let entries = Entry::parse_all(&request.progress, &mut faults);
    let ((season, unit), entries) = faults.finish(season.zip(unit).zip(entries))?;
    let zone = ground.tenants.get(caller.tenant()?)?.zone.clone();
    let by = ground.organizations.signature(&caller).await?;
    let today = today(by.at, &zone)?;

    idempotency::run(&ground.db, &caller, key, &request, async |tx| {
        let held = seasons::hold(tx, &season).await?;
        held.require_open(&[PhaseKind::Progress, PhaseKind::Scoring])?;
        let present = targets::of_unit(tx, &season, &unit).await?;
        let mut faults = Faults::new();
        let reached = apply(present, &entries, &mut faults);
        let reached = faults.finish(reached)?;
        targets::put(tx, &season, &reached).await?;
        let recorded = entries.into_iter().map(|entry| Recorded {
            target: entry.target,
            figure: entry.figure,
            actual: entry.actual,
            as_of: entry.as_of.unwrap_or(today),
            note: entry.note,
            by: by.clone(),
        });
        progress::add(tx, &season, &unit, recorded.collect()).await?;
        let codes: Vec<&str> = reached.iter().map(|target| target.code.as_str()).collect();
        let act = Act::new("progress.recorded", "unit", &unit).with("targets", codes);
        changed(tx, &season, Stale::of_unit(tx, &season, &unit).await?, act).await?;
        Ok(RecordProgressResponse { targets: reached.iter().map(Target::to_proto).collect() })
    })
    .await
}
