//! Reading the own inbox.

use platform::idempotency::METADATA;
use proto::common::v1::{Language, Role};
use proto::notifications::v1::mark_read_request::Which;
use proto::notifications::v1::*;
use proto::organizations::v1::Account;
use tonic::{Code, Request};

use super::office::{Office, drafted, failed, published};
use crate::support::refusal::{refusal, violations};
use crate::support::world::{World, journeys};

journeys!(the_inbox_is_listed_by_pages_and_filters, messages_are_marked_as_read, nobody_reads_anothers_inbox);

fn these(ids: &[&str]) -> MarkReadRequest {
    let ids = ids.iter().map(|&id| id.to_owned()).collect();
    MarkReadRequest { which: Some(Which::Messages(MessageIds { ids })) }
}

fn all() -> MarkReadRequest {
    MarkReadRequest { which: Some(Which::All(true)) }
}

/// An office whose administrator has five messages.
async fn busy<'w>(world: &'w World, code: &str) -> Office<'w> {
    let office = Office::of(world, code).await;
    for _ in 0..2 {
        office.tell(&failed()).await;
        office.tell(&drafted()).await;
    }
    office.tell(&published()).await;
    office
}

async fn unread(office: &Office<'_>, account: &Account) -> u32 {
    office.inbox(account).count_unread(CountUnreadRequest {}).await.expect("counted").into_inner().unread
}

async fn the_inbox_is_listed_by_pages_and_filters(world: &World) {
    let office = busy(world, "vinh-long").await;
    let admin = &office.federation.admin;
    let newest_first = office.messages(admin, Language::Vi).await;
    assert!(newest_first.is_sorted_by(|one, other| one.id > other.id));

    let mut inbox = office.inbox(admin);
    let mut paged = Vec::new();
    let mut request = ListMessagesRequest { page_size: 2, ..Default::default() };
    loop {
        let page = inbox.list_messages(request.clone()).await.expect("a page").into_inner();
        assert!(page.messages.len() <= 2);
        paged.extend(page.messages);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(paged, newest_first);
    let other = ListMessagesRequest { unread_only: true, ..request };
    assert_eq!(
        refusal(inbox.list_messages(other).await),
        (Code::InvalidArgument, "PAGE_TOKEN_INVALID".to_owned())
    );

    inbox.mark_read(these(&[&newest_first[3].id])).await.expect("marked");
    let mut ids = async |unread_only, kind: MessageKind| -> Vec<String> {
        let request = ListMessagesRequest { unread_only, kind: kind.into(), ..Default::default() };
        let list = inbox.list_messages(request).await.expect("listed").into_inner().messages;
        list.into_iter().map(|message| message.id).collect()
    };
    let expected = |places: &[usize]| -> Vec<String> {
        places.iter().map(|&place| newest_first[place].id.clone()).collect()
    };
    assert_eq!(ids(true, MessageKind::Unspecified).await, expected(&[0, 1, 2, 4]));
    assert_eq!(ids(false, MessageKind::RunDrafted).await, expected(&[1, 3]));
    assert_eq!(ids(true, MessageKind::RunDrafted).await, expected(&[1]));
    assert_eq!(ids(false, MessageKind::RunPublished).await, expected(&[0]));

    let wrong = ListMessagesRequest { kind: 9, language: 9, ..Default::default() };
    let wrong = office.inbox(admin).list_messages(wrong).await;
    assert_eq!(violations(wrong), ["kind INVALID_ARGUMENT", "language INVALID_ARGUMENT"]);
}

async fn messages_are_marked_as_read(world: &World) {
    let office = busy(world, "vinh-long").await;
    let admin = &office.federation.admin;
    let mut inbox = office.inbox(admin);
    let messages = office.messages(admin, Language::Vi).await;
    assert_eq!(unread(&office, admin).await, 5);

    let two = these(&[&messages[0].id, &messages[2].id]);
    let mut first = Request::new(two.clone());
    first.metadata_mut().insert(METADATA, "read-1".parse().expect("a key"));
    let mut again = Request::new(two);
    again.metadata_mut().insert(METADATA, "read-1".parse().expect("a key"));
    assert_eq!(inbox.mark_read(first).await.expect("marked").into_inner().unread, 3);
    let read = office.messages(admin, Language::Vi).await;
    assert!(read[0].read_at.is_some() && read[1].read_at.is_none() && read[2].read_at.is_some());

    world.time.advance(std::time::Duration::from_secs(60));
    assert_eq!(inbox.mark_read(these(&[&messages[0].id])).await.expect("marked").into_inner().unread, 3);
    assert_eq!(office.messages(admin, Language::Vi).await, read, "what is read stays so");
    assert_eq!(inbox.mark_read(all()).await.expect("marked").into_inner().unread, 0);
    assert_eq!(unread(&office, admin).await, 0);
    assert_eq!(inbox.mark_read(again).await.expect("the answer of then").into_inner().unread, 3);

    office.tell(&published()).await;
    assert_eq!(unread(&office, admin).await, 1, "a new message is unread");

    let own = office.messages(admin, Language::Vi).await[0].id.clone();
    let stranger = office.federation.tenant.id.clone();
    let wrong = inbox.mark_read(these(&[&own, &stranger])).await;
    assert_eq!(violations(wrong), ["messages.ids[1] MESSAGE_UNKNOWN"]);
    assert_eq!(unread(&office, admin).await, 1, "all or none");
    let wrong = inbox.mark_read(these(&["", "x"])).await;
    assert_eq!(violations(wrong), ["messages.ids[0] FIELD_REQUIRED", "messages.ids[1] INVALID_ARGUMENT"]);
    let wrong = inbox.mark_read(these(&vec![own.as_str(); 1001])).await;
    assert_eq!(violations(wrong), ["messages.ids TOO_MANY"]);
    assert_eq!(violations(inbox.mark_read(MarkReadRequest::default()).await), ["which FIELD_REQUIRED"]);
    let wrong = inbox.mark_read(MarkReadRequest { which: Some(Which::All(false)) }).await;
    assert_eq!(violations(wrong), ["all INVALID_ARGUMENT"]);
}

async fn nobody_reads_anothers_inbox(world: &World) {
    let office = Office::of(world, "vinh-long").await;
    let committee = office.accounts(&[("committee", Some(Role::StandingCommittee))]).await.remove(0);
    let theirs = Office::of(world, "cao-bang").await;
    office.tell(&drafted()).await;
    let admin = &office.federation.admin;
    let message = office.messages(admin, Language::En).await.remove(0);
    let get = |id: &str| GetMessageRequest { message_id: id.to_owned(), language: Language::En.into() };
    let own = office.inbox(admin).get_message(get(&message.id)).await.expect("there").into_inner().message;
    assert_eq!(own.as_ref(), Some(&message));

    let unknown = (Code::NotFound, "MESSAGE_UNKNOWN".to_owned());
    for mut inbox in [office.inbox(&committee), theirs.inbox(&theirs.federation.admin)] {
        assert_eq!(refusal(inbox.get_message(get(&message.id)).await), unknown);
        let marked = inbox.mark_read(these(&[&message.id])).await;
        assert_eq!(violations(marked), ["messages.ids[0] MESSAGE_UNKNOWN"]);
        inbox.mark_read(all()).await.expect("the own ones");
    }
    assert_eq!(unread(&office, admin).await, 1);
    assert_eq!(unread(&office, &committee).await, 0);
    assert_eq!(violations(office.inbox(admin).get_message(get("")).await), ["message_id FIELD_REQUIRED"]);

    let nobody = inbox_service_client::InboxServiceClient::new(world.nobody())
        .count_unread(CountUnreadRequest {})
        .await;
    assert_eq!(refusal(nobody).0, Code::Unauthenticated);
    let operator = inbox_service_client::InboxServiceClient::new(world.operator())
        .count_unread(CountUnreadRequest {})
        .await;
    assert_eq!(refusal(operator).0, Code::PermissionDenied);
}
