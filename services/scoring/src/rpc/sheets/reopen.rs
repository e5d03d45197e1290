use platform::input::Faults;
use platform::{Result, idempotency};
use proto::scoring::v1::{ReopenSheetRequest, ReopenSheetResponse};
use tonic::Request;

use super::Sheets;
use super::write::save;
use crate::domain::sheets::{SheetKey, may_reopen};
use crate::error;
use crate::rpc::{Received, received};
use crate::store::sheets;

pub(super) async fn reopen_sheet(
    service: &Sheets,
    request: Request<ReopenSheetRequest>,
) -> Result<ReopenSheetResponse> {
    let Received { caller, member, key, request } = received(request)?;
    let mut faults = Faults::new();
    let named = SheetKey::parse("key", request.key.as_ref(), &mut faults);
    let reason = faults.text("reason", &request.reason);
    let ((sheet, _), reason) = faults.finish(named.zip(reason))?;

    let db = &service.db;
    if let Some(answer) = idempotency::answered(db, &caller, key.as_ref(), &request).await? {
        return Ok(answer);
    }
    service.rules_of(&member, &sheet, may_reopen).await?;
    let by = service.peers.signature(&member).await?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let present = sheets::held(tx, &sheet).await?.ok_or_else(|| error::sheet_unknown(&sheet))?;
        // A draft is with its scorer already.
        let sheet = if present.head.submitted {
            let (sheet, change) = present.reopened(&reason, &by);
            save(tx, "sheet.reopened", false, &sheet, change).await?;
            sheet
        } else {
            present
        };
        Ok(ReopenSheetResponse { sheet: Some(sheet.to_proto()) })
    })
    .await
}
