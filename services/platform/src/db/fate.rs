//! What became of the transactions of one call: whether its work was undone by something that passes, so that it may be
//! done again from the beginning.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

tokio::task_local! {
    static CURRENT: Fate;
}

/// The fate of a call's transactions. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fate(Arc<Facts>);

#[derive(Debug, Default)]
struct Facts {
    /// A transaction was rolled back for a lost connection, a deadlock or the like.
    undone: AtomicBool,
    /// Something was committed, or may have been.
    kept: AtomicBool,
}

impl Fate {
    /// Runs `work`, whose transactions tell their fate here.
    pub(crate) async fn scope<T>(&self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self.clone(), work).await
    }

    /// The work may be done again: what it began was rolled back for a reason that passes, and nothing else of it stays.
    pub(crate) fn may_be_done_again(&self) -> bool {
        self.0.undone.load(Ordering::Acquire) && !self.0.kept.load(Ordering::Acquire)
    }
}

pub(super) fn undone() {
    let _ = CURRENT.try_with(|fate| fate.0.undone.store(true, Ordering::Release));
}

pub(super) fn kept() {
    let _ = CURRENT.try_with(|fate| fate.0.kept.store(true, Ordering::Release));
}
