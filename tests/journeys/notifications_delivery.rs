//! Who is told what of runs: each official concerned once, the others not at all.

use std::time::Duration;

use platform::tenancy::Grant;
use prost_types::Timestamp;
use proto::common::v1::{Language, Role};
use proto::notifications::v1::inbox_service_client::InboxServiceClient;
use proto::notifications::v1::{ListMessagesRequest, MessageKind};
use proto::organizations::v1::{DisableAccountRequest, EnableAccountRequest};
use proto::platform::v1::JobState;
use proto::scoring::v1::ApproveRunRequest;

use super::office::{HASH, Office, RUN, drafted, failed, published};
use super::runs::scored;
use crate::support::wait::eventually;
use crate::support::world::{World, journeys};

journeys!(
    each_official_concerned_gets_one_message_in_both_languages,
    a_delivery_that_broke_off_goes_on_and_tells_nobody_twice,
    notices_of_one_moment_ask_once_for_the_accounts,
    another_federation_hears_nothing,
    a_real_run_tells_of_its_draft_and_its_publication,
);

const FAILED: &str = "Xếp loại năm thi đua 2023 không thành công";
const DRAFTED: &str = "Dự thảo kết quả xếp loại năm thi đua 2023 chờ phê duyệt";
const PUBLISHED: &str = "Kết quả xếp loại năm thi đua 2023 đã được công bố";
const NOTHING: [&str; 0] = [];
const ENGLISH: [&str; 3] = [
    "The results of emulation season 2023 have been published",
    "The draft results of emulation season 2023 wait for approval",
    "The classification of emulation season 2023 failed",
];

async fn each_official_concerned_gets_one_message_in_both_languages(world: &World) {
    let office = Office::of(world, "vinh-long").await;
    let accounts = office
        .accounts(&[
            ("committee", Some(Role::StandingCommittee)),
            ("appraiser", Some(Role::Appraiser)),
            ("plain", None),
            ("gone", Some(Role::FederationAdmin)),
        ])
        .await;
    let [committee, appraiser, plain, gone] = accounts.as_slice() else { panic!("four accounts") };
    let disable = DisableAccountRequest { account_id: gone.id.clone(), reason: "Nghỉ hưu".to_owned() };
    office.federation.accounts().disable_account(disable).await.expect("disabled");

    let events = [office.event(&failed()), office.event(&drafted()), office.event(&published())];
    for (event, told) in events.iter().zip(1..) {
        world.deliver(event).await;
        world.deliver(event).await;
        office.delivered_all_but(events.len() - told).await;
    }
    for event in &events {
        world.deliver(event).await;
    }
    office.delivered().await;

    let admin = &office.federation.admin;
    let (vi, en) = (Language::Vi, Language::En);
    assert_eq!(office.titles(admin, vi).await, [PUBLISHED, DRAFTED, FAILED]);
    assert_eq!(office.titles(admin, en).await, ENGLISH);
    assert_eq!(office.titles(committee, vi).await, [PUBLISHED, DRAFTED]);
    assert_eq!(office.titles(committee, en).await, ENGLISH[..2]);
    for account in [appraiser, plain] {
        assert_eq!(office.titles(account, vi).await, [PUBLISHED]);
        assert_eq!(office.titles(account, en).await, ENGLISH[..1]);
    }
    // A disabled account is told of nothing, and finds nothing when it may sign in again.
    world.time.advance(Duration::from_secs(2));
    let enable = EnableAccountRequest { account_id: gone.id.clone() };
    office.federation.accounts().enable_account(enable).await.expect("enabled");
    assert!(office.titles(gone, vi).await.is_empty());

    let all = office.messages(admin, vi).await;
    let kinds: Vec<_> = all.iter().map(|message| message.kind()).collect();
    assert_eq!(kinds, [MessageKind::RunPublished, MessageKind::RunDrafted, MessageKind::RunFailed]);
    for message in &all {
        assert_eq!((message.season.as_str(), message.run_id.as_str()), ("2023", RUN));
        assert_eq!((message.language(), message.read_at), (vi, None::<Timestamp>));
        assert!(message.created_at.is_some());
    }
    assert!(all[2].body.contains("có 1.473 lỗi"), "{}", all[2].body);
    assert!(all[2].body.contains("/units/3/code: \"vl-07\" is there already"), "{}", all[2].body);
    assert!(all[1].body.contains("25 đơn vị, trong đó 24 đơn vị được xếp loại, 01"), "{}", all[1].body);
    assert!(all[0].body.ends_with(HASH), "{}", all[0].body);
    let english = office.messages(admin, en).await;
    assert!(english[2].body.contains("1,473 faults"), "{}", english[2].body);
    assert_eq!(english[2].id, all[2].id);
}

async fn a_delivery_that_broke_off_goes_on_and_tells_nobody_twice(world: &World) {
    let office = Office::of(world, "ho-chi-minh").await;
    // More than one page of accounts: `admin` and 1,099 others.
    let logins: Vec<_> = (1..1100).map(|number| format!("officer-{number:04}")).collect();
    let accounts: Vec<_> = logins.iter().map(|login| (login.as_str(), None)).collect();
    let accounts = office.accounts(&accounts).await;
    let (first, last) = (&office.federation.admin, accounts.last().expect("one"));

    world.outage.after(1, "/thidua.organizations.v1.AccountService/ListAccounts");
    world.deliver(&office.event(&published())).await;
    eventually("the delivery breaks off", async || {
        office.deliveries().await.iter().any(|job| job.failures == 1).then_some(())
    })
    .await;
    assert_eq!(office.titles(first, Language::Vi).await, [PUBLISHED]);
    let before = office.messages(first, Language::Vi).await;

    assert_eq!(office.titles(last, Language::Vi).await, NOTHING);
    // The job waits before it tries again.
    world.time.advance(Duration::from_secs(60));
    office.delivered().await;
    let jobs = office.deliveries().await;
    assert_eq!((jobs[0].state(), jobs[0].failures), (JobState::Succeeded, 1));
    // Those on both sides of where it broke off, and some of the others.
    for account in accounts.iter().step_by(50).chain(&accounts[997..1002]) {
        assert_eq!(office.titles(account, Language::Vi).await, [PUBLISHED], "{}", account.login);
    }
    assert_eq!(office.messages(first, Language::Vi).await, before);
    assert_ne!(office.messages(last, Language::Vi).await[0].id, before[0].id);
}

async fn notices_of_one_moment_ask_once_for_the_accounts(world: &World) {
    let office = Office::of(world, "vinh-long").await;
    // From then on it is known how little a delivery takes.
    office.tell(&published()).await;
    world.hold_jobs("notifications", office.federation.id, true).await;
    for _ in 0..3 {
        world.deliver(&office.event(&published())).await;
    }
    eventually("three deliveries wait", async || (office.deliveries().await.len() == 4).then_some(())).await;
    world.outage.after(1, "/thidua.organizations.v1.AccountService/ListAccounts");
    world.hold_jobs("notifications", office.federation.id, false).await;
    office.delivered().await;
    assert!(office.deliveries().await.iter().all(|job| job.failures == 0), "nobody asked a second time");
    assert_eq!(office.titles(&office.federation.admin, Language::Vi).await, [PUBLISHED; 4]);
}

async fn another_federation_hears_nothing(world: &World) {
    let ours = Office::of(world, "vinh-long").await;
    let theirs = Office::of(world, "cao-bang").await;
    ours.tell(&failed()).await;
    ours.tell(&published()).await;
    theirs.tell(&drafted()).await;
    assert_eq!(ours.titles(&ours.federation.admin, Language::Vi).await, [PUBLISHED, FAILED]);
    assert_eq!(theirs.titles(&theirs.federation.admin, Language::Vi).await, [DRAFTED]);
    // Not even with the id of an account of another federation.
    let stranger = theirs.world.signed_in(theirs.federation.id, &ours.federation.admin);
    let listed = InboxServiceClient::new(stranger).list_messages(ListMessagesRequest::default()).await;
    assert!(listed.expect("an empty inbox").into_inner().messages.is_empty());
}

async fn a_real_run_tells_of_its_draft_and_its_publication(world: &World) {
    let scene = scored(world).await;
    let committee = [Grant::of_federation(Role::StandingCommittee)].to_vec();
    let (one, other) = (
        scene.federation.person("chu-tich", committee.clone()).await,
        scene.federation.person("pho-chu-tich", committee).await,
    );
    let run = scene.classified().await;
    let titles = async |person| {
        let mut inbox = InboxServiceClient::new(scene.federation.competition(person));
        let listed = inbox.list_messages(ListMessagesRequest::default()).await.expect("listed");
        let messages = listed.into_inner().messages;
        assert!(messages.iter().all(|message| message.run_id == run.id));
        messages.into_iter().map(|message| message.title).collect::<Vec<_>>()
    };
    eventually("the administrator is told of the draft", async || {
        (titles(&scene.federation.admin).await == [DRAFTED]).then_some(())
    })
    .await;
    for person in [&one, &other] {
        let request = ApproveRunRequest {
            run_id: run.id.clone(),
            results_sha256: run.results_sha256.clone(),
            note: String::new(),
        };
        scene.runs(person).approve_run(request).await.expect("approved");
    }
    let both = eventually("the administrator has two messages", async || {
        Some(titles(&scene.federation.admin).await).filter(|titles| titles.len() == 2)
    });
    assert_eq!(both.await, [PUBLISHED, DRAFTED]);
    // The role stands in the token alone: organizations knows these accounts without one.
    assert_eq!(titles(&scene.leader).await, [PUBLISHED]);
}
