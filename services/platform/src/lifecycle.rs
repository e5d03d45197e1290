//! How a process lives and ends: named tasks, a soft stop (take nothing new, finish what runs), a hard stop when
//! that takes too long, and an early end when a task fails or panics.

use std::any::Any;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;

/// The tasks of one process or one test. Clones are handles on the same life.
#[derive(Clone)]
pub struct Lifecycle {
    clock: Clock,
    soft: CancellationToken,
    hard: CancellationToken,
    tasks: TaskTracker,
    failure: Arc<Mutex<Option<TaskFailure>>>,
}

/// The first task that ended with an error or a panic, and with which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskFailure {
    pub task: String,
    pub reason: String,
}

impl fmt::Display for TaskFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {} failed: {}", self.task, self.reason)
    }
}

impl std::error::Error for TaskFailure {}

/// How a life ended when no task failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every task finished by itself.
    Drained,
    /// The limit passed; what still ran was cut off.
    CutOff,
}

impl Lifecycle {
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            soft: CancellationToken::new(),
            hard: CancellationToken::new(),
            tasks: TaskTracker::new(),
            failure: Arc::default(),
        }
    }

    /// Runs `work` until it ends or the hard stop drops it. An error or a panic stops the whole life softly.
    pub fn spawn<E>(
        &self,
        task: impl Into<String>,
        work: impl Future<Output = Result<(), E>> + Send + 'static,
    ) where
        E: fmt::Display + Send,
    {
        let (task, life) = (task.into(), self.clone());
        self.tasks.spawn(async move {
            let ended = tokio::select! {
                biased;
                () = life.hard.cancelled() => return,
                ended = AssertUnwindSafe(work).catch_unwind() => ended,
            };
            match ended {
                Ok(Ok(())) => {}
                Ok(Err(error)) => life.fail(task, error.to_string()),
                Err(panic) => life.fail(task, format!("panicked: {}", panic_text(&*panic))),
            }
        });
    }

    /// Cancelled at the soft stop: take nothing new, finish what runs, end.
    pub fn stopping(&self) -> CancellationToken {
        self.soft.clone()
    }

    /// Begins the soft stop.
    pub fn stop(&self) {
        self.soft.cancel();
    }

    /// Begins the soft stop at SIGTERM or SIGINT, and the hard stop at the second of them.
    pub fn stop_on_signals(&self) -> std::io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let life = self.clone();
        // Not one of the tasks: it need not end before the life does.
        tokio::spawn(async move {
            for stop in [&life.soft, &life.hard] {
                let name = tokio::select! {
                    _ = terminate.recv() => "SIGTERM",
                    _ = interrupt.recv() => "SIGINT",
                };
                tracing::info!(signal = name, "stopping");
                stop.cancel();
            }
        });
        Ok(())
    }

    /// Waits for the soft stop, then for the tasks, at most `limit`; then cuts off what still runs.
    pub async fn ended(&self, limit: Duration) -> Result<Ended, TaskFailure> {
        self.soft.cancelled().await;
        self.tasks.close();
        let drained = tokio::select! {
            biased;
            () = self.tasks.wait() => true,
            () = self.hard.cancelled() => false,
            () = self.clock.sleep(limit) => false,
        };
        self.hard.cancel();
        self.tasks.wait().await;
        match self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            Some(failure) => Err(failure),
            None if drained => Ok(Ended::Drained),
            None => Ok(Ended::CutOff),
        }
    }

    fn fail(&self, task: String, reason: String) {
        tracing::error!(task, reason, "a task failed; stopping");
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(TaskFailure { task, reason });
        self.soft.cancel();
    }
}

/// What a panic said.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("(no text)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use std::convert::Infallible;

    const LIMIT: Duration = Duration::from_secs(25);

    #[tokio::test]
    async fn a_soft_stop_lets_tasks_finish() {
        let life = Lifecycle::new(Clock::system());
        let stopping = life.stopping();
        life.spawn("worker", async move {
            stopping.cancelled().await;
            Ok::<_, Infallible>(())
        });
        life.stop();
        assert_eq!(life.ended(LIMIT).await, Ok(Ended::Drained));
    }

    #[tokio::test]
    async fn what_does_not_finish_in_time_is_cut_off() {
        let hand = Clock::manual(Timestamp::from_micros(0));
        let life = Lifecycle::new(hand.clock());
        life.spawn("deaf", std::future::pending::<Result<(), Infallible>>());
        life.stop();
        let ended = tokio::spawn({
            let life = life.clone();
            async move { life.ended(LIMIT).await }
        });
        while life.tasks.is_closed() == ended.is_finished() {
            tokio::task::yield_now().await;
        }
        assert!(!ended.is_finished());
        // The sleeper may not have begun yet, so the clock is moved until it ends.
        while !ended.is_finished() {
            hand.advance(LIMIT);
            tokio::task::yield_now().await;
        }
        assert_eq!(ended.await.expect("joined"), Ok(Ended::CutOff));
    }

    #[tokio::test]
    async fn a_panic_or_an_error_of_one_task_stops_all_and_is_named() {
        let life = Lifecycle::new(Clock::system());
        life.spawn::<Infallible>("relay", async { panic!("the row {} is gone", 7) });
        let failure = life.ended(LIMIT).await.expect_err("failed");
        assert_eq!(failure.to_string(), "task relay failed: panicked: the row 7 is gone");

        let life = Lifecycle::new(Clock::system());
        life.spawn("dispatcher", async { Err("database lost") });
        let failure = life.ended(LIMIT).await.expect_err("failed");
        assert_eq!(failure.to_string(), "task dispatcher failed: database lost");
    }
}
