//! Transactions: all or nothing, in order, and whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use platform::db::DbError;
use platform::tenancy::{Cause, Principal};
use platform::{Error, Timestamp, testing};
use sea_orm::Set;

use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe::{self, books};

on_both_backends!("probe", probe::Migrator =>
    what_is_not_committed_never_was,
    after_a_failed_statement_nothing_can_be_committed,
    a_statement_whose_wait_was_dropped_breaks_the_transaction,
    a_read_cannot_write,
    read_and_write_again_loses_no_update,
    callbacks_run_after_the_commit_alone,
    only_who_has_a_tenant_opens_a_transaction,
);

fn book(ground: &Ground, code: &str) -> books::ActiveModel {
    books::ActiveModel {
        book_id: Set(ground.ids.next()),
        code: Set(code.to_owned()),
        pages: Set(0),
        remark: Set(None),
        printed_at: Set(Timestamp::default()),
        ..Default::default()
    }
}

async fn what_is_not_committed_never_was(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let tx = ground.db.write(&member).await.expect("a transaction");
    tx.insert(book(ground, "a")).await.expect("a row");
    drop(tx);
    let tx = ground.db.write(&member).await.expect("a transaction");
    assert!(!tx.find::<books::Entity>().exists().await.expect("an answer"));
}

async fn after_a_failed_statement_nothing_can_be_committed(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let tx = ground.db.write(&member).await.expect("a transaction");
    tx.insert(book(ground, "a")).await.expect("a row");
    assert!(tx.insert(book(ground, "a")).await.is_err());
    assert!(matches!(tx.insert(book(ground, "b")).await, Err(DbError::Broken)));
    assert!(matches!(tx.commit().await, Err(DbError::Broken)));
    let tx = ground.db.read(&member).await.expect("a transaction");
    assert!(!tx.find::<books::Entity>().exists().await.expect("an answer"));
}

async fn a_statement_whose_wait_was_dropped_breaks_the_transaction(ground: &Ground) {
    let member = ground.member(ground.tenant());
    loop {
        let tx = ground.db.write(&member).await.expect("a transaction");
        let waited = {
            let mut insert = Box::pin(tx.insert(book(ground, "a")));
            futures::poll!(&mut insert).is_pending()
        };
        // A database may answer at once: then nothing was dropped, and it is tried again.
        if waited {
            assert!(matches!(tx.commit().await, Err(DbError::Broken)));
            break;
        }
    }
    // The connection is fit for others.
    let tx = ground.db.write(&member).await.expect("a transaction");
    tx.insert(book(ground, "b")).await.expect("a row");
    tx.commit().await.expect("a commit");
}

async fn a_read_cannot_write(ground: &Ground) {
    let tx = ground.db.read(&ground.member(ground.tenant())).await.expect("a transaction");
    assert!(tx.insert(book(ground, "a")).await.is_err());
}

async fn read_and_write_again_loses_no_update(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let tx = ground.db.write(&member).await.expect("a transaction");
    tx.insert(book(ground, "a")).await.expect("a row");
    tx.commit().await.expect("a commit");
    let add = || async {
        let tx = ground.db.write(&member).await?;
        let row = tx.find::<books::Entity>().for_update().one().await?;
        let pages = row.map_or(0, |book| book.pages) + 1;
        tx.update::<books::Entity>().set(books::Column::Pages, pages).exec().await?;
        tx.commit().await?;
        Ok::<_, Error>(())
    };
    futures::future::try_join_all((0..20).map(|_| add())).await.expect("twenty writers");
    let tx = ground.db.read(&member).await.expect("a transaction");
    let row = tx.find::<books::Entity>().one().await.expect("a row");
    assert_eq!(row.map(|book| book.pages), Some(20));
}

async fn callbacks_run_after_the_commit_alone(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let calls = Arc::new(AtomicU32::new(0));
    for commit in [false, true] {
        let tx = ground.db.write(&member).await.expect("a transaction");
        tx.on_commit({
            let calls = Arc::clone(&calls);
            move || {
                calls.fetch_add(1, Ordering::SeqCst);
            }
        });
        assert_eq!(calls.load(Ordering::SeqCst), 0);
        if commit {
            tx.commit().await.expect("a commit");
        }
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

async fn only_who_has_a_tenant_opens_a_transaction(ground: &Ground) {
    let tenant = ground.tenant();
    let account = platform::ids::AccountId(ground.ids.next());
    let operator = Principal::Operator(testing::operator(account));
    let refused = ground.db.read(&operator).await.expect_err("an operator has no tenant");
    assert_eq!(refused.reason(), "TENANT_REQUIRED");
    assert!(ground.db.read(&testing::service("scoring", None)).await.is_err());
    let service = testing::service("scoring", Some(tenant));
    assert_eq!(ground.db.read(&service).await.expect("a transaction").tenant_id(), tenant);
    let work = testing::work(tenant, Cause::Job(platform::ids::JobId(ground.ids.next())));
    assert_eq!(ground.db.write(&work).await.expect("a transaction").tenant_id(), tenant);
}
