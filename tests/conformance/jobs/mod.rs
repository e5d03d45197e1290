//! The job system keeps its promises, on both databases alike. Time is a manual clock.

mod bench;
mod calling;
mod cancelling;
mod enqueueing;
mod fairness;
mod leading;
mod probe;
mod recovery;
mod retention;
mod running;
mod scheduling;
mod watching;

/// Runs each scenario, an `async fn(&Bench)`, on SQLite and on PostgreSQL.
macro_rules! on_both_databases {
    ($($scenario:ident),+ $(,)?) => {
        mod on {
            $(pub async fn $scenario(ground: &$crate::support::ground::Ground) {
                let bench = super::super::bench::Bench::new(ground).await;
                let scenario = super::$scenario(&bench);
                // What is waited for in vain fails the test instead of holding it up.
                let limit = std::time::Duration::from_secs(120);
                tokio::time::timeout(limit, scenario).await.expect("the scenario ends in time");
            })+

            use super::super::probe::Migrator;
            $crate::support::ground::on_both_backends!("probe_jobs", Migrator => $($scenario),+);
        }
    };
}

use on_both_databases;
