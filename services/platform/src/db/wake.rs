//! Wake-ups: "there is something to do", told when a transaction has committed.
//!
//! A wake-up is a hint, not a message: it may come twice, may be lost with the process that sent it and, after a lost
//! connection, is replaced by [`Wake::Missed`]. Whoever waits for one looks at the rows when it comes, and looks now and
//! then without one.
//!
//! On PostgreSQL they are no part of the transactions: `NOTIFY` lets commits through one by one. What commits while an
//! earlier wake-up is on its way is told together with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use sqlx::postgres::PgListener;
use tokio::sync::{Notify, broadcast};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::Clock;

/// The one PostgreSQL channel; its payload is `<channel> <payload>`, so that new channels need no new `LISTEN`.
const POSTGRES_CHANNEL: &str = "thidua";

/// How many wait at most to be told to other processes, when the connection is away. They look without one by then.
const UNSENT: usize = 1_000;

/// How long the last wake-ups may take when the database is closed.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How many wake-ups a sleepy listener may be behind before it gets [`Wake::Missed`] instead.
const BACKLOG: usize = 256;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Something was committed; the text is what the sender said, such as an id.
    Said(String),
    /// Wake-ups may have been lost: look at everything.
    Missed,
}

/// How long something waits at most when its wake-up was lost.
pub(crate) const POLL: Duration = Duration::from_secs(1);

/// Waits for a wake-up, or for the time to look without one. Wake-ups that came together count as one.
pub(crate) async fn woken(wakeups: &mut Wakeups, clock: &Clock) {
    heard(wakeups, clock, false).await;
}

/// As [`woken`], and tells what was said; [`Wake::Missed`] when it is time to look without a wake-up. With `at_once` it
/// only tells what has come already.
pub(crate) async fn heard(wakeups: &mut Wakeups, clock: &Clock, at_once: bool) -> Vec<Wake> {
    let mut wakes = Vec::new();
    if !at_once {
        wakes.push(tokio::select! {
            wake = wakeups.next() => wake,
            () = clock.sleep(POLL) => Wake::Missed,
        });
    }
    while let Some(wake) = wakeups.next().now_or_never() {
        wakes.push(wake);
    }
    wakes
}

/// The wake-ups of one channel.
#[derive(Debug)]
pub struct Wakeups(broadcast::Receiver<Wake>);

impl Wakeups {
    /// The next wake-up. It waits for ever once the database is closed. Nothing is lost when the wait is dropped.
    pub async fn next(&mut self) -> Wake {
        match self.0.recv().await {
            Ok(wake) => wake,
            Err(broadcast::error::RecvError::Lagged(_)) => Wake::Missed,
            Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
        }
    }
}

type Channels = Arc<Mutex<HashMap<String, broadcast::Sender<Wake>>>>;

pub(super) struct Hub {
    channels: Channels,
    /// The way to other processes.
    others: Option<Others>,
}

struct Others {
    outgoing: Arc<Outgoing>,
    stop: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

/// Wake-ups on their way to other processes, as PostgreSQL passes them on: `<channel> <payload>`.
#[derive(Default)]
struct Outgoing {
    unsent: Mutex<Vec<String>>,
    more: Notify,
}

impl Hub {
    pub(super) fn in_process() -> Self {
        Self { channels: Channels::default(), others: None }
    }

    /// Passes on what PostgreSQL tells, and tells it what is sent here; it connects again for ever.
    pub(super) fn listening(pool: sqlx::PgPool) -> Self {
        let (channels, outgoing, stop) = (Channels::default(), Arc::default(), CancellationToken::new());
        let task = tokio::spawn(talk(pool, Arc::clone(&channels), Arc::clone(&outgoing), stop.clone()));
        let others = Others { outgoing, stop, task: Mutex::new(Some(task)) };
        Self { channels, others: Some(others) }
    }

    pub(super) fn subscribe(&self, channel: &str) -> Wakeups {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = channels.entry(channel.to_owned()).or_insert_with(|| broadcast::Sender::new(BACKLOG));
        Wakeups(sender.subscribe())
    }

    /// Wakes who listens: here at once, in other processes soon.
    pub(super) fn send(&self, channel: &str, payload: &str) {
        tell(&self.channels, channel, payload);
        if let Some(others) = &self.others {
            others.outgoing.push(format!("{channel} {payload}"));
        }
    }

    /// Sends what is unsent and ends.
    pub(super) async fn close(&self) {
        let Some(others) = &self.others else { return };
        others.stop.cancel();
        let task = others.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(mut task) = task
            && tokio::time::timeout(LAST_WORDS, &mut task).await.is_err()
        {
            task.abort();
        }
    }
}

impl Drop for Others {
    fn drop(&mut self) {
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }
}

impl Outgoing {
    fn push(&self, wake: String) {
        let mut unsent = self.unsent.lock().unwrap_or_else(PoisonError::into_inner);
        if unsent.len() < UNSENT && !unsent.contains(&wake) {
            unsent.push(wake);
            self.more.notify_one();
        }
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.unsent.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn tell(channels: &Channels, channel: &str, payload: &str) {
    let channels = channels.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(sender) = channels.get(channel) {
        // Nobody listening is no error.
        let _ = sender.send(Wake::Said(payload.to_owned()));
    }
}

async fn talk(pool: sqlx::PgPool, channels: Channels, outgoing: Arc<Outgoing>, stop: CancellationToken) {
    let mut pause = Duration::from_millis(100);
    loop {
        match talk_until_lost(&pool, &channels, &outgoing, &stop, &mut pause).await {
            Ok(()) if stop.is_cancelled() => return,
            Ok(()) => tracing::warn!("the connection for wake-ups was lost; connecting again"),
            Err(error) => tracing::warn!(%error, "no connection for wake-ups; trying again in {pause:?}"),
        }
        if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
            return;
        }
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}

async fn talk_until_lost(
    pool: &sqlx::PgPool,
    channels: &Channels,
    outgoing: &Outgoing,
    stop: &CancellationToken,
    pause: &mut Duration,
) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.eager_reconnect(false);
    listener.listen(POSTGRES_CHANNEL).await?;
    let (own,): (i32,) = sqlx::query_as("SELECT pg_backend_pid()").fetch_one(&mut listener).await?;
    *pause = Duration::from_millis(100);
    for sender in channels.lock().unwrap_or_else(PoisonError::into_inner).values() {
        let _ = sender.send(Wake::Missed);
    }
    loop {
        let heard = tokio::select! {
            () = stop.cancelled() => return send(&mut listener, outgoing).await,
            () = outgoing.more.notified() => None,
            heard = listener.try_recv() => match heard? {
                Some(heard) => Some(heard),
                None => return Ok(()),
            },
        };
        match heard {
            None => send(&mut listener, outgoing).await?,
            // Those of this process have been told when they were sent.
            Some(heard) if i32::try_from(heard.process_id()) == Ok(own) => {}
            Some(heard) => {
                let (channel, payload) = heard.payload().split_once(' ').unwrap_or((heard.payload(), ""));
                tell(channels, channel, payload);
            }
        }
    }
}

async fn send(listener: &mut PgListener, outgoing: &Outgoing) -> Result<(), sqlx::Error> {
    let wakes = outgoing.take();
    if !wakes.is_empty() {
        let sql = "SELECT pg_notify($1, wake) FROM unnest($2) WITH ORDINALITY AS unsent (wake, place) ORDER BY place";
        sqlx::query(sql).bind(POSTGRES_CHANNEL).bind(wakes).execute(listener).await?;
    }
    Ok(())
}
