//! Waiting for a condition, never for a time.

use std::time::Duration;

/// So long a condition may take on a busy machine before the test has failed.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Looks until `ready` gives something.
pub async fn eventually<T>(what: &str, ready: impl AsyncFn() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = ready().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("it never came true that {what}"))
}

/// Looks until `ready`, and moves the clock on by a second between the looks: what waits for its poll goes on.
pub async fn as_time_passes<T>(
    time: &platform::clock::ManualClock,
    what: &str,
    ready: impl AsyncFn() -> Option<T>,
) -> T {
    eventually(what, async || {
        let found = ready().await;
        if found.is_none() {
            time.advance(Duration::from_secs(1));
        }
        found
    })
    .await
}
