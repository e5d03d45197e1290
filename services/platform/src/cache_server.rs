//! Redis: what the processes of a platform keep in common for a while. Nothing in it is the truth; when it is away,
//! everything goes on, slower.
//!
//! It serves three seams: the cache of answers ([`CacheServer::cache`]), the live news of jobs ([`CacheServer::feed`])
//! and the count of calls ([`CacheServer::rate`]).

mod feed;
mod rate;
mod store;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError};

pub use feed::SharedFeed;
pub(crate) use rate::SharedRate;

use crate::cache::Cache;
use crate::clock::{Clock, Timestamp};
use crate::config::{self, without_password};
use crate::error::{Error, Result};
use crate::random::Random;

/// One command takes no longer: a cache that is slower than the database is none.
const ANSWER_LIMIT: Duration = Duration::from_millis(250);

const CONNECT_LIMIT: Duration = Duration::from_millis(500);

/// After a failure it is let alone for so long, so that not every call waits for it.
const PAUSE: Duration = Duration::from_millis(500);

/// The server. A cheap handle; all clones share its connection.
#[derive(Clone)]
pub struct CacheServer {
    client: Client,
    connection: ConnectionManager,
    prefix: Arc<str>,
    clock: Clock,
    random: Random,
    /// Until when it is let alone, in microseconds since 1970; 0 while it answers.
    away_until: Arc<AtomicI64>,
}

impl fmt::Debug for CacheServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cache server with prefix {}", self.prefix)
    }
}

/// The server did not answer; what was asked may or may not have happened.
#[derive(Debug)]
struct Away;

impl CacheServer {
    /// The configured server. It is connected to with the first use and again whenever the connection was lost.
    pub fn open(config: &config::Cache, clock: Clock, random: Random) -> Result<Self> {
        let url = config.url.as_ref().map(config::Secret::reveal).unwrap_or_default();
        let fault = |error: RedisError| {
            let message =
                format!("cache.url {:?} is no URL of a Redis server: {error}", without_password(url));
            Error::precondition("CONFIGURATION_INVALID", message)
        };
        let client = Client::open(url).map_err(fault)?;
        let settings = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(CONNECT_LIMIT))
            .set_response_timeout(Some(ANSWER_LIMIT))
            .set_number_of_retries(0);
        let connection = ConnectionManager::new_lazy_with_config(client.clone(), settings).map_err(fault)?;
        let prefix = config.prefix.as_str().into();
        Ok(Self { client, connection, prefix, clock, random, away_until: Arc::default() })
    }

    /// The cache of a service, shared by all its processes.
    pub fn cache(&self, service: &'static str) -> Cache {
        Cache::new(store::SharedStore::new(self.clone(), service))
    }

    /// The news of a service's jobs, in all its processes. [`SharedFeed::run`] carries them.
    pub fn feed(&self, service: &'static str) -> SharedFeed {
        SharedFeed::new(self.clone(), service)
    }

    /// The count of calls to a service, in all its processes.
    pub(crate) fn rate(&self, service: &'static str) -> SharedRate {
        SharedRate::new(self.clone(), service)
    }

    /// Asks the server, unless it failed a moment ago.
    async fn ask<T>(
        &self,
        command: impl AsyncFnOnce(&mut ConnectionManager) -> redis::RedisResult<T>,
    ) -> Result<T, Away> {
        let now = self.clock.now();
        let away_until = self.away_until.load(Ordering::Relaxed);
        if now < Timestamp::from_micros(away_until) {
            return Err(Away);
        }
        match command(&mut self.connection.clone()).await {
            Ok(answer) => {
                if away_until != 0 && self.away_until.swap(0, Ordering::Relaxed) != 0 {
                    tracing::info!("the cache server answers again");
                }
                Ok(answer)
            }
            Err(error) => {
                if self.away_until.swap(now.plus(PAUSE).micros(), Ordering::Relaxed) == 0 {
                    tracing::warn!(%error, "the cache server does not answer: everything is computed anew");
                }
                Err(Away)
            }
        }
    }
}
