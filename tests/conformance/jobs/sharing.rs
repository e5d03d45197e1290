//! Workers of several processes share a lane.

use std::time::Duration;

use platform::db::Backend;
use platform::jobs::{Lane, State};

use super::bench::{Bench, Process};
use super::probe::{Act, Migrator, Probe};
use crate::support::ground::{Ground, with_database};
use crate::support::rabbitmq::Rabbit;

/// A worker that is busy holds no message back from one that is free.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_waits_behind_a_busy_worker() {
    let scenario = async |ground: &Ground| {
        let slots = Lane::ALL.map(|lane| (lane, 1));
        let rabbit = Rabbit::start(&["probe_jobs"]);
        let other = rabbit.another();
        let here = Bench::new(ground).await.with_hand_off(rabbit.broker.hand_off("probe_jobs", &slots));
        here.hand_off.publish(Lane::Fast, &[]).await.expect("the queues are made");
        let there = here.with_hand_off(other.hand_off("probe_jobs", &slots));
        let leading = here.start(1);
        let working = Process::new(there.system(), &there.db);
        working.work(1);

        let busy = here.enqueue(here.north, Probe::new("busy", Act::Deaf)).await;
        here.stage.began("busy", 1).await;
        let mut others = Vec::new();
        for number in 0..6 {
            others.push(here.enqueue(here.north, Probe::new(&number.to_string(), Act::Mark)).await);
        }
        for job in others {
            here.until(job, State::Succeeded).await;
        }
        here.stage.cue("busy");
        here.until(busy, State::Succeeded).await;
        leading.stop().await;
        working.stop().await;
        other.close().await;
        rabbit.end().await;
    };
    let scenario = async |ground: &Ground| {
        tokio::time::timeout(Duration::from_secs(120), scenario(ground))
            .await
            .expect("the scenario ends in time");
    };
    with_database(Backend::Postgres, "probe_jobs", Migrator, scenario).await;
}
