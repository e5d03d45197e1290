//! Wake-ups come with the commit, to every listener of the channel.

use platform::db::{Database, Wake, Wakeups};

use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe;

on_both_backends!("probe", probe::Migrator =>
    a_commit_wakes_and_a_rollback_does_not,
    another_handle_on_the_database_is_woken_too,
);

/// The next thing that was said. `Missed` may come at any time and asks for nothing more than a look.
async fn next(wakeups: &mut Wakeups) -> String {
    loop {
        if let Wake::Said(payload) = wakeups.next().await {
            return payload;
        }
    }
}

async fn say(ground: &Ground, channel: &str, payload: &str) {
    let tx = ground.db.write(&ground.member(ground.tenant())).await.expect("a transaction");
    tx.notify(channel, payload);
    tx.notify(channel, payload);
    tx.commit().await.expect("a commit");
}

/// Says something until the listener hears it: from then on it is connected.
async fn connected(ground: &Ground, wakeups: &mut Wakeups) {
    let mut heard = Box::pin(next(wakeups));
    loop {
        say(ground, "jobs", "are you there").await;
        let waited = tokio::time::timeout(std::time::Duration::from_millis(50), &mut heard).await;
        if waited.is_ok() {
            return;
        }
    }
}

async fn a_commit_wakes_and_a_rollback_does_not(ground: &Ground) {
    let mut wakeups = ground.db.listen("jobs");
    connected(ground, &mut wakeups).await;
    let tx = ground.db.write(&ground.member(ground.tenant())).await.expect("a transaction");
    tx.notify("jobs", "rolled back");
    drop(tx);
    say(ground, "progress", "another channel").await;
    say(ground, "jobs", "first").await;
    say(ground, "jobs", "second").await;
    let mut said = Vec::new();
    while said.last().map(String::as_str) != Some("second") {
        let next = next(&mut wakeups).await;
        if next != "are you there" {
            said.push(next);
        }
    }
    assert_eq!(said, ["first", "second"], "each once, in order");
}

async fn another_handle_on_the_database_is_woken_too(ground: &Ground) {
    let other = match ground.backend() {
        // Embedded, one process has the files: every part of it holds a clone of the one handle.
        platform::db::Backend::Sqlite => ground.db.clone(),
        platform::db::Backend::Postgres => {
            Database::connect(&ground.config, "probe", ground.ids.clone()).await.expect("it opens")
        }
    };
    let mut wakeups = other.listen("jobs");
    connected(ground, &mut wakeups).await;
    other.close().await;
}
