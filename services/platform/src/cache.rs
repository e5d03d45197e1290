//! A bounded cache of bytes by tenant and key. It is told when something changed; nothing in it grows old by itself.
//!
//! A value that was computed before a change must not come back after it. So a miss gives a [`Miss`], which is what
//! a value is put with: where something was invalidated in between, the put does nothing.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use hashlink::LruCache;
use prost::bytes::Bytes;

use crate::Result;
use crate::ids::TenantId;

/// Where cached values are kept: the memory of this process, or a server that all processes share.
#[async_trait]
pub trait CacheStore: Send + Sync {
    async fn get(&self, tenant: TenantId, key: &str) -> Lookup;
    /// Keeps the value unless its key was invalidated since the miss.
    async fn put(&self, miss: Miss, value: Bytes);
    /// `UNAVAILABLE` when the store cannot be told: what it has may be old then.
    async fn invalidate(&self, tenant: TenantId, key: &str) -> Result<()>;
}

/// What a look into the cache gives.
#[derive(Debug)]
pub enum Lookup {
    Hit(Bytes),
    Miss(Miss),
}

/// The right to fill what was missing.
#[derive(Debug)]
pub struct Miss {
    tenant: TenantId,
    key: String,
    /// What the store compares to see whether something was invalidated since; `None`: it cannot know.
    generation: Option<u64>,
}

impl Miss {
    pub fn new(tenant: TenantId, key: impl Into<String>, generation: u64) -> Self {
        Self { tenant, key: key.into(), generation: Some(generation) }
    }

    /// A miss of which nothing more than that is known: what it is put with is not kept.
    pub fn unfillable(tenant: TenantId, key: impl Into<String>) -> Self {
        Self { tenant, key: key.into(), generation: None }
    }

    /// Whose key is missing since which generation, where it can be filled.
    pub fn fillable(&self) -> Option<(TenantId, &str, u64)> {
        self.generation.map(|generation| (self.tenant, self.key.as_str(), generation))
    }
}

/// A cheap handle on the cache of a service.
#[derive(Clone)]
pub struct Cache {
    store: Arc<dyn CacheStore>,
    lookups: Arc<Lookups>,
}

/// How many looks gave what.
#[derive(Debug, Default)]
pub(crate) struct Lookups {
    hit: AtomicU64,
    miss: AtomicU64,
    /// The store did not answer.
    away: AtomicU64,
}

impl Lookups {
    pub(crate) fn counts(&self) -> [(&'static str, u64); 3] {
        let counts = [("hit", &self.hit), ("miss", &self.miss), ("away", &self.away)];
        counts.map(|(result, count)| (result, count.load(Ordering::Relaxed)))
    }

    fn count(&self, lookup: &Lookup) {
        let counter = match lookup {
            Lookup::Hit(_) => &self.hit,
            Lookup::Miss(miss) if miss.generation.is_some() => &self.miss,
            Lookup::Miss(_) => &self.away,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

impl Cache {
    pub fn new(store: impl CacheStore + 'static) -> Self {
        Self { store: Arc::new(store), lookups: Arc::default() }
    }

    /// A cache in this process that holds at most `max_bytes` of keys and values.
    pub fn in_process(max_bytes: usize) -> Self {
        Self::new(InProcess::new(max_bytes))
    }

    pub async fn get(&self, tenant: TenantId, key: &str) -> Lookup {
        let lookup = self.store.get(tenant, key).await;
        self.lookups.count(&lookup);
        lookup
    }

    pub async fn put(&self, miss: Miss, value: impl Into<Bytes>) {
        self.store.put(miss, value.into()).await;
    }

    /// Call it when the change is committed, not before: else a reader fills in the old value again. After an error it
    /// must be called again, unless readers see by themselves that a value is old.
    pub async fn invalidate(&self, tenant: TenantId, key: &str) -> Result<()> {
        self.store.invalidate(tenant, key).await
    }

    pub(crate) fn lookups(&self) -> Arc<Lookups> {
        Arc::clone(&self.lookups)
    }

    /// The kept value, else the loaded one, which is then kept. Errors are not kept.
    pub async fn get_or_load(
        &self,
        tenant: TenantId,
        key: &str,
        load: impl AsyncFnOnce() -> Result<Bytes>,
    ) -> Result<Bytes> {
        match self.get(tenant, key).await {
            Lookup::Hit(value) => Ok(value),
            Lookup::Miss(miss) => {
                let value = load().await?;
                self.put(miss, value.clone()).await;
                Ok(value)
            }
        }
    }
}

/// What an entry costs beside its key and value: map, list and reference counts, roughly.
const ENTRY_OVERHEAD: usize = 128;

struct InProcess {
    max_bytes: usize,
    state: Mutex<State>,
}

struct State {
    entries: LruCache<(TenantId, String), Bytes>,
    bytes: usize,
    /// Rises with each invalidation of any key: a put whose miss is older is dropped. That drops some that need not
    /// be, costs one computation then, and nothing else has to be remembered.
    generation: u64,
}

impl InProcess {
    fn new(max_bytes: usize) -> Self {
        let state = State { entries: LruCache::new_unbounded(), bytes: 0, generation: 0 };
        Self { max_bytes, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cost(key: &str, value: &Bytes) -> usize {
    ENTRY_OVERHEAD.saturating_add(key.len()).saturating_add(value.len())
}

impl State {
    fn remove(&mut self, slot: &(TenantId, String)) {
        if let Some(old) = self.entries.remove(slot) {
            self.bytes = self.bytes.saturating_sub(cost(&slot.1, &old));
        }
    }
}

#[async_trait]
impl CacheStore for InProcess {
    async fn get(&self, tenant: TenantId, key: &str) -> Lookup {
        let mut state = self.state();
        let slot = (tenant, key.to_owned());
        match state.entries.get(&slot) {
            Some(value) => Lookup::Hit(value.clone()),
            None => Lookup::Miss(Miss::new(tenant, slot.1, state.generation)),
        }
    }

    async fn put(&self, miss: Miss, value: Bytes) {
        let mut state = self.state();
        let cost = cost(&miss.key, &value);
        if miss.generation != Some(state.generation) || cost > self.max_bytes {
            return;
        }
        let slot = (miss.tenant, miss.key);
        state.remove(&slot);
        state.bytes = state.bytes.saturating_add(cost);
        state.entries.insert(slot, value);
        while state.bytes > self.max_bytes
            && let Some((old_slot, old)) = state.entries.remove_lru()
        {
            state.bytes = state.bytes.saturating_sub(self::cost(&old_slot.1, &old));
        }
    }

    async fn invalidate(&self, tenant: TenantId, key: &str) -> Result<()> {
        let mut state = self.state();
        state.generation = state.generation.wrapping_add(1);
        state.remove(&(tenant, key.to_owned()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const A: TenantId = TenantId(Uuid::from_u128(1));
    const B: TenantId = TenantId(Uuid::from_u128(2));

    async fn fill(cache: &Cache, tenant: TenantId, key: &str, value: &'static str) {
        if let Lookup::Miss(miss) = cache.get(tenant, key).await {
            cache.put(miss, value).await;
        }
    }

    async fn look(cache: &Cache, tenant: TenantId, key: &str) -> Option<Bytes> {
        match cache.get(tenant, key).await {
            Lookup::Hit(value) => Some(value),
            Lookup::Miss(_) => None,
        }
    }

    #[tokio::test]
    async fn tenants_do_not_see_each_others_values() {
        let cache = Cache::in_process(10_000);
        fill(&cache, A, "standings", "of a").await;
        assert_eq!(look(&cache, B, "standings").await, None);
        fill(&cache, B, "standings", "of b").await;
        cache.invalidate(A, "standings").await.expect("told");
        assert_eq!(look(&cache, A, "standings").await, None);
        assert_eq!(look(&cache, B, "standings").await.as_deref(), Some(b"of b".as_slice()));
    }

    #[tokio::test]
    async fn what_was_computed_before_a_change_is_not_kept_after_it() {
        let cache = Cache::in_process(10_000);
        let Lookup::Miss(miss) = cache.get(A, "standings").await else { panic!("nothing was put") };
        cache.invalidate(A, "standings").await.expect("told");
        cache.put(miss, "before the change").await;
        assert_eq!(look(&cache, A, "standings").await, None);
    }

    #[tokio::test]
    async fn the_least_used_values_go_when_it_is_full() {
        let cache = Cache::in_process(3 * (ENTRY_OVERHEAD + 2));
        for key in ["1", "2", "3"] {
            fill(&cache, A, key, "x").await;
        }
        look(&cache, A, "1").await;
        fill(&cache, A, "4", "x").await;
        assert_eq!(look(&cache, A, "2").await, None);
        for key in ["1", "3", "4"] {
            assert!(look(&cache, A, key).await.is_some(), "{key} is kept");
        }
    }

    #[tokio::test]
    async fn a_failed_load_is_tried_again_and_each_look_counts() {
        let cache = Cache::in_process(10_000);
        let failed = cache.get_or_load(A, "k", async || Err(crate::Error::internal("no"))).await;
        assert!(failed.is_err());
        let value = cache.get_or_load(A, "k", async || Ok(Bytes::from("v"))).await;
        assert_eq!(value.ok(), Some(Bytes::from("v")));
        look(&cache, A, "k").await;
        assert_eq!(cache.lookups().counts(), [("hit", 1), ("miss", 2), ("away", 0)]);
    }
}
