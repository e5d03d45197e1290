//! The connection of the process, made again whenever it is lost.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection, ConnectionProperties, Event};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::away;
use crate::error::Result;
use crate::random::Random;
use crate::readiness::Gate;

const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// The first pause between two attempts to connect; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long something waits for a connection before it is told that there is none.
const PATIENCE: Duration = Duration::from_secs(10);

/// A silent connection is found dead after so many seconds.
const HEARTBEAT: u16 = 10;

/// A cheap handle on the process's connection.
#[derive(Clone)]
pub(super) struct Link(Arc<Inner>);

struct Inner {
    live: watch::Sender<Option<Live>>,
    /// Somebody met an error: the connection is looked at.
    suspected: Notify,
    stop: CancellationToken,
}

/// One connection, from when it was made to its loss.
#[derive(Clone)]
pub(super) struct Live {
    connection: Arc<Connection>,
    /// Different for each.
    pub(super) generation: u64,
}

impl Live {
    pub(super) async fn channel(&self) -> lapin::Result<Channel> {
        self.connection.create_channel().await
    }
}

impl Link {
    pub(super) fn open(uri: AMQPUri, process: String, random: Random, gate: Gate) -> Self {
        let (live, suspected, stop) = (watch::Sender::default(), Notify::new(), CancellationToken::new());
        let link = Self(Arc::new(Inner { live, suspected, stop }));
        gate.not_ready("the broker is not connected to yet");
        tokio::spawn(keep(Arc::clone(&link.0), uri, process, random, gate));
        link
    }

    /// The present connection; waits for one.
    pub(super) async fn live(&self) -> Live {
        let mut live = self.0.live.subscribe();
        loop {
            if let Some(live) = live.borrow_and_update().clone() {
                return live;
            }
            // The sender lives as long as this handle.
            if live.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// The present connection; `UNAVAILABLE` when there is none for a while.
    pub(super) async fn live_soon(&self) -> Result<Live> {
        let waited = tokio::time::timeout(PATIENCE, self.live()).await;
        waited.map_err(|_| away("there is no connection"))
    }

    /// Something failed on a connection: it may be lost.
    pub(super) fn suspect(&self) {
        self.0.suspected.notify_one();
    }

    pub(super) async fn close(&self) {
        self.0.stop.cancel();
        let live = self.0.live.send_replace(None);
        if let Some(live) = live {
            let closed = live.connection.close(200, "the process ends".into());
            let _ = tokio::time::timeout(CONNECT_LIMIT, closed).await;
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Connects for ever, until told to stop or nobody has the link any more.
async fn keep(link: Arc<Inner>, uri: AMQPUri, process: String, random: Random, gate: Gate) {
    let stop = link.stop.clone();
    // The task must not keep the link alive: it ends with the last handle.
    let link = Arc::downgrade(&{ link });
    let work = async {
        let (mut pause, mut generation) = (FIRST_PAUSE, 0);
        loop {
            match connect(&uri, &process).await {
                Ok(connection) => {
                    pause = FIRST_PAUSE;
                    generation += 1;
                    let mut events = Box::pin(connection.events_listener());
                    let live = Live { connection: Arc::new(connection), generation };
                    let Some(link) = link.upgrade() else { return };
                    link.live.send_replace(Some(live.clone()));
                    gate.ready();
                    tracing::info!("the broker is connected to");
                    let suspected = async {
                        loop {
                            link.suspected.notified().await;
                            if !live.connection.status().connected() {
                                return "it is not connected any more".to_owned();
                            }
                        }
                    };
                    let ended = async {
                        loop {
                            match events.next().await {
                                // One of a channel is its user's matter.
                                Some(Event::Error(error)) if !live.connection.status().connected() => {
                                    return error.to_string();
                                }
                                Some(Event::ConnectionBlocked(reason)) => {
                                    tracing::warn!(reason, "the broker takes nothing at present");
                                }
                                Some(_) => {}
                                None => return "it has ended".to_owned(),
                            }
                        }
                    };
                    let cause = tokio::select! { cause = suspected => cause, cause = ended => cause };
                    // The gate stays open: calls are answered without the broker, and what they leave to do waits in rows.
                    tracing::warn!(cause, "the broker is lost; connecting again");
                    link.live.send_replace(None);
                }
                Err(error) => {
                    tracing::warn!(error, "the broker cannot be connected to; trying again");
                    if generation == 0 {
                        gate.not_ready(format!("the broker cannot be connected to: {error}"));
                    }
                }
            }
            tokio::time::sleep(random.jitter(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    };
    stop.run_until_cancelled(work).await;
}

async fn connect(uri: &AMQPUri, process: &str) -> Result<Connection, String> {
    let mut uri = uri.clone();
    uri.query.heartbeat.get_or_insert(HEARTBEAT);
    let properties = ConnectionProperties::default().with_connection_name(process.into());
    match tokio::time::timeout(CONNECT_LIMIT, Connection::connect_uri(uri, properties)).await {
        Ok(connected) => connected.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} s", CONNECT_LIMIT.as_secs())),
    }
}
