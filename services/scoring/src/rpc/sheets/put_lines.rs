use std::collections::BTreeSet;

use platform::input::Faults;
use platform::{Result, idempotency};
use proto::common::v1::Reason;
use proto::scoring::v1::{PutLinesRequest, PutLinesResponse};
use tonic::Request;

use super::Sheets;
use super::write::{require_draft, require_revision, save};
use crate::domain::sheets::{Line, Placed, SheetKey, Wanted, may_write};
use crate::error;
use crate::rpc::{Received, received};
use crate::store::sheets;

/// Criteria whose lines are taken away at once.
const MOST_REMOVED: usize = 1000;

pub(super) async fn put_lines(
    service: &Sheets,
    request: Request<PutLinesRequest>,
) -> Result<PutLinesResponse> {
    let Received { caller, member, key, request } = received(request)?;
    let mut faults = Faults::new();
    let named = SheetKey::parse("key", request.key.as_ref(), &mut faults);
    let lines = Placed::parse_all("lines", &request.lines, &mut faults);
    let removed = removed(&request, &lines, &mut faults);
    let Some((sheet, _)) = named else { return faults.finish(None) };

    let db = &service.db;
    if let Some(answer) = idempotency::answered(db, &caller, key.as_ref(), &request).await? {
        return Ok(answer);
    }
    let rules = service.rules_of(&member, &sheet, may_write).await?;
    service.check_lines(&member, &rules, &sheet, &lines, &mut faults).await?;
    faults.none()?;
    let by = service.peers.signature(&member).await?;

    idempotency::run(db, &caller, key, &request, async |tx| {
        let present = sheets::held(tx, &sheet).await?.ok_or_else(|| error::sheet_unknown(&sheet))?;
        require_draft(&present.head)?;
        if let Some(expected) = request.expected_revision {
            require_revision(&present.head, expected)?;
        }
        let lines = rules.bloc.in_order(merged(&present.lines, lines, &removed));
        let wanted = Wanted { key: sheet, scorer: String::new(), lines, submit: false };
        let sheet = match wanted.over(Some(&present), &by) {
            Some((sheet, change)) => {
                save(tx, "sheet.lines_put", false, &sheet, change).await?;
                sheet
            }
            None => present,
        };
        Ok(PutLinesResponse { sheet: Some(sheet.to_proto()) })
    })
    .await
}

/// The criteria whose lines are taken away; none of them is written at the same time.
fn removed(request: &PutLinesRequest, lines: &[Placed], faults: &mut Faults) -> BTreeSet<String> {
    let removed = faults.each("remove", MOST_REMOVED, &request.remove, |at, criterion, faults| {
        let written = lines.iter().find(|placed| placed.line.criterion == *criterion);
        if let Some(written) = written {
            let sentence = format!("{criterion:?} is written by {} of the same call", written.at);
            return faults.refuse(at, Reason::InvalidArgument, sentence);
        }
        faults.word(at, criterion)
    });
    removed.unwrap_or_default().into_iter().collect()
}

fn merged(present: &[Line], written: Vec<Placed>, removed: &BTreeSet<String>) -> Vec<Line> {
    let written: Vec<Line> = written.into_iter().map(|placed| placed.line).collect();
    let stays = |line: &&Line| {
        !removed.contains(&line.criterion) && !written.iter().any(|new| new.criterion == line.criterion)
    };
    let mut lines: Vec<Line> = present.iter().filter(stays).cloned().collect();
    lines.extend(written);
    lines
}
