//! Calls a minute, counted for all processes together.

use std::sync::LazyLock;
use std::time::Duration;

use redis::Script;

use super::CacheServer;
use crate::Timestamp;
use crate::ids::TenantId;

/// KEYS the bucket: when it will be full again; ARGV now, what one call costs, how much the bucket holds, all in
/// microseconds. The microseconds to wait, or 0.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local full = tonumber(redis.call('GET', KEYS[1]) or '0')
         local now, each, room = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
         if full < now then full = now end
         local after = full + each
         if after - now > room then return string.format('%.0f', after - now - room) end
         redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000) + 1)
         return '0'",
    )
});

/// The buckets of a service's tenants.
#[derive(Clone, Debug)]
pub(crate) struct SharedRate {
    server: CacheServer,
    service: &'static str,
}

impl SharedRate {
    pub(super) fn new(server: CacheServer, service: &'static str) -> Self {
        Self { server, service }
    }

    /// Takes one call out of the tenant's bucket, or tells how long it takes to the next one; `None` when the server is
    /// away and nothing was counted.
    pub(crate) async fn take(
        &self,
        tenant: TenantId,
        each: Duration,
        room: Duration,
        now: Timestamp,
    ) -> Option<Result<(), Duration>> {
        let micros = |duration: Duration| u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let asked = async |connection: &mut _| -> redis::RedisResult<u64> {
            let mut script = TAKE.prepare_invoke();
            script.key(format!("{}:{}:{{{tenant}}}:calls", self.server.prefix, self.service));
            script.arg(now.micros()).arg(micros(each)).arg(micros(room));
            script.invoke_async(connection).await
        };
        match self.server.ask(asked).await.ok()? {
            0 => Some(Ok(())),
            wait => Some(Err(Duration::from_micros(wait))),
        }
    }
}
