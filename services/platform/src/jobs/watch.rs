//! Following one job: what the row says, what its worker tells meanwhile, and its place in the queue.

use std::time::Duration;

use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};

use super::desk::{Desk, Sight};
use super::feed::{News, Progress};
use super::rows::Model;
use super::state::State;
use crate::error::Result;
use crate::ids::JobId;

/// News may be lost, and a place in the queue has none: the row is looked at so often.
const LOOK: Duration = Duration::from_secs(1);

/// A job at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// With the progress that its worker has told last.
    pub row: Model,
    /// How many jobs of its tenant and lane go before it, while it waits for a worker.
    pub place: Option<u64>,
}

/// See [`Desk::watch`].
pub struct Watch {
    desk: Desk,
    sight: Sight,
    job: JobId,
    news: BoxStream<'static, News>,
    told: Option<(i64, Progress)>,
    last: Option<Seen>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "watch of job {}", self.job)
    }
}

impl Watch {
    pub(super) async fn begin(desk: Desk, sight: Sight, job: JobId) -> Result<Self> {
        // An unknown job is refused here; its tenant says which news to follow.
        let row = desk.get(&sight, job).await?;
        let news = desk.feed.subscribe(row.tenant_id, job);
        Ok(Self { desk, sight, job, news, told: None, last: None })
    }

    /// The job as it is, then each time that it has changed; `None` after it has ended. Changes that follow fast are
    /// merged.
    pub async fn next(&mut self) -> Result<Option<Seen>> {
        if self.last.as_ref().is_some_and(|seen| seen.row.state.is_final()) {
            return Ok(None);
        }
        let mut look = self.last.is_none();
        loop {
            let seen = if look {
                Some(look_at(&self.desk, &self.sight, self.job).await?)
            } else {
                self.last.clone()
            };
            let seen = seen.map(|seen| self.with_told(seen));
            if seen != self.last {
                self.last.clone_from(&seen);
                return Ok(seen);
            }
            look = self.wait().await;
        }
    }

    fn with_told(&self, mut seen: Seen) -> Seen {
        if let Some((attempt, progress)) = &self.told
            && seen.row.state == State::Running
            && seen.row.fence == *attempt
        {
            let Progress { phase, done, total } = progress.clone();
            (seen.row.phase, seen.row.done, seen.row.total) = (phase, done, total);
        }
        seen
    }

    /// Waits for news; says whether the row must be looked at.
    async fn wait(&mut self) -> bool {
        let mut look = false;
        let mut news = tokio::select! {
            news = self.news.next() => news,
            () = self.desk.clock().sleep(LOOK) => return true,
        };
        loop {
            match news {
                Some(News { progress: Some(progress), .. }) => {
                    let running = self
                        .last
                        .as_ref()
                        .is_some_and(|seen| seen.row.state == State::Running && seen.row.fence == progress.0);
                    self.told = Some(progress);
                    look |= !running;
                }
                Some(News { progress: None, .. }) => look = true,
                None => return true,
            }
            match self.news.next().now_or_never() {
                Some(next) => news = next,
                None => return look,
            }
        }
    }
}

async fn look_at(desk: &Desk, sight: &Sight, job: JobId) -> Result<Seen> {
    let row = desk.get(sight, job).await?;
    let place = desk.place(sight, &row).await?;
    Ok(Seen { row, place })
}
