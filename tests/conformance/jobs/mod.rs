//! The job system keeps its promises, on both databases alike. Time is a manual clock.

pub mod bench;
mod calling;
mod cancelling;
mod enqueueing;
mod fairness;
mod leading;
pub mod probe;
mod recovery;
mod retention;
mod running;
mod scheduling;
mod sharing;
mod together;
mod watching;

/// Runs each scenario, an `async fn(&Bench)`, on SQLite and on PostgreSQL, and on PostgreSQL with RabbitMQ as the hand-off.
macro_rules! on_both_databases {
    ($($scenario:ident),+ $(,)?) => {
        mod over_rabbitmq {
            use platform::db::Backend;
            use $crate::conformance::jobs::bench::Bench;
            use $crate::conformance::jobs::probe::Migrator;
            use $crate::support::ground::{Ground, with_database};
            use $crate::support::rabbitmq::Rabbit;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $scenario() {
                let scenario = async |ground: &Ground| {
                    let rabbit = Rabbit::start(&["probe_jobs"]);
                    let slots = platform::jobs::Lane::ALL.map(|lane| (lane, 4));
                    let hand_off = rabbit.broker.hand_off("probe_jobs", &slots);
                    // The manual clock does not wait for the broker.
                    let made = hand_off.publish(platform::jobs::Lane::Fast, &[]).await;
                    made.expect("the queues are made");
                    let bench = Bench::new(ground).await.with_hand_off(hand_off);
                    let scenario = super::$scenario(&bench);
                    let limit = std::time::Duration::from_secs(120);
                    tokio::time::timeout(limit, scenario).await.expect("the scenario ends in time");
                    rabbit.end().await;
                };
                with_database(Backend::Postgres, "probe_jobs", Migrator, scenario).await;
            })+
        }

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
