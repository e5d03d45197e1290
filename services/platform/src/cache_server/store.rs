//! The cache of a service in Redis.
//!
//! A value that was computed before a change must not come back after it: each tenant has a generation, a random number
//! that every invalidation replaces, and a value is only put while the generation is that of its miss.

use std::sync::LazyLock;
use std::time::Duration;

use async_trait::async_trait;
use prost::bytes::Bytes;
use redis::Script;

use super::CacheServer;
use crate::cache::{CacheStore, Lookup, Miss};
use crate::error::{Error, Result};
use crate::ids::TenantId;

/// Nothing is kept longer: a bound on what nobody reads any more. Values are invalidated when they change, not by age.
const KEEP: Duration = Duration::from_secs(3600);

/// A generation outlives every value that was put in it, and every miss that waits to be filled.
const KEEP_GENERATION: Duration = Duration::from_secs(2 * 3600);

/// KEYS value, generation; ARGV a number for a generation that is not there, seconds to keep it. The value or false, and
/// the generation.
static GET: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local value = redis.call('GET', KEYS[1])
         if value then return {value, ''} end
         redis.call('SET', KEYS[2], ARGV[1], 'NX', 'EX', ARGV[2])
         return {false, redis.call('GET', KEYS[2])}",
    )
});

/// KEYS value, generation; ARGV the value, the miss's generation, seconds to keep.
static PUT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[2]) == ARGV[2] then redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3]) end",
    )
});

/// KEYS generation, and the value if one is meant; ARGV the new generation, seconds to keep it.
static INVALIDATE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
         if KEYS[2] then redis.call('DEL', KEYS[2]) end",
    )
});

pub(super) struct SharedStore {
    server: CacheServer,
    service: &'static str,
}

impl SharedStore {
    pub(super) fn new(server: CacheServer, service: &'static str) -> Self {
        Self { server, service }
    }

    /// All keys of a tenant have one hash tag, so that scripts over several of them also run on a cluster.
    fn key(&self, tenant: TenantId, kind: &str, key: &str) -> String {
        format!("{}:{}:{{{tenant}}}:{kind}:{key}", self.server.prefix, self.service)
    }

    fn generation(&self) -> u64 {
        u64::from_le_bytes(self.server.random.bytes())
    }
}

#[async_trait]
impl CacheStore for SharedStore {
    async fn get(&self, tenant: TenantId, key: &str) -> Lookup {
        let asked = async |connection: &mut _| -> redis::RedisResult<(Option<Vec<u8>>, String)> {
            let mut script = GET.prepare_invoke();
            script.key(self.key(tenant, "value", key)).key(self.key(tenant, "generation", ""));
            script.arg(self.generation()).arg(KEEP_GENERATION.as_secs());
            script.invoke_async(connection).await
        };
        match self.server.ask(asked).await {
            Ok((Some(value), _)) => Lookup::Hit(value.into()),
            Ok((None, generation)) => match generation.parse() {
                Ok(generation) => Lookup::Miss(Miss::new(tenant, key, generation)),
                Err(_) => Lookup::Miss(Miss::unfillable(tenant, key)),
            },
            // Whoever computes the value does not know what changes meanwhile.
            Err(_) => Lookup::Miss(Miss::unfillable(tenant, key)),
        }
    }

    async fn put(&self, miss: Miss, value: Bytes) {
        let Some((tenant, key, generation)) = miss.fillable() else { return };
        let put = async |connection: &mut _| -> redis::RedisResult<()> {
            let mut script = PUT.prepare_invoke();
            script.key(self.key(tenant, "value", key)).key(self.key(tenant, "generation", ""));
            script.arg(value.as_ref()).arg(generation).arg(KEEP.as_secs());
            script.invoke_async(connection).await
        };
        // What is not kept is computed again.
        let _ = self.server.ask(put).await;
    }

    async fn invalidate(&self, tenant: TenantId, key: &str) -> Result<()> {
        let told = async |connection: &mut _| -> redis::RedisResult<()> {
            let mut script = INVALIDATE.prepare_invoke();
            script.key(self.key(tenant, "generation", "")).key(self.key(tenant, "value", key));
            script.arg(self.generation()).arg(KEEP_GENERATION.as_secs());
            script.invoke_async(connection).await
        };
        self.server.ask(told).await.map_err(|_| {
            Error::unavailable("the cache cannot be told of a change: try again", "the cache server is away")
        })
    }
}
