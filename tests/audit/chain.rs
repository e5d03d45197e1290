//! Entries are chained soon after their commit, and the chain shows every change.

use platform::audit::{self, Act, Fault, Sealer, Verdict, verify};
use platform::db::SystemUse;
use platform::ids::AccountId;
use platform::tenancy::{Cause, Member};
use platform::testing;
use platform::trace::{self, Trace};
use tokio_util::task::AbortOnDropHandle;

use super::tamper::by_force;
use crate::support::events::run;
use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe;
use crate::support::wait::{as_time_passes, eventually};

on_both_backends!("probe", probe::Migrator =>
    an_entry_tells_who_did_what_when_and_in_which_request,
    a_change_that_was_rolled_back_leaves_no_entry,
    entries_are_sealed_within_two_seconds,
    many_writers_and_two_sealers_make_one_chain,
    an_altered_entry_is_found,
    a_removed_entry_is_found,
    a_removed_seal_is_found,
    an_entry_that_was_slipped_in_is_found,
    tenants_have_chains_of_their_own,
);

pub fn sealer(ground: &Ground) -> AbortOnDropHandle<()> {
    let sealer = Sealer::new(ground.db.clone(), ground.time.clock());
    run(|stop| async move { sealer.run(stop).await })
}

/// Does something to each subject, in a transaction of its own.
pub async fn act(ground: &Ground, member: &Member, subjects: &[&str]) {
    for subject in subjects {
        let tx = ground.db.write(member).await.expect("a transaction");
        tx.record(Act::new("parcel.sent", "parcel", subject).with("weight", 3).with("to", "shelf"));
        tx.commit().await.expect("a commit");
    }
}

/// Waits until the tenant's chain has so many entries and nothing waits; returns its head.
pub async fn sealed(ground: &Ground, member: &Member, count: i64) -> String {
    eventually("the entries are sealed", async || {
        match verify(&ground.db, member.tenant_id()).await.expect("walked") {
            Verdict::Whole { entries, head, waiting: 0 } if entries == count => Some(head),
            _ => None,
        }
    })
    .await
}

async fn subjects(ground: &Ground, member: &Member) -> Vec<String> {
    let tx = ground.db.read(member).await.expect("a transaction");
    let list = audit::list(&tx, 0, 1_000).await.expect("the log");
    list.into_iter().map(|(_, entry)| entry.subject).collect()
}

async fn an_entry_tells_who_did_what_when_and_in_which_request(ground: &Ground) {
    let _sealer = sealer(ground);
    let member = ground.member(ground.tenant());
    let tenant = member.tenant_id();
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    trace::within(Trace::parse(trace), act(ground, &member, &["a"])).await;
    let job = platform::ids::JobId(ground.ids.next());
    let tx = ground.db.write(&testing::work(tenant, Cause::Job(job))).await.expect("a transaction");
    tx.record(Act::new("parcel.lost", "parcel", "a"));
    tx.commit().await.expect("a commit");
    let operator = testing::operator(AccountId(ground.ids.next()));
    let tx = ground.db.system_write(SystemUse::TenantDirectory).await.expect("a transaction");
    tx.record(tenant, &operator.actor(), Act::new("tenant.suspended", "tenant", "probe"));
    tx.commit().await.expect("a commit");
    sealed(ground, &member, 3).await;

    let tx = ground.db.read(&member).await.expect("a transaction");
    let list = audit::list(&tx, 0, 10).await.expect("the log");
    let (seal, first) = &list[0];
    assert_eq!(seal.sequence, 1);
    assert_eq!((first.actor_kind.as_str(), first.actor.clone()), ("account", member.account().to_string()));
    assert_eq!(
        (first.action.as_str(), first.subject_kind.as_str(), first.subject.as_str()),
        ("parcel.sent", "parcel", "a")
    );
    assert_eq!(first.details, r#"{"to":"shelf","weight":3}"#);
    assert_eq!((first.at, first.trace.as_str()), (ground.time.clock().now(), trace));
    assert_eq!((list[1].1.actor_kind.as_str(), list[1].1.actor.clone()), ("job", job.to_string()));
    assert_eq!(
        (list[2].1.actor_kind.as_str(), list[2].1.actor.clone()),
        ("operator", operator.account().to_string())
    );
}

async fn a_change_that_was_rolled_back_leaves_no_entry(ground: &Ground) {
    let _sealer = sealer(ground);
    let member = ground.member(ground.tenant());
    let tx = ground.db.write(&member).await.expect("a transaction");
    tx.record(Act::new("parcel.sent", "parcel", "rolled back"));
    drop(tx);
    act(ground, &member, &["committed"]).await;
    sealed(ground, &member, 1).await;
    assert_eq!(subjects(ground, &member).await, ["committed"]);
}

async fn entries_are_sealed_within_two_seconds(ground: &Ground) {
    // The sealer listens on a handle of its own, which no transaction of this process wakes on SQLite.
    let other = ground.reopened().await;
    let sealer = Sealer::new(other.clone(), ground.time.clock());
    let sealer = run(|stop| async move { sealer.run(stop).await });
    let member = ground.member(ground.tenant());
    act(ground, &member, &["a"]).await;
    as_time_passes(&ground.time, "it is sealed", async || {
        let verdict = verify(&ground.db, member.tenant_id()).await.expect("walked");
        matches!(verdict, Verdict::Whole { entries: 1, waiting: 0, .. }).then_some(())
    })
    .await;
    drop(sealer);
    other.close().await;
}

async fn many_writers_and_two_sealers_make_one_chain(ground: &Ground) {
    let _sealers = [sealer(ground), sealer(ground)];
    let member = ground.member(ground.tenant());
    let names: Vec<String> = (0..60).map(|number| number.to_string()).collect();
    futures::future::join_all(names.iter().map(|name| async { act(ground, &member, &[name]).await })).await;
    as_time_passes(&ground.time, "all are sealed", async || {
        match verify(&ground.db, member.tenant_id()).await.expect("walked") {
            Verdict::Whole { entries: 60, waiting: 0, .. } => Some(()),
            Verdict::Whole { .. } => None,
            broken => panic!("{broken:?}"),
        }
    })
    .await;
    let mut found: Vec<u32> = subjects(ground, &member).await.iter().flat_map(|s| s.parse()).collect();
    found.sort_unstable();
    assert_eq!(found, (0..60).collect::<Vec<_>>());
}

/// Three sealed entries, then the act of somebody who may do everything.
async fn broken_by(ground: &Ground, sql: &str) -> Verdict {
    let member = ground.member(ground.tenant());
    let sealer = sealer(ground);
    act(ground, &member, &["a", "b", "c"]).await;
    sealed(ground, &member, 3).await;
    drop(sealer);
    by_force(ground, sql).await;
    verify(&ground.db, member.tenant_id()).await.expect("walked")
}

async fn an_altered_entry_is_found(ground: &Ground) {
    let verdict =
        broken_by(ground, "UPDATE audit_entries SET actor = 'somebody else' WHERE subject = 'b'").await;
    let Verdict::Broken(found) = verdict else { panic!("{verdict:?}") };
    assert_eq!((found.sequence, found.fault), (2, Fault::Altered));
    assert!(found.to_string().contains("audit entry 2"), "{found}");
}

async fn a_removed_entry_is_found(ground: &Ground) {
    let verdict = broken_by(ground, "DELETE FROM audit_entries WHERE subject = 'c'").await;
    let Verdict::Broken(found) = verdict else { panic!("{verdict:?}") };
    assert_eq!((found.sequence, found.fault), (3, Fault::EntryMissing));
}

async fn a_removed_seal_is_found(ground: &Ground) {
    let sql = "DELETE FROM audit_entries WHERE subject = 'a'; DELETE FROM audit_seals WHERE sequence = 1";
    let verdict = broken_by(ground, sql).await;
    let Verdict::Broken(found) = verdict else { panic!("{verdict:?}") };
    assert_eq!((found.sequence, found.fault), (1, Fault::SealMissing));
}

async fn an_entry_that_was_slipped_in_is_found(ground: &Ground) {
    let sql = "INSERT INTO audit_entries SELECT tenant_id, tenant_id, at, actor_kind, actor, action, subject_kind, 'd', \
               details, trace FROM audit_entries WHERE subject = 'a'";
    assert_eq!(broken_by(ground, sql).await, Verdict::Unsealed(1));
}

async fn tenants_have_chains_of_their_own(ground: &Ground) {
    let _sealer = sealer(ground);
    let (ours, theirs) = (ground.member(ground.tenant()), ground.member(ground.tenant()));
    act(ground, &ours, &["a"]).await;
    act(ground, &theirs, &["b", "c"]).await;
    let heads = (sealed(ground, &ours, 1).await, sealed(ground, &theirs, 2).await);
    assert_ne!(heads.0, heads.1);
    assert_eq!(subjects(ground, &ours).await, ["a"]);
    assert_eq!(subjects(ground, &theirs).await, ["b", "c"]);
}
