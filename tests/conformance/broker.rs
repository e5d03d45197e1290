//! RabbitMQ: what it is given arrives, whatever happens to the connection, to the messages and to its memory.

use std::sync::Arc;
use std::time::Duration;

use lapin::BasicProperties;
use lapin::options::{BasicPublishOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use platform::broker::Content;
use platform::broker::Routes;
use platform::db::Backend;
use platform::events::{Consumer, Inbox, Relay};
use platform::ids::{JobId, TenantId};
use platform::jobs::Lane;
use platform::jobs::hand_off::Message;
use platform::tenancy::Member;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::support::events::{Shelve, run, send, shelf};
use crate::support::ground::{Ground, with_database};
use crate::support::probe;
use crate::support::proxy::{Proxy, State};
use crate::support::rabbitmq::{self, Rabbit};
use crate::support::wait::{as_time_passes, eventually};

const SLOTS: [(Lane, u16); 1] = [(Lane::Fast, 2)];

fn message(number: u128) -> Message {
    Message { tenant: TenantId(Uuid::from_u128(1)), jobs: vec![JobId(Uuid::from_u128(number))] }
}

/// How many messages wait in a queue; none where there is no such queue.
async fn messages_in(rabbit: &Rabbit, queue: &str) -> Option<u32> {
    let passive = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::durable() };
    let channel = rabbit.raw().await;
    let found = channel.queue_declare(rabbit.name(queue).into(), passive, FieldTable::default()).await;
    found.ok().map(|queue| queue.message_count())
}

async fn send_raw(rabbit: &Rabbit, queue: &str, body: &[u8]) {
    let (options, properties) = (BasicPublishOptions::default(), BasicProperties::default());
    let channel = rabbit.raw().await;
    let sent = channel.basic_publish("".into(), rabbit.name(queue).into(), options, body, properties).await;
    sent.expect("sent").await.expect("sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_with_one_worker_until_it_is_acknowledged() {
    let rabbit = Rabbit::start(&["probe"]);
    let (one, other) = (rabbit.broker.hand_off("probe", &SLOTS), rabbit.another().hand_off("probe", &SLOTS));
    one.publish(Lane::Fast, &[message(1)]).await.expect("published");
    let delivery = one.receive(Lane::Fast).await.expect("received");
    assert_eq!(delivery.message, message(1));
    // Dropped without a word: another has it.
    let receiving = tokio::spawn(async move { other.receive(Lane::Fast).await });
    drop(delivery);
    drop(one);
    let again = receiving.await.expect("no panic").expect("received");
    assert_eq!(again.message, message(1));
    again.acknowledge().await.expect("acknowledged");
    eventually("the queue is empty", async || {
        (messages_in(&rabbit, "probe.jobs.fast").await == Some(0)).then_some(())
    })
    .await;
    rabbit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_holds_no_more_messages_than_it_has_slots() {
    let rabbit = Rabbit::start(&["probe"]);
    let hand_off = rabbit.broker.hand_off("probe", &SLOTS);
    let messages: Vec<_> = (1..=700).map(message).collect();
    hand_off.publish(Lane::Fast, &messages).await.expect("published");
    let held = [hand_off.receive(Lane::Fast).await, hand_off.receive(Lane::Fast).await];
    assert_eq!(messages_in(&rabbit, "probe.jobs.fast").await, Some(698));
    for delivery in held {
        delivery.expect("received").acknowledge().await.expect("acknowledged");
    }
    rabbit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_cannot_be_understood_is_put_aside() {
    let rabbit = Rabbit::start(&["probe"]);
    let hand_off = rabbit.broker.hand_off("probe", &SLOTS);
    hand_off.publish(Lane::Fast, &[]).await.expect("the queues are made");
    send_raw(&rabbit, "probe.jobs.fast", b"{\"job\": 7}").await;
    hand_off.publish(Lane::Fast, &[message(1)]).await.expect("published");
    let delivery = hand_off.receive(Lane::Fast).await.expect("received");
    assert_eq!(delivery.message, message(1));
    delivery.acknowledge().await.expect("acknowledged");
    eventually("it is put aside", async || {
        (messages_in(&rabbit, "probe.jobs.dead").await == Some(1)).then_some(())
    })
    .await;
    rabbit.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_put_aside_is_shown_where_it_lies_and_sent_again() {
    let rabbit = Rabbit::start(&["probe"]);
    let hand_off = rabbit.broker.hand_off("probe", &SLOTS);
    hand_off.publish(Lane::Fast, &[]).await.expect("the queues are made");
    for body in [&b"{\"job\": 7}"[..], b"\x07later"] {
        send_raw(&rabbit, "probe.jobs.fast", body).await;
    }
    let receiving = tokio::spawn({
        let hand_off = hand_off.clone();
        async move { hand_off.receive(Lane::Fast).await }
    });
    eventually("both are put aside", async || {
        (messages_in(&rabbit, "probe.jobs.dead").await == Some(2)).then_some(())
    })
    .await;
    receiving.abort();
    drop(hand_off);
    rabbit.broker.close().await;

    let broker = rabbit.another();
    let letters = broker.dead_letters("probe").await.expect("letters");
    for _ in 0..3 {
        assert_eq!(broker.dead_letters("probe").await.expect("letters"), letters, "they stay as they are");
    }
    let [first, second] = letters.as_slice() else { panic!("{letters:?}") };
    assert_eq!(first.content, Content::Unreadable("{\\\"job\\\": 7}".to_owned()));
    assert_eq!(second.content, Content::Unreadable("\\x07later".to_owned()));
    assert_eq!((first.reason.as_str(), first.bytes), ("rejected", 10));
    assert_eq!(first.queue, rabbit.name("probe.jobs.fast"));
    assert!(first.put_aside_at.is_some());

    let ids = [second.id.clone()];
    let replayed = broker.replay_dead_letters("probe", Some(&ids)).await.expect("replayed");
    assert_eq!(replayed.sent.as_slice(), &letters[1..]);
    let counted = async |queue: &str, count: u32| {
        eventually("it lies where it shall", async || {
            (messages_in(&rabbit, queue).await == Some(count)).then_some(())
        })
        .await;
    };
    counted("probe.jobs.fast", 1).await;
    counted("probe.jobs.dead", 1).await;
    assert_eq!(broker.dead_letters("probe").await.expect("letters").as_slice(), &letters[..1]);
    // What was put there by hand does not keep the others from going.
    send_raw(&rabbit, "probe.jobs.dead", b"by hand").await;
    let replayed = broker.replay_dead_letters("probe", None).await.expect("replayed");
    assert_eq!(replayed.sent.as_slice(), &letters[..1]);
    assert_eq!(replayed.without_origin.len(), 1);
    counted("probe.jobs.fast", 2).await;
    counted("probe.jobs.dead", 1).await;
    broker.close().await;
    rabbit.wipe().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_was_made_otherwise_is_named() {
    let rabbit = Rabbit::start(&["probe"]);
    let queue = rabbit.name("probe.jobs.fast");
    let channel = rabbit.raw().await;
    let made =
        channel.queue_declare(queue.clone().into(), QueueDeclareOptions::durable(), FieldTable::default());
    made.await.expect("made");
    let refused = rabbit.broker.hand_off("probe", &SLOTS).publish(Lane::Fast, &[message(1)]).await;
    let refused = refused.expect_err("refused");
    assert_eq!(refused.reason(), "BROKER_UNUSABLE");
    assert!(refused.to_string().contains(&queue), "{refused}");
    rabbit.end().await;
}

/// The broker behind a way that can be cut.
async fn behind_a_proxy(services: &[&'static str]) -> (Rabbit, Proxy) {
    let mut url = url::Url::parse(&rabbitmq::url()).expect("a URL");
    let server = format!("{}:{}", url.host_str().expect("a host"), url.port().unwrap_or(5672));
    let proxy = Proxy::to(&server).await;
    url.set_port(Some(proxy.port)).expect("a port");
    (Rabbit::start_with(rabbitmq::at(url.as_str()), services), proxy)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_connection_comes_back_and_nothing_is_lost() {
    let (rabbit, proxy) = behind_a_proxy(&["probe"]).await;
    let hand_off = rabbit.broker.hand_off("probe", &SLOTS);
    hand_off.publish(Lane::Fast, &[message(1)]).await.expect("published");
    assert!(rabbit.readiness.is_ready());
    hand_off.receive(Lane::Fast).await.expect("received").acknowledge().await.expect("acknowledged");
    let slow = State::Slow(Duration::from_millis(5));
    for (round, state) in [(2, State::Cut), (3, State::Stalled), (4, slow)] {
        let receiver = Arc::clone(&hand_off);
        let waiting = tokio::spawn(async move { receiver.receive(Lane::Fast).await });
        proxy.set(state);
        if state == State::Cut {
            let refused = hand_off.publish(Lane::Fast, &[message(round)]).await;
            assert_eq!(refused.expect_err("there is no connection").reason(), "UNAVAILABLE");
        }
        if state != slow {
            proxy.set(State::Open);
        }
        eventually("publishing goes on", async || hand_off.publish(Lane::Fast, &[message(round)]).await.ok())
            .await;
        let mut delivery = waiting.await.expect("no panic").expect("received");
        // One whose acknowledgement was lost with the connection comes again: workers bear that.
        while delivery.message != message(round) {
            assert_eq!(delivery.message, message(round - 1));
            let _ = delivery.acknowledge().await;
            delivery = hand_off.receive(Lane::Fast).await.expect("received");
        }
        delivery.acknowledge().await.expect("acknowledged");
    }
    rabbit.end().await;
}

/// A service that publishes parcels and shelves those that it hears of, over the broker.
struct Post {
    inbox: Arc<Inbox>,
    routes: Routes,
}

impl Post {
    fn new(ground: &Ground) -> Self {
        let consumers = vec![Consumer::new("shelves").on(Shelve::default())];
        let inbox = Inbox::new(ground.db.clone(), ground.time.clock(), consumers).expect("an inbox");
        let routes = Routes::from_iter([("probe", inbox.topics().map(str::to_owned).collect())]);
        Self { inbox, routes }
    }

    fn relay(&self, ground: &Ground, rabbit: &Rabbit) -> AbortOnDropHandle<()> {
        let exchange = rabbit.broker.exchange("probe", self.routes.clone());
        let relay = Relay::new(ground.db.clone(), exchange, ground.time.clock());
        run(|stop| async move { relay.run(stop).await })
    }

    fn receive(&self, rabbit: &Rabbit) -> [AbortOnDropHandle<()>; 2] {
        let (broker, routes) = (rabbit.broker.clone(), self.routes.clone());
        let (inbox, handled) = (Arc::clone(&self.inbox), Arc::clone(&self.inbox));
        [
            run(|stop| async move { broker.deliver(&routes, &inbox, stop).await }),
            run(|stop| async move { handled.run(stop).await }),
        ]
    }
}

async fn shelved(ground: &Ground, member: &Member, count: usize) -> Vec<String> {
    as_time_passes(&ground.time, "the parcels are on the shelf", async || {
        let shelf = shelf(ground, member).await;
        (shelf.len() >= count).then_some(shelf)
    })
    .await
}

async fn with_post(test: impl AsyncFnOnce(&Ground, &Rabbit, &Post)) {
    with_database(Backend::Postgres, "probe", probe::Migrator, async |ground: &Ground| {
        let rabbit = Rabbit::start(&["probe"]);
        test(ground, &rabbit, &Post::new(ground)).await;
        rabbit.end().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_arrive_in_order_also_when_their_reader_comes_later() {
    with_post(async |ground, rabbit, post| {
        let _relay = post.relay(ground, rabbit);
        let member = ground.member(ground.tenant());
        let labels: Vec<String> = (1..=250).map(|number| number.to_string()).collect();
        send(ground, &member, &labels.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let published = async || (messages_in(rabbit, "probe.events").await == Some(250)).then_some(());
        as_time_passes(&ground.time, "they are published", published).await;
        send_raw(rabbit, "probe.events", b"no event").await;
        let _receiving = post.receive(rabbit);
        assert_eq!(shelved(ground, &member, 250).await, labels);
        let aside = async || (messages_in(rabbit, "probe.events.dead").await == Some(1)).then_some(());
        eventually("what is no event is put aside", aside).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_has_lost_its_memory_is_told_again() {
    with_post(async |ground, rabbit, post| {
        let member = ground.member(ground.tenant());
        {
            let _relay = post.relay(ground, rabbit);
            send(ground, &member, &["a", "b"]).await;
            let published = async || (messages_in(rabbit, "probe.events").await == Some(2)).then_some(());
            as_time_passes(&ground.time, "they are published", published).await;
        }
        // Nobody has read them yet.
        rabbit.broker.close().await;
        rabbit.wipe().await;
        let rabbit = &Rabbit::start_with(rabbit.config.clone(), &["probe"]);
        let _relay = post.relay(ground, rabbit);
        let _receiving = post.receive(rabbit);
        send(ground, &member, &["c"]).await;
        assert_eq!(shelved(ground, &member, 3).await, ["a", "b", "c"]);
        // What has arrived and goes out again has no second effect.
        tokio::time::timeout(Duration::from_secs(10), rabbit.broker.close()).await.expect("closed");
    })
    .await;
}
