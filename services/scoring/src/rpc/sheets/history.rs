use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::scoring::v1::*;
use tonic::Request;

use super::Sheets;
use crate::domain::sheets::SheetKey;
use crate::error;
use crate::store::{sheet_changes, sheets};

/// Revisions that are read at once.
const CHUNK: u64 = 100;

pub(super) async fn list_sheet_history(
    service: &Sheets,
    request: Request<ListSheetHistoryRequest>,
) -> Result<ListSheetHistoryResponse> {
    let member = auth::member(&request)?;
    let asked = request.get_ref();
    let mut faults = Faults::new();
    let key = SheetKey::parse("key", asked.key.as_ref(), &mut faults);
    let criterion = faults.optional_word("criterion", &asked.criterion);
    let ((key, _), criterion) = faults.finish(key.zip(criterion))?;
    let named = format!("{key}");
    let page =
        Page::parse("ListSheetHistory", &[&named, &asked.criterion], asked.page_size, &asked.page_token)?;
    service.require_reader(member, &key).await?;

    let tx = service.db.read(member).await?;
    if sheets::get(&tx, &key).await?.is_none() {
        return Err(error::sheet_unknown(&key));
    }
    let Place { mut revision, mut seen } = Place::of(page.after.as_deref());
    let mut found: Vec<(Place, SheetChange)> = Vec::new();
    while found.len() <= page.size {
        let rows = sheet_changes::up_to(&tx, &key, revision, CHUNK).await?;
        let Some(last) = rows.last() else { break };
        let next = last.revision.saturating_sub(1);
        for row in &rows {
            let changes = row.to_proto().into_iter().enumerate();
            let new = changes.skip(if row.revision == revision { seen } else { 0 });
            let wanted =
                new.filter(|(_, change)| criterion.as_ref().is_none_or(|one| *one == change.criterion));
            found
                .extend(wanted.map(|(i, change)| {
                    (Place { revision: row.revision, seen: i.saturating_add(1) }, change)
                }));
        }
        (revision, seen) = (next, 0);
    }
    let more = found.len() > page.size;
    found.truncate(page.size);
    let last = found.last().filter(|_| more).map(|(place, _)| page.token(&place.text()));
    let changes = found.into_iter().map(|(_, change)| change).collect();
    Ok(ListSheetHistoryResponse { changes, next_page_token: last.unwrap_or_default() })
}

/// How far a list has come: so many changes of this revision have been seen, and all later ones.
struct Place {
    revision: u64,
    seen: usize,
}

impl Place {
    fn of(after: Option<&str>) -> Self {
        let parts = after.and_then(|after| after.split_once('/'));
        let place = parts.and_then(|(revision, seen)| {
            Some(Self { revision: revision.parse().ok()?, seen: seen.parse().ok()? })
        });
        place.unwrap_or(Self { revision: u64::MAX, seen: 0 })
    }

    fn text(&self) -> String {
        format!("{}/{}", self.revision, self.seen)
    }
}
