//! Messages as they come.

use std::time::Duration;

use proto::common::v1::{Language, Role};
use proto::notifications::v1::*;
use tonic::{Code, Streaming};

use super::office::{Office, drafted, failed, published};
use crate::support::refusal::{refusal, violations};
use crate::support::wait::PATIENCE;
use crate::support::world::{World, journeys};

journeys!(
    new_messages_come_live_and_old_ones_are_not_repeated,
    a_stream_that_broke_goes_on_where_it_was,
    messages_of_many_deliveries_at_once_come_in_order,
);

fn after(id: &str) -> WatchMessagesRequest {
    WatchMessagesRequest { after_message_id: id.to_owned(), language: Language::En.into() }
}

/// The next message; the clock stands meanwhile, so that it must have been pushed.
async fn next(stream: &mut Streaming<WatchMessagesResponse>) -> Message {
    let message = tokio::time::timeout(PATIENCE, stream.message()).await.expect("a message comes");
    message.expect("no error").expect("the stream goes on").message.expect("a message")
}

/// The next message, while time passes: what waits for its poll goes on.
async fn next_as_time_passes(world: &World, stream: &mut Streaming<WatchMessagesResponse>) -> Message {
    let coming = next(stream);
    tokio::pin!(coming);
    loop {
        match tokio::time::timeout(Duration::from_millis(100), &mut coming).await {
            Ok(message) => return message,
            Err(_) => world.time.advance(Duration::from_secs(1)),
        }
    }
}

async fn new_messages_come_live_and_old_ones_are_not_repeated(world: &World) {
    let office = Office::of(world, "vinh-long").await;
    let plain = office.accounts(&[("plain", None)]).await.remove(0);
    let theirs = Office::of(world, "cao-bang").await;
    office.tell(&published()).await;
    let admin = &office.federation.admin;
    let mut seen = office.inbox(admin).watch_messages(after("")).await.expect("a stream").into_inner();
    let mut seen_by_plain =
        office.inbox(&plain).watch_messages(after("")).await.expect("a stream").into_inner();

    // What concerns others is not seen: another federation's, and what is for administrators.
    world.deliver(&theirs.event(&published())).await;
    world.deliver(&office.event(&failed())).await;
    let message = next(&mut seen).await;
    assert_eq!(message.title, "The classification of emulation season 2023 failed");
    office.delivered().await;
    world.deliver(&office.event(&published())).await;
    let title = "The results of emulation season 2023 have been published";
    assert_eq!(next(&mut seen).await.title, title);
    assert_eq!(next(&mut seen_by_plain).await.title, title);
    assert_eq!(message, office.messages(admin, Language::En).await[1]);
}

async fn a_stream_that_broke_goes_on_where_it_was(world: &World) {
    let office = Office::of(world, "vinh-long").await;
    let committee = office.accounts(&[("committee", Some(Role::StandingCommittee))]).await.remove(0);
    let admin = &office.federation.admin;
    office.tell(&failed()).await;
    let mut seen = office.inbox(admin).watch_messages(after("")).await.expect("a stream").into_inner();
    world.deliver(&office.event(&drafted())).await;
    let last = next(&mut seen).await;
    drop(seen);
    office.delivered().await;
    office.tell(&failed()).await;
    office.tell(&published()).await;

    let mut seen = office.inbox(admin).watch_messages(after(&last.id)).await.expect("a stream").into_inner();
    let missed = [next(&mut seen).await, next(&mut seen).await];
    world.deliver(&office.event(&drafted())).await;
    let live = next(&mut seen).await;
    office.delivered().await;
    let mut inbox = office.messages(admin, Language::En).await;
    inbox.truncate(3);
    inbox.reverse();
    assert_eq!(missed.into_iter().chain([live]).collect::<Vec<_>>(), inbox);

    let unknown = (Code::NotFound, "MESSAGE_UNKNOWN".to_owned());
    let message_of_admin = after(&inbox[1].id);
    assert_eq!(refusal(office.inbox(&committee).watch_messages(message_of_admin).await), unknown);
    let nonsense = after("newest");
    let wrong = office.inbox(admin).watch_messages(nonsense).await;
    assert_eq!(violations(wrong), ["after_message_id INVALID_ARGUMENT"]);
}

async fn messages_of_many_deliveries_at_once_come_in_order(world: &World) {
    const MANY: usize = 20;
    let office = Office::of(world, "vinh-long").await;
    let admin = &office.federation.admin;
    let mut seen = office.inbox(admin).watch_messages(after("")).await.expect("a stream").into_inner();
    // All of them are there before the first is delivered, so that workers deliver some at the same time.
    world.hold_jobs("notifications", office.federation.id, true).await;
    for _ in 0..MANY {
        world.deliver(&office.event(&drafted())).await;
    }
    world.hold_jobs("notifications", office.federation.id, false).await;
    let mut live = Vec::new();
    for _ in 0..MANY {
        live.push(next_as_time_passes(world, &mut seen).await.id);
    }
    office.delivered().await;
    let mut inbox: Vec<_> =
        office.messages(admin, Language::En).await.into_iter().map(|message| message.id).collect();
    inbox.reverse();
    assert_eq!(live, inbox);
    let quiet = tokio::time::timeout(Duration::from_millis(1), seen.message()).await;
    assert!(quiet.is_err(), "no message comes twice");
}
