use std::time::Duration;

use crate::clock::{Clock, Timestamp};
use crate::config::Secret;
use crate::trace::{self, Trace};

tokio::task_local! {
    static CURRENT: Call;
}

/// What a running call hands on to those that it makes in turn. It belongs to the task: a task that the handler
/// spawns does not have it.
#[derive(Clone, Debug)]
pub struct Call {
    /// When the caller no longer waits.
    pub(super) deadline: Option<Timestamp>,
    /// The token of the caller, for calls in the caller's name.
    pub(super) bearer: Option<Secret>,
    pub(super) trace: Trace,
    /// Nothing of its request may be logged.
    pub(super) secret: bool,
}

/// Whether this task runs in a call of whose request nothing may be logged.
pub(crate) fn in_secret() -> bool {
    CURRENT.try_with(|call| call.secret).unwrap_or(false)
}

impl Call {
    /// The call in which this task runs.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs `work` as part of this call.
    pub(super) async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        let trace = self.trace.clone();
        CURRENT.scope(self, trace::within(trace, work)).await
    }

    /// Runs `work`, which does not wait, as part of this call.
    pub(super) fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self.clone(), || trace::enter(self.trace.clone(), work))
    }

    /// The time left, zero when it is over; `None` when there is no deadline.
    pub fn remaining(&self, clock: &Clock) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.since(clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrecy_belongs_to_the_call() {
        let call = |secret| Call { deadline: None, bearer: None, trace: Trace::default(), secret };
        assert!(call(true).enter(in_secret));
        assert!(!call(false).enter(in_secret));
        assert!(!in_secret());
    }
}
