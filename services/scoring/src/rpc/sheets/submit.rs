use platform::input::Faults;
use platform::{Result, idempotency};
use proto::scoring::v1::{SubmitSheetRequest, SubmitSheetResponse};
use tonic::Request;

use super::Sheets;
use super::write::{require_draft, require_revision, save};
use crate::domain::sheets::{Placed, SheetKey, Wanted, may_write};
use crate::error;
use crate::rpc::{Received, received};
use crate::store::{sheets, staleness};

/// What a draft kept may fit no more: the season may pin another version of the set since, or the sheets below say
/// something else. So all lines are checked again; faults name them as `sheet.lines[2].reason`, by their place in the
/// sheet.
pub(super) async fn submit_sheet(
    service: &Sheets,
    request: Request<SubmitSheetRequest>,
) -> Result<SubmitSheetResponse> {
    let Received { caller, member, key, request } = received(request)?;
    let mut faults = Faults::new();
    let named = SheetKey::parse("key", request.key.as_ref(), &mut faults);
    let (sheet, _) = faults.finish(named)?;

    let db = &service.db;
    if let Some(answer) = idempotency::answered(db, &caller, key.as_ref(), &request).await? {
        return Ok(answer);
    }
    let rules = service.rules_of(&member, &sheet, may_write).await?;
    let tx = db.read(&member).await?;
    let seen = sheets::get(&tx, &sheet).await?.ok_or_else(|| error::sheet_unknown(&sheet))?;
    drop(tx);
    require_draft(&seen.head)?;
    require_revision(&seen.head, request.expected_revision.unwrap_or(seen.head.revision))?;
    if seen.lines.is_empty() {
        return Err(error::sheet_empty(&sheet));
    }
    let mut faults = Faults::new();
    let placed = Placed::all("sheet.lines", &seen.lines);
    service.check_lines(&member, &rules, &sheet, &placed, &mut faults).await?;
    faults.none()?;
    let by = service.peers.signature(&member).await?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let present = sheets::held(tx, &sheet).await?.ok_or_else(|| error::sheet_unknown(&sheet))?;
        require_draft(&present.head)?;
        if present.head.revision != seen.head.revision {
            return Err(error::conflict(&sheet));
        }
        let lines = rules.bloc.in_order(present.lines.clone());
        let wanted = Wanted { key: sheet, scorer: String::new(), lines, submit: true };
        let sheet = match wanted.over(Some(&present), &by) {
            Some((sheet, change)) => {
                save(tx, "sheet.submitted", false, &sheet, change).await?;
                staleness::sheets_changed(tx, [&rules.live()]).await?;
                sheet
            }
            None => present,
        };
        Ok(SubmitSheetResponse { sheet: Some(sheet.to_proto()) })
    })
    .await
}
