//! Who does not get past a service's door: accounts whose access was withdrawn, tenants over their quota of calls; and
//! nobody changes anything while it is not known who that is.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::FutureExt as _;
use platform::auth::ACCESS_LIFE;
use platform::cache_server::CacheServer;
use platform::db::Database;
use platform::events::{Envelope, Inbox};
use platform::ids::{AccountId, EventId};
use platform::random::Random;
use platform::tenants::{self, CALLS_PER_MINUTE, Status, Tenant, Tenants, Withdrawal};
use prost::Message;
use tokio_util::task::AbortOnDropHandle;
use tonic::{Code, Status as Answer, Streaming};
use tonic_types::StatusExt as _;
use uuid::Uuid;

use super::transport::probe::contract::Note;
use super::transport::probe::{ACCOUNT, Client, Probe, Setup, TENANT, note};
use crate::support::events::run;
use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe;
use crate::support::redis;
use crate::support::refusal::reason;
use crate::support::wait::{PATIENCE, eventually};

on_both_backends!("probe", probe::Migrator =>
    a_withdrawn_account_is_refused_until_it_signs_in_again,
    a_stream_ends_when_its_caller_would_be_refused,
    a_tenant_over_its_quota_of_calls_waits,
    processes_count_the_calls_of_a_tenant_together,
    who_cannot_see_what_was_withdrawn_changes_nothing,
);

/// The probe behind the door of a service with this database.
async fn behind(ground: &Ground, db: &Database, quotas: &[(&str, u64)]) -> (Probe, AbortOnDropHandle<()>) {
    behind_one_of_many(ground, db, quotas, None).await
}

/// The same, where calls are counted at a server in common with other processes.
async fn behind_one_of_many(
    ground: &Ground,
    db: &Database,
    quotas: &[(&str, u64)],
    counted_at: Option<&CacheServer>,
) -> (Probe, AbortOnDropHandle<()>) {
    tenants::fill(db, &[tenant(quotas)]).await.expect("filled");
    let mut door = Tenants::load(db.clone(), ground.time.clock()).await.expect("the list");
    if let Some(server) = counted_at {
        door = door.counting_at(server);
    }
    let watched = door.clone();
    let running = run(|stop| async move { watched.run(stop).await });
    let setup = Setup { hand: ground.time.clone(), door: Some(door), ..Setup::default() };
    (Probe::start(setup).await, running)
}

fn tenant(quotas: &[(&str, u64)]) -> Tenant {
    Tenant {
        id: TENANT,
        code: "vinh-long".into(),
        status: Status::Active,
        zone: "Asia/Ho_Chi_Minh".into(),
        weight: 1,
        quotas: quotas.iter().map(|(name, limit)| ((*name).to_owned(), *limit)).collect::<BTreeMap<_, _>>(),
        revision: 1,
    }
}

fn told(status: &Answer) -> (Code, String) {
    (status.code(), reason(status))
}

#[derive(Clone, PartialEq, Message)]
struct AccessWithdrawn {
    #[prost(string, tag = "1")]
    account: String,
    #[prost(int64, tag = "2")]
    issued_until: i64,
}

impl prost::Name for AccessWithdrawn {
    const NAME: &'static str = "AccessWithdrawn";
    const PACKAGE: &'static str = "thidua.probe.v1";
}

/// The account's tokens are withdrawn that were issued up to these moments, in seconds since 1970.
async fn withdraw<const N: usize>(ground: &Ground, issued_until: [i64; N]) -> AbortOnDropHandle<()> {
    let consumer = tenants::withdrawal_consumer(|event: AccessWithdrawn| {
        let account = event.account.parse().map_err(platform::Error::internal)?;
        Ok(Withdrawal { account, issued_until: event.issued_until })
    });
    let inbox = Inbox::new(ground.db.clone(), ground.time.clock(), vec![consumer]).expect("an inbox");
    let events = issued_until.map(|issued_until| Envelope {
        id: EventId(ground.ids.next()),
        tenant: TENANT,
        source: "organizations".into(),
        sequence: 1,
        topic: <AccessWithdrawn as prost::Name>::full_name(),
        payload: AccessWithdrawn { account: ACCOUNT.to_string(), issued_until }.encode_to_vec().into(),
        trace: String::new(),
        created_at: ground.time.clock().now(),
    });
    inbox.receive(&events).await.expect("received");
    run(|stop| async move { inbox.run(stop).await })
}

/// This second, as tokens count.
fn second(ground: &Ground) -> i64 {
    ground.time.clock().now().micros() / 1_000_000
}

/// A stream that has begun and has no end.
async fn endless(mut client: Client) -> Streaming<Note> {
    let mut stream = client.endless(note("first")).await.expect("a stream").into_inner();
    stream.message().await.expect("no error").expect("the first note");
    stream
}

/// What ends the stream, though nothing more is sent and the clock stands.
async fn end(mut stream: Streaming<Note>) -> (Code, String) {
    let next = tokio::time::timeout(PATIENCE, stream.message()).await.expect("it ends");
    told(&next.expect_err("with a refusal"))
}

async fn a_stream_ends_when_its_caller_would_be_refused(ground: &Ground) {
    let (probe, _running) = behind(ground, &ground.db, &[]).await;
    let mut of_service = endless(probe.service()).await;
    let mut expiring = endless(probe.officer()).await;
    ground.time.advance(ACCESS_LIFE - Duration::from_secs(1));
    assert!(expiring.message().now_or_never().is_none(), "the token counts");
    ground.time.advance(Duration::from_secs(1));
    assert_eq!(end(expiring).await, (Code::Unauthenticated, "TOKEN_EXPIRED".to_owned()));
    probe.running(1).await;

    let withdrawn = endless(probe.officer()).await;
    let _consuming = withdraw(ground, [second(ground)]).await;
    assert_eq!(end(withdrawn).await, (Code::Unauthenticated, "SESSION_REVOKED".to_owned()));
    probe.running(1).await;

    let mut other = endless(probe.account(AccountId(Uuid::from_u128(10)), Vec::new())).await;
    assert!(other.message().now_or_never().is_none(), "it is not meant");
    assert!(of_service.message().now_or_never().is_none(), "services end their calls themselves");
    let suspended = Tenant { status: Status::Suspended, revision: 2, ..tenant(&[]) };
    tenants::fill(&ground.db, &[suspended]).await.expect("suspended");
    for stream in [other, of_service] {
        assert_eq!(end(stream).await, (Code::FailedPrecondition, "TENANT_SUSPENDED".to_owned()));
    }
    probe.running(0).await;
}

async fn a_withdrawn_account_is_refused_until_it_signs_in_again(ground: &Ground) {
    let (probe, _running) = behind(ground, &ground.db, &[]).await;
    let (mut old, mut other) = (probe.officer(), probe.account(AccountId(Uuid::from_u128(10)), Vec::new()));
    old.echo(note("")).await.expect("answered");

    // Of two withdrawals the later one counts, in whatever order they arrive.
    let _consuming = withdraw(ground, [second(ground), second(ground) - 900]).await;
    let refused = eventually("the token is refused", async || old.clone().echo(note("")).await.err()).await;
    assert_eq!(told(&refused), (Code::Unauthenticated, "SESSION_REVOKED".to_owned()));
    other.echo(note("")).await.expect("it is not meant");

    ground.time.advance(Duration::from_secs(1));
    probe.officer().echo(note("")).await.expect("a token that was issued later counts");
    old.echo(note("")).await.expect_err("the old one does not");
}

async fn a_tenant_over_its_quota_of_calls_waits(ground: &Ground) {
    let (probe, _running) = behind(ground, &ground.db, &[(CALLS_PER_MINUTE, 2)]).await;
    let mut member = probe.officer();
    for _ in 0..2 {
        member.echo(note("")).await.expect("within the quota");
    }
    // All members of the tenant together.
    let mut colleague = probe.account(AccountId(Uuid::from_u128(10)), Vec::new());
    let refused = colleague.echo(note("")).await.expect_err("over it");
    assert_eq!(told(&refused), (Code::ResourceExhausted, "RATE_LIMITED".to_owned()));
    let details = refused.get_error_details();
    let wait = details.retry_info().and_then(|info| info.retry_delay).expect("when to try again");
    assert_eq!(wait, Duration::from_secs(30));
    probe.service().echo(note("")).await.expect("services are not counted");
    ground.time.advance(wait);
    member.echo(note("")).await.expect("one more");
    member.echo(note("")).await.expect_err("and no other");
}

async fn processes_count_the_calls_of_a_tenant_together(ground: &Ground) {
    let mut redis = redis::Server::start().await;
    let config = redis.config();
    let server = || CacheServer::open(&config, ground.time.clock(), Random::system()).expect("a URL");
    let (one, other) = (server(), server());
    let quotas = [(CALLS_PER_MINUTE, 3)];
    let (here, _here) = behind_one_of_many(ground, &ground.db, &quotas, Some(&one)).await;
    let (there, _there) = behind_one_of_many(ground, &ground.db, &quotas, Some(&other)).await;
    let (mut here, mut there) = (here.officer(), there.officer());
    for _ in 0..2 {
        here.echo(note("")).await.expect("within the quota");
    }
    there.echo(note("")).await.expect("the last of the quota");
    for caller in [&mut here, &mut there] {
        let refused = caller.echo(note("")).await.expect_err("over it");
        assert_eq!(told(&refused), (Code::ResourceExhausted, "RATE_LIMITED".to_owned()));
    }
    // Without the server each counts for itself, and nobody is shut out.
    redis.kill();
    here.echo(note("")).await.expect("counted here");
}

async fn who_cannot_see_what_was_withdrawn_changes_nothing(ground: &Ground) {
    let db = ground.reopened().await;
    let (probe, _running) = behind(ground, &db, &[]).await;
    let mut member = probe.officer();
    member.officers(note("")).await.expect("it changes something");
    db.close().await;
    // Not at once: a short disturbance stops nobody. The clock moves on until the door has noticed.
    let refused = eventually("changes are refused", async || {
        let refused = probe.officer().officers(note("")).await.err();
        if refused.is_none() {
            ground.time.advance(Duration::from_secs(1));
        }
        refused
    });
    assert_eq!(told(&refused.await), (Code::Unavailable, "UNAVAILABLE".to_owned()));
    probe.officer().echo(note("")).await.expect("reading goes on");
}
