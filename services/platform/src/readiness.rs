//! What a process still lacks before it can serve, by name: `/readyz` and the gRPC health service tell it.

use std::collections::BTreeMap;

use tokio::sync::watch;

/// Everything that must be ready. Clones share it.
#[derive(Clone, Debug)]
pub struct Readiness(watch::Sender<Missing>);

/// Name → what is missing. What is ready is not in it.
pub type Missing = BTreeMap<String, String>;

impl Default for Readiness {
    fn default() -> Self {
        Self(watch::Sender::new(Missing::new()))
    }
}

impl Readiness {
    /// One more thing, which is not ready until its gate says so.
    pub fn gate(&self, name: impl Into<String>) -> Gate {
        let gate = Gate { name: name.into(), all: self.clone() };
        gate.not_ready("starting");
        gate
    }

    /// What is missing now; empty when the process can serve.
    pub fn missing(&self) -> Missing {
        self.0.borrow().clone()
    }

    pub fn is_ready(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Waits until nothing is missing.
    pub async fn ready(&self) {
        // The sender lives in self, so the wait cannot end for want of one.
        let _ = self.0.subscribe().wait_for(Missing::is_empty).await;
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Missing> {
        self.0.subscribe()
    }
}

/// The state of one thing that must be ready.
#[derive(Clone, Debug)]
pub struct Gate {
    name: String,
    all: Readiness,
}

impl Gate {
    pub fn ready(&self) {
        self.all.0.send_modify(|missing| drop(missing.remove(&self.name)));
    }

    /// Says what is missing, such as `migration 0007_ballots is not applied`.
    pub fn not_ready(&self, reason: impl Into<String>) {
        self.all.0.send_modify(|missing| drop(missing.insert(self.name.clone(), reason.into())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_is_ready_when_every_gate_is_and_says_which_is_not() {
        let readiness = Readiness::default();
        let (database, keys) = (readiness.gate("scoring database"), readiness.gate("keys"));
        database.not_ready("migration 7 is not applied");
        keys.ready();
        let expected = ("scoring database".to_owned(), "migration 7 is not applied".to_owned());
        assert_eq!(readiness.missing(), BTreeMap::from([expected]));
        database.ready();
        readiness.ready().await;
        assert!(readiness.is_ready());
    }
}
