//! Work across tenants, on the tables that admit it.

use platform::db::SystemUse;
use sea_orm::{ColumnTrait, Set};

use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe::{self, parcels};

on_both_backends!("probe", probe::Migrator => the_system_serves_what_tenants_enqueue);

async fn the_system_serves_what_tenants_enqueue(ground: &Ground) {
    let members = [ground.member(ground.tenant()), ground.member(ground.tenant())];
    for member in &members {
        let tx = ground.db.write(member).await.expect("a transaction");
        let row = parcels::ActiveModel {
            parcel_id: Set(ground.ids.next()),
            state: Set("waiting".to_owned()),
            ..Default::default()
        };
        tx.insert(row).await.expect("a parcel");
        tx.commit().await.expect("a commit");
    }
    let tx = ground.db.system_read(SystemUse::JobDispatch).await.expect("a transaction");
    let waiting = tx.find::<parcels::Entity>().filter(parcels::Column::State.eq("waiting"));
    let mut tenants: Vec<_> = waiting.all().await.expect("rows").iter().map(|row| row.tenant_id).collect();
    tenants.sort();
    let mut expected: Vec<_> = members.iter().map(|member| member.tenant_id()).collect();
    expected.sort();
    assert_eq!(tenants, expected);
    drop(tx);

    let tx = ground.db.system_write(SystemUse::JobDispatch).await.expect("a transaction");
    let sent = tx
        .update::<parcels::Entity>()
        .set(parcels::Column::State, "sent")
        .filter(parcels::Column::TenantId.eq(members[0].tenant_id()))
        .exec()
        .await
        .expect("a change");
    assert_eq!(sent, 1);
    tx.commit().await.expect("a commit");
    for (member, state) in members.iter().zip(["sent", "waiting"]) {
        let tx = ground.db.read(member).await.expect("a transaction");
        let rows = tx.find::<parcels::Entity>().all().await.expect("rows");
        assert_eq!(rows.iter().map(|row| row.state.as_str()).collect::<Vec<_>>(), [state]);
    }
}
