use platform::input::Faults;
use platform::{Result, idempotency};
use proto::common::v1::Reason;
use proto::scoring::v1::{PutSheetRequest, PutSheetResponse};
use tonic::Request;

use super::Sheets;
use super::write::{require_expected, save};
use crate::domain::campaign::CROSS;
use crate::domain::sheets::{Placed, SheetKey, Wanted, may_write};
use crate::error;
use crate::rpc::{Received, received};
use crate::store::{sheets, staleness};

pub(super) async fn put_sheet(
    service: &Sheets,
    request: Request<PutSheetRequest>,
) -> Result<PutSheetResponse> {
    let Received { caller, member, key, request } = received(request)?;
    let mut faults = Faults::new();
    let named = SheetKey::parse("key", request.key.as_ref(), &mut faults);
    let lines = Placed::parse_all("lines", &request.lines, &mut faults);
    let Some((sheet, scorer)) = named else { return faults.finish(None) };
    if scorer.is_empty() && sheet.layer != CROSS && request.expected_revision == 0 {
        faults.add("key.scorer", Reason::FieldRequired, "is required for a new sheet");
    }

    let db = &service.db;
    if let Some(answer) = idempotency::answered(db, &caller, key.as_ref(), &request).await? {
        return Ok(answer);
    }
    let rules = service.rules_of(&member, &sheet, may_write).await?;
    service.check_lines(&member, &rules, &sheet, &lines, &mut faults).await?;
    faults.none()?;
    if request.submit && lines.is_empty() {
        return Err(error::sheet_empty(&sheet));
    }
    let by = service.peers.signature(&member).await?;
    let lines = rules.bloc.in_order(lines.into_iter().map(|placed| placed.line).collect());

    idempotency::run(db, &caller, key, &request, async |tx| {
        let present = sheets::held(tx, &sheet).await?;
        require_expected(&sheet, present.as_ref(), request.expected_revision)?;
        let wanted = Wanted { key: sheet, scorer, lines, submit: request.submit };
        let sheet = match wanted.over(present.as_ref(), &by) {
            Some((sheet, change)) => {
                save(tx, "sheet.put", present.is_none(), &sheet, change).await?;
                if sheet.head.submitted {
                    staleness::sheets_changed(tx, [&rules.live()]).await?;
                }
                Some(sheet)
            }
            None => present,
        };
        Ok(PutSheetResponse { sheet: sheet.map(|sheet| sheet.to_proto()) })
    })
    .await
}
