//! Live news of jobs, for whoever watches one: a seam. Here within the process; a publish-subscribe server is another
//! implementation. News may be lost: the row is the truth, and watchers look at it now and then.

use futures::StreamExt;
use futures::stream::BoxStream;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;

use crate::ids::{JobId, TenantId};

/// How far a job is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// A code of the kind: `gather`, `compute`.
    pub phase: String,
    pub done: i64,
    /// Zero while not known.
    pub total: i64,
}

/// Something about a job has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub tenant: TenantId,
    pub job: JobId,
    /// The attempt that has come so far, which its row may not show yet; `None`: look at the row.
    pub progress: Option<(i64, Progress)>,
}

/// Carries news from workers to watchers.
pub trait Feed: Send + Sync + 'static {
    /// Tells whoever listens; does not wait for them.
    fn publish(&self, news: News);

    /// The news of one job from now on. It never ends by itself. After a loss comes news without progress.
    fn subscribe(&self, tenant: TenantId, job: JobId) -> BoxStream<'static, News>;
}

/// News within the process.
#[derive(Debug)]
pub struct InProcess(broadcast::Sender<News>);

impl Default for InProcess {
    fn default() -> Self {
        Self(broadcast::Sender::new(1024))
    }
}

impl Feed for InProcess {
    fn publish(&self, news: News) {
        // Nobody listening is no error.
        let _ = self.0.send(news);
    }

    fn subscribe(&self, tenant: TenantId, job: JobId) -> BoxStream<'static, News> {
        BroadcastStream::new(self.0.subscribe())
            .filter_map(move |news| async move {
                match news {
                    Ok(news) => (news.tenant == tenant && news.job == job).then_some(news),
                    Err(_) => Some(News { tenant, job, progress: None }),
                }
            })
            .boxed()
    }
}
