use platform::input::Faults;
use platform::paging::Page;
use platform::{Result, auth};
use proto::competition::v1::{
    ListAttendanceHistoryRequest, ListAttendanceHistoryResponse, ListMinutesHistoryRequest,
    ListMinutesHistoryResponse,
};
use tonic::Request;

use crate::domain::conferences::ConferenceId;
use crate::rpc::Ground;
use crate::store::{conference_attendance, conference_minutes, conferences};

/// Entries of a page at most: an answer stays far below what one message may have.
const ATTENDANCES: u32 = 3;
const MINUTES: u32 = 20;

/// Which part of a history is asked for.
struct Asked {
    conference: ConferenceId,
    page: Page,
    /// Only versions before this one.
    before: Option<u32>,
}

impl Asked {
    fn parse(list: &str, conference: &str, most: u32, page_size: u32, page_token: &str) -> Result<Self> {
        let mut faults = Faults::new();
        let id: Option<ConferenceId> = faults.id("conference_id", conference);
        let id = faults.finish(id)?;
        let size = if page_size == 0 { most } else { page_size.min(most) };
        let page = Page::parse(list, &[conference], size, page_token)?;
        let before = page.after.as_deref().and_then(|version| version.parse().ok());
        Ok(Self { conference: id, page, before })
    }

    /// One more than the page has: it tells whether another one follows.
    fn limit(&self) -> u64 {
        u64::try_from(self.page.size).unwrap_or(u64::MAX).saturating_add(1)
    }

    fn cut<T>(&self, mut found: Vec<T>, version: impl Fn(&T) -> u32) -> (Vec<T>, String) {
        let more = found.len() > self.page.size;
        found.truncate(self.page.size);
        let last = found.last().filter(|_| more);
        let next = last.map(|last| self.page.token(&version(last).to_string())).unwrap_or_default();
        (found, next)
    }
}

pub(super) async fn list_attendance_history(
    ground: &Ground,
    request: Request<ListAttendanceHistoryRequest>,
) -> Result<ListAttendanceHistoryResponse> {
    let ListAttendanceHistoryRequest { conference_id, page_size, page_token } = request.get_ref();
    let asked = Asked::parse("ListAttendanceHistory", conference_id, ATTENDANCES, *page_size, page_token)?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    conferences::get(&tx, asked.conference).await?;
    let found = conference_attendance::history(&tx, asked.conference, asked.before, asked.limit()).await?;
    let (recorded, next_page_token) = asked.cut(found, |recorded| recorded.version);
    Ok(ListAttendanceHistoryResponse { recorded, next_page_token })
}

pub(super) async fn list_minutes_history(
    ground: &Ground,
    request: Request<ListMinutesHistoryRequest>,
) -> Result<ListMinutesHistoryResponse> {
    let ListMinutesHistoryRequest { conference_id, page_size, page_token } = request.get_ref();
    let asked = Asked::parse("ListMinutesHistory", conference_id, MINUTES, *page_size, page_token)?;
    let tx = ground.db.read(auth::principal(&request)?).await?;
    conferences::get(&tx, asked.conference).await?;
    let found = conference_minutes::history(&tx, asked.conference, asked.before, asked.limit()).await?;
    let (minutes, next_page_token) = asked.cut(found, |minutes| minutes.version);
    Ok(ListMinutesHistoryResponse { minutes, next_page_token })
}
