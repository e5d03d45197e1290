//! A call that is sent twice under one key happens once.

use std::time::Duration;

use platform::db::SystemUse;
use platform::idempotency::{self, Key};
use platform::tenancy::{Member, Principal};
use platform::{Error, Result, testing};

use crate::support::events::{ParcelSent, ParcelWeighed, shelf, shelve};
use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe;

on_both_backends!("probe", probe::Migrator =>
    the_same_call_gets_the_first_answer_again,
    another_body_under_the_key_is_refused,
    without_a_key_each_call_counts,
    calls_at_the_same_time_have_one_effect,
    a_call_that_failed_may_be_sent_again,
    keys_of_others_are_others,
    answers_are_kept_for_a_day,
    operators_have_keys_too,
);

fn key(text: &str) -> Option<Key> {
    Some(Key::new(text).expect("a key"))
}

fn parcel(label: &str) -> ParcelSent {
    ParcelSent { label: label.into() }
}

/// Puts the parcel on the shelf and answers with how many parcels there are.
async fn call(ground: &Ground, member: &Member, key: Option<Key>, request: ParcelSent) -> Result<String> {
    let principal = Principal::Member(member.clone());
    let answer = idempotency::run(&ground.db, &principal, key, &request, async |tx| {
        shelve(tx, &request.label).await?;
        let count = tx.find::<probe::parcels::Entity>().count().await?;
        Ok(parcel(&count.to_string()))
    });
    Ok(answer.await?.label)
}

async fn the_same_call_gets_the_first_answer_again(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let principal = Principal::Member(member.clone());
    let before: Option<ParcelSent> =
        idempotency::answered(&ground.db, &principal, key("k").as_ref(), &parcel("a")).await.expect("asked");
    assert_eq!(before, None);
    assert_eq!(call(ground, &member, key("k"), parcel("a")).await.expect("done"), "1");
    call(ground, &member, key("other"), parcel("b")).await.expect("done");
    assert_eq!(call(ground, &member, key("k"), parcel("a")).await.expect("told again"), "1");
    assert_eq!(shelf(ground, &member).await, ["a", "b"]);
    let after: Option<ParcelSent> =
        idempotency::answered(&ground.db, &principal, key("k").as_ref(), &parcel("a")).await.expect("asked");
    assert_eq!(after, Some(parcel("1")));
}

async fn another_body_under_the_key_is_refused(ground: &Ground) {
    let member = ground.member(ground.tenant());
    call(ground, &member, key("k"), parcel("a")).await.expect("done");
    let refused = call(ground, &member, key("k"), parcel("b")).await.expect_err("another body");
    assert_eq!(refused.reason(), "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(shelf(ground, &member).await, ["a"]);
}

async fn without_a_key_each_call_counts(ground: &Ground) {
    let member = ground.member(ground.tenant());
    for expected in ["1", "2"] {
        assert_eq!(call(ground, &member, None, parcel("a")).await.expect("done"), expected);
    }
}

async fn calls_at_the_same_time_have_one_effect(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let calls = (0..8).map(|_| call(ground, &member, key("k"), parcel("a")));
    let answers = futures::future::try_join_all(calls).await.expect("every call is answered");
    assert_eq!(answers, ["1"; 8]);
    assert_eq!(shelf(ground, &member).await, ["a"]);
}

async fn a_call_that_failed_may_be_sent_again(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let principal = Principal::Member(member.clone());
    let request = parcel("a");
    let failed: Result<ParcelSent> =
        idempotency::run(&ground.db, &principal, key("k"), &request, async |tx| {
            shelve(tx, "half done").await?;
            Err(Error::precondition("SHELF_FULL", "the shelf is full"))
        })
        .await;
    assert_eq!(failed.map_err(|error| error.reason()), Err("SHELF_FULL"));
    assert_eq!(call(ground, &member, key("k"), parcel("a")).await.expect("done"), "1");
    assert_eq!(shelf(ground, &member).await, ["a"]);
}

async fn keys_of_others_are_others(ground: &Ground) {
    let tenant = ground.tenant();
    let (first, second) = (ground.member(tenant), ground.member(tenant));
    let stranger = ground.member(ground.tenant());
    assert_eq!(call(ground, &first, key("k"), parcel("a")).await.expect("done"), "1");
    assert_eq!(call(ground, &second, key("k"), parcel("b")).await.expect("done"), "2");
    assert_eq!(call(ground, &stranger, key("k"), parcel("c")).await.expect("done"), "1");
    // Another RPC has another type of request.
    let principal = Principal::Member(first.clone());
    let weighed = idempotency::run(&ground.db, &principal, key("k"), &ParcelWeighed {}, async |tx| {
        shelve(tx, "d").await?;
        Ok(parcel("weighed"))
    });
    assert_eq!(weighed.await.expect("done"), parcel("weighed"));
    assert_eq!(shelf(ground, &first).await, ["a", "b", "d"]);
}

async fn answers_are_kept_for_a_day(ground: &Ground) {
    let member = ground.member(ground.tenant());
    call(ground, &member, key("k"), parcel("a")).await.expect("done");
    ground.time.advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(call(ground, &member, key("k"), parcel("a")).await.expect("told again"), "1");
    ground.time.advance(Duration::from_secs(1));
    assert_eq!(call(ground, &member, key("k"), parcel("a")).await.expect("done anew"), "2");
}

async fn operators_have_keys_too(ground: &Ground) {
    let principal = Principal::Operator(testing::operator(platform::ids::AccountId(ground.ids.next())));
    let request = parcel("a");
    let call = async |answer: &str| {
        let user = SystemUse::TenantDirectory;
        idempotency::run_for_operator(&ground.db, user, &principal, key("k"), &request, async |tx| {
            tx.publish(ground.tenant(), &request);
            Ok(parcel(answer))
        })
        .await
    };
    assert_eq!(call("first").await.expect("done"), parcel("first"));
    assert_eq!(call("second").await.expect("told again"), parcel("first"));
}
