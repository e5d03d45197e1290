//! What is published reaches the exchange if and only if its change was committed, in the order of the commits.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use platform::events::Relay;
use platform::ids::TenantId;
use platform::trace::{self, Trace};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Set};
use tokio::sync::Semaphore;
use tokio_util::task::AbortOnDropHandle;

use crate::support::events::{ParcelSent, Recorder, label, run, send};
use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe::{self, books};
use crate::support::wait::{as_time_passes, eventually};

on_both_backends!("probe", probe::Migrator =>
    an_event_carries_what_its_receiver_needs,
    a_change_that_was_rolled_back_publishes_nothing,
    a_crash_between_commit_and_publication_loses_nothing,
    a_crash_before_the_mark_publishes_again,
    an_exchange_that_was_away_gets_everything_in_order,
    a_lost_wake_up_delays_an_event_and_does_not_lose_it,
    numbers_have_the_order_of_commits,
    long_queues_are_published_in_order,
    a_system_transaction_publishes_for_a_tenant,
);

fn relay(ground: &Ground, exchange: &Arc<Recorder>) -> AbortOnDropHandle<()> {
    let relay = Relay::new(ground.db.clone(), Arc::<Recorder>::clone(exchange), ground.time.clock());
    run(|stop| async move { relay.run(stop).await })
}

async fn published(exchange: &Recorder, count: usize) -> Vec<String> {
    eventually("the events are published", async || (exchange.len() >= count).then(|| exchange.labels()))
        .await
}

async fn an_event_carries_what_its_receiver_needs(ground: &Ground) {
    let exchange = Arc::new(Recorder::default());
    let _relay = relay(ground, &exchange);
    let member = ground.member(ground.tenant());
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    trace::within(Trace::parse(trace), send(ground, &member, &["a"])).await;
    published(&exchange, 1).await;
    let event = exchange.events.lock().expect("no panic")[0].clone();
    assert_eq!(event.tenant, member.tenant_id());
    assert_eq!((event.source.as_str(), event.sequence), ("probe", 1));
    assert_eq!(event.topic, "thidua.probe.v1.ParcelSent");
    assert_eq!(event.trace, trace);
    assert_eq!(event.created_at, ground.time.clock().now());
    assert_eq!(label(&event), "a");
}

async fn a_change_that_was_rolled_back_publishes_nothing(ground: &Ground) {
    let exchange = Arc::new(Recorder::default());
    let _relay = relay(ground, &exchange);
    let member = ground.member(ground.tenant());
    let tx = ground.db.write(&member).await.expect("a transaction");
    tx.publish(&ParcelSent { label: "rolled back".into() });
    drop(tx);
    send(ground, &member, &["committed"]).await;
    assert_eq!(published(&exchange, 1).await, ["committed"]);
    let event = exchange.events.lock().expect("no panic")[0].clone();
    assert_eq!(event.sequence, 1, "no number was lost");
}

async fn a_crash_between_commit_and_publication_loses_nothing(ground: &Ground) {
    let member = ground.member(ground.tenant());
    // Nobody relays: the process died after the commits.
    send(ground, &member, &["a", "b"]).await;
    let exchange = Arc::new(Recorder::default());
    let _relay = relay(ground, &exchange);
    assert_eq!(published(&exchange, 2).await, ["a", "b"]);
}

async fn a_crash_before_the_mark_publishes_again(ground: &Ground) {
    let member = ground.member(ground.tenant());
    send(ground, &member, &["a"]).await;
    let exchange = Arc::new(Recorder { confirmations: Some(Semaphore::new(0)), ..Recorder::default() });
    let first = relay(ground, &exchange);
    published(&exchange, 1).await;
    // It has the event and has not confirmed it when the relay dies.
    drop(first);
    let _second = relay(ground, &exchange);
    assert_eq!(published(&exchange, 2).await, ["a", "a"]);
    let events = exchange.events.lock().expect("no panic").clone();
    assert_eq!(events[0], events[1], "a duplicate can be told by its id");
}

async fn an_exchange_that_was_away_gets_everything_in_order(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let exchange = Arc::new(Recorder::default());
    exchange.refusals.store(3, Ordering::SeqCst);
    let _relay = relay(ground, &exchange);
    send(ground, &member, &["a", "b", "c"]).await;
    let labels = as_time_passes(&ground.time, "all are published", async || {
        (exchange.len() >= 3).then(|| exchange.labels())
    });
    assert_eq!(labels.await, ["a", "b", "c"]);
}

async fn a_lost_wake_up_delays_an_event_and_does_not_lose_it(ground: &Ground) {
    let exchange = Arc::new(Recorder::default());
    // The relay listens on a handle of its own, which no transaction of this process wakes on SQLite.
    let other = ground.reopened().await;
    let relay = Relay::new(other.clone(), Arc::<Recorder>::clone(&exchange), ground.time.clock());
    let relay = run(|stop| async move { relay.run(stop).await });
    send(ground, &ground.member(ground.tenant()), &["a"]).await;
    as_time_passes(&ground.time, "it is published", async || (exchange.len() == 1).then_some(())).await;
    drop(relay);
    other.close().await;
}

async fn numbers_have_the_order_of_commits(ground: &Ground) {
    let exchange = Arc::new(Recorder::default());
    let _relay = relay(ground, &exchange);
    let members = [ground.member(ground.tenant()), ground.member(ground.tenant())];
    let book_id = ground.ids.next();
    for member in &members {
        let tx = ground.db.write(member).await.expect("a transaction");
        let row = books::ActiveModel {
            book_id: Set(book_id),
            code: Set("counter".into()),
            pages: Set(0),
            remark: Set(None),
            printed_at: Set(ground.time.clock().now()),
            ..Default::default()
        };
        tx.insert(row).await.expect("a row");
        tx.commit().await.expect("a commit");
    }
    // Each change counts up, and tells the number: whoever committed later tells a higher one. Some publish before they
    // wait for the row, some after.
    let change = async |turn: usize| {
        let tx = ground.db.write(&members[turn % 2]).await.expect("a transaction");
        if turn.is_multiple_of(3) {
            tx.publish(&ParcelSent { label: "before".into() });
        }
        let counted = tx
            .update::<books::Entity>()
            .set_expr(books::Column::Pages, Expr::col(books::Column::Pages).add(1))
            .filter(books::Column::BookId.eq(book_id))
            .exec_returning()
            .await
            .expect("counted");
        tx.publish(&ParcelSent { label: counted[0].pages.to_string() });
        tx.commit().await.expect("a commit");
    };
    futures::future::join_all((0..60).map(change)).await;
    published(&exchange, 80).await;

    let mut by_tenant: BTreeMap<TenantId, (Vec<i64>, Vec<u32>)> = BTreeMap::new();
    for event in exchange.events.lock().expect("no panic").iter() {
        let (sequences, counts) = by_tenant.entry(event.tenant).or_default();
        sequences.push(event.sequence);
        counts.extend(label(event).parse::<u32>());
    }
    for (sequences, counts) in by_tenant.values() {
        assert_eq!(*sequences, (1..=40).collect::<Vec<_>>());
        assert_eq!(*counts, (1..=30).collect::<Vec<_>>());
    }
}

async fn long_queues_are_published_in_order(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let tx = ground.db.write(&member).await.expect("a transaction");
    for number in 0..450 {
        tx.publish(&ParcelSent { label: number.to_string() });
    }
    tx.commit().await.expect("a commit");
    let exchange = Arc::new(Recorder::default());
    let _relay = relay(ground, &exchange);
    let expected: Vec<_> = (0..450).map(|number| number.to_string()).collect();
    assert_eq!(published(&exchange, 450).await, expected);
}

async fn a_system_transaction_publishes_for_a_tenant(ground: &Ground) {
    let exchange = Arc::new(Recorder::default());
    let _relay = relay(ground, &exchange);
    let tenant = ground.tenant();
    for label in ["first", "second"] {
        let tx =
            ground.db.system_write(platform::db::SystemUse::TenantDirectory).await.expect("a transaction");
        tx.publish(tenant, &ParcelSent { label: label.into() });
        tx.commit().await.expect("a commit");
    }
    assert_eq!(published(&exchange, 2).await, ["first", "second"]);
    assert!(exchange.events.lock().expect("no panic").iter().all(|event| event.tenant == tenant));
}
