//! What is received has its effect once, in order, whatever fails in between.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use platform::events::{Consumer, Envelope, Exchange, InProcess, Inbox, Relay};
use platform::ids::EventId;
use platform::tenancy::Member;
use prost::Message;
use tokio_util::task::AbortOnDropHandle;

use crate::support::events::{ParcelSent, ParcelWeighed, Shelve, run, send, shelf};
use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe;
use crate::support::wait::{as_time_passes, eventually};

on_both_backends!("probe", probe::Migrator =>
    an_event_goes_from_the_outbox_to_its_effect,
    duplicates_have_one_effect,
    two_processes_at_once_have_one_effect,
    what_was_received_survives_a_crash,
    what_nobody_wants_is_passed_over,
    each_consumer_has_its_own_effect,
    events_behind_a_failing_one_wait_for_it,
    poison_is_parked_and_replayed,
    a_panic_is_a_failure,
);

fn inbox(ground: &Ground, handler: &Shelve) -> Arc<Inbox> {
    let consumers = vec![Consumer::new("shelves").on(handler.clone())];
    Inbox::new(ground.db.clone(), ground.time.clock(), consumers).expect("an inbox")
}

fn process(inbox: &Arc<Inbox>) -> AbortOnDropHandle<()> {
    let inbox = Arc::clone(inbox);
    run(|stop| async move { inbox.run(stop).await })
}

fn envelope(ground: &Ground, member: &Member, sequence: i64, label: &str) -> Envelope {
    Envelope {
        id: EventId(ground.ids.next()),
        tenant: member.tenant_id(),
        source: "post".into(),
        sequence,
        topic: <ParcelSent as prost::Name>::full_name(),
        payload: ParcelSent { label: label.into() }.encode_to_vec().into(),
        trace: String::new(),
        created_at: ground.time.clock().now(),
    }
}

async fn shelved(ground: &Ground, member: &Member, count: usize) -> Vec<String> {
    eventually("the parcels are on the shelf", async || {
        let shelf = shelf(ground, member).await;
        (shelf.len() >= count).then_some(shelf)
    })
    .await
}

async fn an_event_goes_from_the_outbox_to_its_effect(ground: &Ground) {
    let inbox = inbox(ground, &Shelve::default());
    let exchange = Arc::new(InProcess::new(vec![Arc::clone(&inbox)]));
    let relay = Relay::new(ground.db.clone(), exchange, ground.time.clock());
    let _relay = run(|stop| async move { relay.run(stop).await });
    let _process = process(&inbox);
    let (ours, theirs) = (ground.member(ground.tenant()), ground.member(ground.tenant()));
    send(ground, &ours, &["a", "b", "c"]).await;
    send(ground, &theirs, &["d"]).await;
    assert_eq!(shelved(ground, &ours, 3).await, ["a", "b", "c"]);
    assert_eq!(shelved(ground, &theirs, 1).await, ["d"]);
}

async fn duplicates_have_one_effect(ground: &Ground) {
    let inbox = inbox(ground, &Shelve::default());
    let _process = process(&inbox);
    let member = ground.member(ground.tenant());
    let (first, last) = (envelope(ground, &member, 1, "a"), envelope(ground, &member, 2, "b"));
    inbox.receive(&[first.clone(), first.clone()]).await.expect("received");
    shelved(ground, &member, 1).await;
    inbox.receive(std::slice::from_ref(&first)).await.expect("received");
    inbox.receive(&[first, last]).await.expect("received");
    assert_eq!(shelved(ground, &member, 2).await, ["a", "b"]);
}

async fn two_processes_at_once_have_one_effect(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let inboxes = [inbox(ground, &Shelve::default()), inbox(ground, &Shelve::default())];
    let events: Vec<_> =
        (1..=40).map(|number| envelope(ground, &member, number, &number.to_string())).collect();
    let _processes = inboxes.each_ref().map(process);
    futures::future::join_all(inboxes.iter().map(|inbox| inbox.receive(&events))).await;
    shelved(ground, &member, 40).await;
    // Both have looked at everything once more when this one is there.
    inboxes[0].receive(&[envelope(ground, &member, 41, "last")]).await.expect("received");
    let expected: Vec<_> = (1..=40).map(|number| number.to_string()).chain(["last".into()]).collect();
    assert_eq!(shelved(ground, &member, 41).await, expected);
}

async fn what_was_received_survives_a_crash(ground: &Ground) {
    let member = ground.member(ground.tenant());
    // The first process dies with the event in its inbox.
    let first = inbox(ground, &Shelve::default());
    first.receive(&[envelope(ground, &member, 1, "a")]).await.expect("received");
    drop(first);
    let _process = process(&inbox(ground, &Shelve::default()));
    assert_eq!(shelved(ground, &member, 1).await, ["a"]);
}

async fn what_nobody_wants_is_passed_over(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let inbox = inbox(ground, &Shelve::default());
    assert_eq!(inbox.topics().collect::<Vec<_>>(), ["thidua.probe.v1.ParcelSent"]);
    let _process = process(&inbox);
    let unknown = Envelope {
        topic: <ParcelWeighed as prost::Name>::full_name(),
        ..envelope(ground, &member, 1, "unknown")
    };
    let exchange = InProcess::new(vec![Arc::clone(&inbox)]);
    exchange.publish(&[unknown, envelope(ground, &member, 2, "a")]).await.expect("taken");
    assert_eq!(shelved(ground, &member, 1).await, ["a"]);
    assert_eq!(inbox.parked(10).await.expect("parked"), []);
}

async fn each_consumer_has_its_own_effect(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let consumers = ["shelves", "shop window"]
        .map(|name| Consumer::new(name).on(Shelve::default()))
        .into_iter()
        .collect();
    let inbox = Inbox::new(ground.db.clone(), ground.time.clock(), consumers).expect("an inbox");
    let _process = process(&inbox);
    inbox.receive(&[envelope(ground, &member, 1, "a")]).await.expect("received");
    assert_eq!(shelved(ground, &member, 2).await, ["a", "a"]);

    let twice = vec![Consumer::new("shelves"), Consumer::new("shelves")];
    assert!(
        Inbox::new(ground.db.clone(), ground.time.clock(), twice).is_err(),
        "they would share their rows"
    );
}

async fn events_behind_a_failing_one_wait_for_it(ground: &Ground) {
    let (ours, theirs) = (ground.member(ground.tenant()), ground.member(ground.tenant()));
    let shelves = Shelve::default();
    *shelves.broken.lock().expect("no panic") = Some("the shelf fell down");
    let inbox = inbox(ground, &shelves);
    let _process = process(&inbox);
    let poison = envelope(ground, &ours, 1, "poison");
    inbox.receive(&[poison, envelope(ground, &ours, 2, "a")]).await.expect("received");
    eventually("it has failed", async || (shelves.attempts.load(Ordering::SeqCst) == 1).then_some(())).await;
    // Another tenant's parcels do not wait.
    inbox.receive(&[envelope(ground, &theirs, 1, "b")]).await.expect("received");
    shelved(ground, &theirs, 1).await;
    assert_eq!(shelf(ground, &ours).await, [""; 0], "a failed attempt leaves nothing");

    *shelves.broken.lock().expect("no panic") = None;
    let shelf = as_time_passes(&ground.time, "both are on the shelf", async || {
        let shelf = shelf(ground, &ours).await;
        (shelf.len() == 2).then_some(shelf)
    });
    assert_eq!(shelf.await, ["poison", "a"]);
}

async fn poison_is_parked_and_replayed(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let shelves = Shelve::default();
    *shelves.broken.lock().expect("no panic") = Some("the shelf fell down");
    let inbox = inbox(ground, &shelves);
    let _process = process(&inbox);
    let poison = envelope(ground, &member, 1, "poison");
    inbox.receive(&[poison.clone(), envelope(ground, &member, 2, "a")]).await.expect("received");
    let before = ground.time.clock().now();
    let parked = eventually("it is parked", async || {
        ground.time.advance(Duration::from_secs(20));
        inbox.parked(10).await.expect("parked").pop()
    })
    .await;
    assert_eq!((parked.event, parked.tenant), (poison.id, member.tenant_id()));
    assert_eq!((parked.consumer.as_str(), parked.source.as_str()), ("shelves", "post"));
    assert_eq!(parked.topic, "thidua.probe.v1.ParcelSent");
    assert_eq!(parked.error, "SHELF_BROKEN: the shelf fell down");
    assert_eq!(parked.failures, 10);
    assert!(parked.parked_at.since(before) > Duration::from_secs(300), "the pauses grow");
    assert_eq!(shelved(ground, &member, 1).await, ["a"], "the next one has its turn");

    *shelves.broken.lock().expect("no panic") = None;
    inbox.replay("shelves", poison.id).await.expect("replayed");
    assert_eq!(shelved(ground, &member, 2).await, ["a", "poison"]);
    assert_eq!(inbox.parked(10).await.expect("parked"), []);
    let again = inbox.replay("shelves", poison.id).await.expect_err("it is done");
    assert_eq!(again.reason(), "EVENT_UNKNOWN");
}

async fn a_panic_is_a_failure(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let shelves = Shelve::default();
    *shelves.broken.lock().expect("no panic") = Some("panic");
    let inbox = inbox(ground, &shelves);
    let _process = process(&inbox);
    inbox.receive(&[envelope(ground, &member, 1, "a")]).await.expect("received");
    eventually("it has failed", async || (shelves.attempts.load(Ordering::SeqCst) == 1).then_some(())).await;
    *shelves.broken.lock().expect("no panic") = None;
    let shelf = as_time_passes(&ground.time, "it is on the shelf", async || {
        let shelf = shelf(ground, &member).await;
        (!shelf.is_empty()).then_some(shelf)
    });
    assert_eq!(shelf.await, ["a"]);
}
