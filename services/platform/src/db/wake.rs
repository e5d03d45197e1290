//! Wake-ups: "there is something to do", told when a transaction has committed.
//!
//! A wake-up is a hint, not a message: it may come twice and, after a lost connection, is replaced by [`Wake::Missed`].
//! Whoever waits for one looks at the rows when it comes, and looks now and then without one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use sqlx::postgres::PgListener;
use tokio::sync::broadcast;

use crate::Clock;

/// The one PostgreSQL channel; its payload is `<channel> <payload>`, so that new channels need no new `LISTEN`.
pub(super) const POSTGRES_CHANNEL: &str = "thidua";

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
const POLL: Duration = Duration::from_secs(1);

/// Waits for a wake-up, or for the time to look without one. Wake-ups that came together count as one.
pub(crate) async fn woken(wakeups: &mut Wakeups, clock: &Clock) {
    tokio::select! {
        _ = wakeups.next() => while wakeups.next().now_or_never().is_some() {},
        () = clock.sleep(POLL) => {}
    }
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
    listener: Option<tokio::task::AbortHandle>,
}

impl Hub {
    pub(super) fn in_process() -> Self {
        Self { channels: Channels::default(), listener: None }
    }

    /// Passes on what PostgreSQL tells, and connects again for ever.
    pub(super) fn listening(pool: sqlx::PgPool) -> Self {
        let channels = Channels::default();
        let task = tokio::spawn(receive(pool, Arc::clone(&channels)));
        Self { channels, listener: Some(task.abort_handle()) }
    }

    pub(super) fn subscribe(&self, channel: &str) -> Wakeups {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = channels.entry(channel.to_owned()).or_insert_with(|| broadcast::Sender::new(BACKLOG));
        Wakeups(sender.subscribe())
    }

    pub(super) fn send(&self, channel: &str, payload: &str) {
        tell(&self.channels, channel, payload);
    }

    pub(super) fn stop(&self) {
        if let Some(task) = &self.listener {
            task.abort();
        }
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.stop();
    }
}

fn tell(channels: &Channels, channel: &str, payload: &str) {
    let channels = channels.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(sender) = channels.get(channel) {
        // Nobody listening is no error.
        let _ = sender.send(Wake::Said(payload.to_owned()));
    }
}

async fn receive(pool: sqlx::PgPool, channels: Channels) {
    let mut pause = Duration::from_millis(100);
    loop {
        match receive_until_lost(&pool, &channels, &mut pause).await {
            Ok(()) => tracing::warn!("the connection for wake-ups was lost; connecting again"),
            Err(error) => tracing::warn!(%error, "no connection for wake-ups; trying again in {pause:?}"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}

async fn receive_until_lost(
    pool: &sqlx::PgPool,
    channels: &Channels,
    pause: &mut Duration,
) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.eager_reconnect(false);
    listener.listen(POSTGRES_CHANNEL).await?;
    *pause = Duration::from_millis(100);
    for sender in channels.lock().unwrap_or_else(PoisonError::into_inner).values() {
        let _ = sender.send(Wake::Missed);
    }
    while let Some(notification) = listener.try_recv().await? {
        let (channel, payload) =
            notification.payload().split_once(' ').unwrap_or((notification.payload(), ""));
        tell(channels, channel, payload);
    }
    Ok(())
}
