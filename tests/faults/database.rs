//! The database refuses a transaction for a reason that passes.

use platform::db::Backend;
use proto::organizations::v1::BatchPutUnitsRequest;
use sqlx::{Connection as _, Executor as _, Row as _};

use crate::journeys::federation::{found, unit};
use crate::support::postgres;
use crate::support::wait::{as_time_passes, eventually};
use crate::support::world::{World, with_world};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_met_a_deadlock_is_done_again_and_its_caller_sees_nothing() {
    with_world(Backend::Postgres, deadlock).await;
}

async fn deadlock(world: &World) {
    let federation = found(world, "vinh-long").await;
    federation.put([unit("vl-01", ""), unit("vl-02", "")]).await;
    let mut other = postgres::connect(world.database_url("organizations")).await;
    // The call, not this transaction, is the one that is undone.
    other.execute("SET deadlock_timeout = '1h'; BEGIN").await.expect("begun");
    let lock = |unit: &str| format!("SELECT 1 FROM units WHERE code = '{unit}' FOR UPDATE");
    other.execute(sqlx::AssertSqlSafe(lock("vl-02"))).await.expect("locked");

    let mut units = federation.units();
    let changed =
        ["vl-01", "vl-02"].map(|code| proto::organizations::v1::Unit { members: 7, ..unit(code, "") });
    let call =
        tokio::spawn(
            async move { units.batch_put_units(BatchPutUnitsRequest { units: changed.to_vec() }).await },
        );
    let mut looker = postgres::connect(world.database_url("organizations")).await;
    let looker = tokio::sync::Mutex::new(&mut looker);
    eventually("the call waits for the second unit", async || {
        let sql = "SELECT count(*) AS waiting FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let row = looker.lock().await.fetch_one(sql).await.expect("read");
        (row.get::<i64, _>("waiting") > 0).then_some(())
    })
    .await;
    other.execute(sqlx::AssertSqlSafe(lock("vl-01"))).await.expect("the call was undone");
    other.execute("COMMIT").await.expect("committed");
    other.close().await.expect("closed");

    as_time_passes(&world.time, "the call ends", async || call.is_finished().then_some(())).await;
    call.await.expect("no panic").expect("the call succeeds");
}
