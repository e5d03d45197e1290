//! The news of a service's jobs, carried between its processes by publish and subscribe.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use futures::stream::BoxStream;
use prost::Message;
use redis::RedisResult;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::CacheServer;
use crate::ids::{JobId, TenantId};
use crate::jobs::Progress;
use crate::jobs::feed::{Feed, InProcess, News};

/// News that wait to be sent; what comes beyond is dropped, and watchers look at the rows.
const WAITING: usize = 4096;

/// News sent at once.
const BATCH: usize = 256;

/// Before the server is listened to again after a failure.
const AGAIN: Duration = Duration::from_secs(1);

/// News to the watchers of this process at once, and to those of the other processes through the server.
#[derive(Clone)]
pub struct SharedFeed {
    server: CacheServer,
    channel: Arc<str>,
    /// This process, whose own news come back to it.
    origin: Uuid,
    here: Arc<InProcess>,
    send: mpsc::Sender<News>,
    sent: Arc<Mutex<Option<mpsc::Receiver<News>>>>,
}

impl fmt::Debug for SharedFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "feed {}", self.channel)
    }
}

/// News on their way.
#[derive(Clone, PartialEq, Message)]
struct Wire {
    #[prost(bytes = "vec", tag = "1")]
    origin: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    tenant: Vec<u8>,
    #[prost(bytes = "vec", tag = "3")]
    job: Vec<u8>,
    #[prost(message, optional, tag = "4")]
    progress: Option<WireProgress>,
}

#[derive(Clone, PartialEq, Message)]
struct WireProgress {
    #[prost(int64, tag = "1")]
    attempt: i64,
    #[prost(string, tag = "2")]
    phase: String,
    #[prost(int64, tag = "3")]
    done: i64,
    #[prost(int64, tag = "4")]
    total: i64,
}

impl SharedFeed {
    pub(super) fn new(server: CacheServer, service: &'static str) -> Self {
        let (send, sent) = mpsc::channel(WAITING);
        let channel = format!("{}:{service}:news", server.prefix).into();
        let origin = uuid::Builder::from_random_bytes(server.random.bytes()).into_uuid();
        Self { server, channel, origin, here: Arc::default(), send, sent: Arc::new(Mutex::new(Some(sent))) }
    }

    /// Carries news until told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner).take();
        let work = async {
            tokio::join!(self.listen(), async {
                if let Some(sent) = sent {
                    self.send(sent).await;
                }
            })
        };
        stop.run_until_cancelled(work).await;
    }

    async fn send(&self, mut sent: mpsc::Receiver<News>) {
        let mut batch = Vec::new();
        while sent.recv_many(&mut batch, BATCH).await > 0 {
            let mut pipe = redis::pipe();
            for news in batch.drain(..) {
                pipe.publish(&*self.channel, self.wire(news).encode_to_vec()).ignore();
            }
            // News may be lost.
            let _ = self.server.ask(async |connection| pipe.query_async::<()>(connection).await).await;
        }
    }

    async fn listen(&self) {
        loop {
            if let Err(error) = self.listened().await {
                tracing::debug!(%error, channel = &*self.channel, "news of jobs are not heard");
            }
            self.server.clock.sleep(self.server.random.jitter(AGAIN)).await;
        }
    }

    /// Takes news to the watchers of this process until the connection is lost.
    async fn listened(&self) -> RedisResult<()> {
        let mut subscription = self.server.client.get_async_pubsub().await?;
        subscription.subscribe(&*self.channel).await?;
        let mut messages = subscription.into_on_message();
        while let Some(message) = messages.next().await {
            if let Some(news) =
                Wire::decode(message.get_payload_bytes()).ok().and_then(|wire| self.heard(wire))
            {
                self.here.publish(news);
            }
        }
        Ok(())
    }

    fn wire(&self, news: News) -> Wire {
        let progress = news.progress.map(|(attempt, Progress { phase, done, total })| WireProgress {
            attempt,
            phase,
            done,
            total,
        });
        Wire {
            origin: self.origin.as_bytes().to_vec(),
            tenant: news.tenant.0.as_bytes().to_vec(),
            job: news.job.0.as_bytes().to_vec(),
            progress,
        }
    }

    /// `None` for our own news and for what is none.
    fn heard(&self, wire: Wire) -> Option<News> {
        if wire.origin == self.origin.as_bytes() {
            return None;
        }
        let progress = wire
            .progress
            .map(|WireProgress { attempt, phase, done, total }| (attempt, Progress { phase, done, total }));
        Some(News {
            tenant: TenantId(Uuid::from_slice(&wire.tenant).ok()?),
            job: JobId(Uuid::from_slice(&wire.job).ok()?),
            progress,
        })
    }
}

impl Feed for SharedFeed {
    fn publish(&self, news: News) {
        self.here.publish(news.clone());
        let _ = self.send.try_send(news);
    }

    fn subscribe(&self, tenant: TenantId, job: JobId) -> BoxStream<'static, News> {
        self.here.subscribe(tenant, job)
    }
}
