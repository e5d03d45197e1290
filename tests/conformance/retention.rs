//! What has outlived its time is deleted; what somebody must still see is not.

use std::sync::Arc;
use std::time::Duration;

use platform::db::SystemUse;
use platform::events::{Consumer, InProcess, Inbox, Relay};
use platform::idempotency::{self, Key};
use platform::retention::Retention;
use platform::tenancy::Principal;

use crate::support::events::{ParcelSent, Shelve, run, send, shelf};
use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe;
use crate::support::wait::eventually;

on_both_backends!("probe", probe::Migrator => old_rows_go_and_parked_events_stay);

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How many rows each table has.
async fn rows(ground: &Ground) -> [u64; 3] {
    let tx = ground.db.system_read(SystemUse::Retention).await.expect("a transaction");
    [
        tx.find::<tables::outbox::Entity>().count().await.expect("a count"),
        tx.find::<tables::inbox::Entity>().count().await.expect("a count"),
        tx.find::<tables::answers::Entity>().count().await.expect("a count"),
    ]
}

async fn old_rows_go_and_parked_events_stay(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let shelves = Shelve::default();
    *shelves.broken.lock().expect("no panic") = Some("the shelf fell down");
    let consumers = vec![Consumer::new("shelves").on(shelves.clone())];
    let inbox = Inbox::new(ground.db.clone(), ground.time.clock(), consumers).expect("an inbox");
    let exchange = Arc::new(InProcess::new(vec![Arc::clone(&inbox)]));
    let relay = Relay::new(ground.db.clone(), exchange, ground.time.clock());
    let relaying = run(|stop| async move { relay.run(stop).await });
    let processing = run({
        let inbox = Arc::clone(&inbox);
        |stop| async move { inbox.run(stop).await }
    });
    let labels: Vec<String> = (0..250).map(|number| number.to_string()).collect();
    send(ground, &member, &["poison"]).await;
    send(ground, &member, &labels.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let principal = Principal::Member(member.clone());
    let answered = ParcelSent { label: "answered".into() };
    let key = Some(Key::new("k").expect("a key"));
    idempotency::run(&ground.db, &principal, key, &answered, async |_| Ok(answered.clone()))
        .await
        .expect("done");
    eventually("one is parked and the others are done", async || {
        ground.time.advance(Duration::from_secs(20));
        (shelf(ground, &member).await.len() == 250).then_some(())
    })
    .await;
    // These wait, and are younger than the others.
    drop((relaying, processing));
    ground.time.advance(13 * DAY);
    let retention = Retention::new(ground.db.clone(), ground.time.clock());
    let _retention = run(|stop| async move { retention.run(stop).await });
    eventually("the answer is gone", async || (rows(ground).await[2] == 0).then_some(())).await;
    assert_eq!(rows(ground).await, [251, 251, 0], "13 days are not 14");

    send(ground, &member, &["waits for its relay"]).await;
    eventually("the old ones are gone", async || {
        ground.time.advance(DAY / 4);
        (rows(ground).await == [1, 1, 0]).then_some(())
    })
    .await;
    assert_eq!(inbox.parked(10).await.expect("parked").len(), 1);
}

/// The tables as far as this suite looks at them.
mod tables {
    macro_rules! table {
        ($module:ident, $table:literal) => {
            pub mod $module {
                use sea_orm::entity::prelude::*;

                #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
                #[sea_orm(table_name = $table)]
                pub struct Model {
                    #[sea_orm(primary_key, auto_increment = false)]
                    pub tenant_id: Uuid,
                }

                #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
                pub enum Relation {}

                impl ActiveModelBehavior for ActiveModel {}

                platform::platform_entity!(Entity);
            }
        };
    }

    table!(outbox, "event_outbox");
    table!(inbox, "event_inbox");
    table!(answers, "idempotency_answers");
}
