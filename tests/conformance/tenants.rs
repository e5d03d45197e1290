//! Each service knows the tenants, and what they may.

use std::collections::BTreeMap;

use platform::db::Database;
use platform::events::{Envelope, Inbox};
use platform::ids::{EventId, TenantId};
use platform::tenants::{self, JOBS_IN_FLIGHT, Status, Tenant, Tenants};
use prost::Message;

use crate::support::events::run;
use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe;
use crate::support::wait::{as_time_passes, eventually};

on_both_backends!("probe", probe::Migrator =>
    a_tenant_is_known_by_id_and_code_and_others_are_not,
    a_suspended_tenant_is_not_admitted,
    another_process_learns_of_a_change,
    events_keep_the_list_and_older_ones_change_nothing,
);

fn tenant(id: TenantId, revision: i64) -> Tenant {
    Tenant {
        id,
        code: "vinh-long".into(),
        status: Status::Active,
        zone: "Asia/Ho_Chi_Minh".into(),
        weight: 2,
        quotas: BTreeMap::from([(JOBS_IN_FLIGHT.to_owned(), 3)]),
        revision,
    }
}

async fn load(ground: &Ground, db: &Database) -> Tenants {
    Tenants::load(db.clone(), ground.time.clock()).await.expect("the list")
}

async fn a_tenant_is_known_by_id_and_code_and_others_are_not(ground: &Ground) {
    let known = tenant(ground.tenant(), 1);
    tenants::fill(&ground.db, std::slice::from_ref(&known)).await.expect("filled");
    let tenants = load(ground, &ground.db).await;
    assert_eq!(*tenants.get(known.id).expect("known"), known);
    assert_eq!(*tenants.by_code("vinh-long").expect("known"), known);
    assert_eq!(tenants.all().len(), 1);
    let unknown = tenants.by_code("vinh-lông").expect_err("unknown");
    assert_eq!(unknown.reason(), "TENANT_UNKNOWN");
    assert!(unknown.to_string().contains("vinh-lông"), "{unknown}");
    assert_eq!(tenants.get(ground.tenant()).expect_err("unknown").reason(), "TENANT_UNKNOWN");
}

async fn a_suspended_tenant_is_not_admitted(ground: &Ground) {
    let id = ground.tenant();
    tenants::fill(&ground.db, &[tenant(id, 1)]).await.expect("filled");
    let tenants = load(ground, &ground.db).await;
    let _running = run({
        let tenants = tenants.clone();
        |stop| async move { tenants.run(stop).await }
    });
    tenants.admitted(id).expect("it can work");
    let mut changes = tenants.changes();
    let suspended = Tenant { status: Status::Suspended, ..tenant(id, 2) };
    tenants::fill(&ground.db, std::slice::from_ref(&suspended)).await.expect("filled");
    let refused = as_time_passes(&ground.time, "it is shut out", async || tenants.admitted(id).err()).await;
    assert_eq!(refused.reason(), "TENANT_SUSPENDED");
    changes.next().await;
    assert_eq!(*tenants.get(id).expect("still known"), suspended);
}

async fn another_process_learns_of_a_change(ground: &Ground) {
    let other = ground.reopened().await;
    let tenants = load(ground, &other).await;
    let running = run({
        let tenants = tenants.clone();
        |stop| async move { tenants.run(stop).await }
    });
    let id = ground.tenant();
    tenants::fill(&ground.db, &[tenant(id, 1)]).await.expect("filled");
    as_time_passes(&ground.time, "it is known", async || tenants.get(id).ok()).await;
    drop(running);
    other.close().await;
}

/// What the owner of tenants tells: a code and a revision.
#[derive(Clone, PartialEq, Message)]
struct TenantChanged {
    #[prost(string, tag = "1")]
    id: String,
    #[prost(string, tag = "2")]
    code: String,
    #[prost(int64, tag = "3")]
    revision: i64,
}

impl prost::Name for TenantChanged {
    const NAME: &'static str = "TenantChanged";
    const PACKAGE: &'static str = "thidua.probe.v1";
}

async fn events_keep_the_list_and_older_ones_change_nothing(ground: &Ground) {
    let id = ground.tenant();
    let consumer = tenants::consumer(|event: TenantChanged| {
        let id = TenantId(event.id.parse().map_err(platform::Error::internal)?);
        Ok(Tenant { code: event.code, ..tenant(id, event.revision) })
    });
    let inbox = Inbox::new(ground.db.clone(), ground.time.clock(), vec![consumer]).expect("an inbox");
    let event = |of: TenantId, code: &str, revision| Envelope {
        id: EventId(ground.ids.next()),
        tenant: id,
        source: "organizations".into(),
        sequence: revision,
        topic: <TenantChanged as prost::Name>::full_name(),
        payload: TenantChanged { id: of.to_string(), code: code.into(), revision }.encode_to_vec().into(),
        trace: String::new(),
        created_at: ground.time.clock().now(),
    };
    let stranger = ground.tenant();
    let events = [event(id, "first", 1), event(id, "newest", 3), event(stranger, "foreign", 4)];
    inbox.receive(&events).await.expect("received");
    let _process = run(|stop| async move { inbox.run(stop).await });
    let tenants = load(ground, &ground.db).await;
    let _running = run({
        let tenants = tenants.clone();
        |stop| async move { tenants.run(stop).await }
    });
    let known = eventually("the newest is known", async || {
        let known = tenants.get(id).ok()?;
        (known.revision == 3).then_some(known)
    });
    assert_eq!(known.await.code, "newest");
    // An event speaks for its own tenant alone.
    assert!(tenants.get(stranger).is_err());
    // What the owner said at start may be older than what its events have told.
    tenants::fill(&ground.db, &[tenant(id, 2)]).await.expect("filled");
    assert_eq!(load(ground, &ground.db).await.get(id).expect("known").code, "newest");
}
