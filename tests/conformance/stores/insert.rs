//! Rows that are added: stamped with the tenant, refused with the name of the rule.

use platform::db::{DbResultExt, TenantTx};
use platform::{Error, Timestamp};
use sea_orm::Set;

use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe::{self, books, loans};

on_both_backends!("probe", probe::Migrator =>
    a_row_of_another_tenant_is_refused,
    values_come_back_as_they_were_written,
    a_key_that_is_taken_is_told_by_its_constraint,
    a_reference_stays_within_the_tenant,
    insert_new_leaves_what_is_there,
    upsert_changes_what_is_there,
);

fn book(ground: &Ground, code: &str) -> books::ActiveModel {
    books::ActiveModel {
        book_id: Set(ground.ids.next()),
        code: Set(code.to_owned()),
        pages: Set(1),
        remark: Set(None),
        printed_at: Set(Timestamp::default()),
        ..Default::default()
    }
}

async fn write(ground: &Ground) -> TenantTx {
    ground.db.write(&ground.member(ground.tenant())).await.expect("a transaction")
}

async fn a_row_of_another_tenant_is_refused(ground: &Ground) {
    let tx = write(ground).await;
    let row = books::ActiveModel { tenant_id: Set(ground.tenant()), ..book(ground, "a") };
    assert!(tx.insert(row.clone()).await.expect_err("refused").to_string().contains("another tenant"));
    assert!(tx.insert_many([book(ground, "b"), row]).await.is_err());
    let own = books::ActiveModel { tenant_id: Set(tx.tenant_id()), ..book(ground, "c") };
    tx.insert(own).await.expect("its own tenant may be named");
}

async fn values_come_back_as_they_were_written(ground: &Ground) {
    let tx = write(ground).await;
    let rows = [
        books::Model {
            tenant_id: tx.tenant_id(),
            book_id: ground.ids.next(),
            code: "Điều lệ".to_owned(),
            pages: i64::MAX,
            remark: Some(String::new()),
            printed_at: Timestamp::from_micros(i64::MAX),
        },
        books::Model {
            tenant_id: tx.tenant_id(),
            book_id: ground.ids.next(),
            code: "'; DROP TABLE books; --".to_owned(),
            pages: i64::MIN,
            remark: None,
            printed_at: Timestamp::from_micros(-1),
        },
    ];
    for row in &rows {
        tx.insert::<_, books::ActiveModel>(row.clone()).await.expect("a row");
    }
    // Ids made one after the other are ordered by their bytes on both databases.
    let found = tx.find::<books::Entity>().order_by_desc(books::Column::Pages).all().await.expect("rows");
    assert_eq!(found, rows);
}

async fn a_key_that_is_taken_is_told_by_its_constraint(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let tx = ground.db.write(&member).await.expect("a transaction");
    let first = book(ground, "a");
    tx.insert(first.clone()).await.expect("a row");
    tx.commit().await.expect("a commit");

    let tx = ground.db.write(&member).await.expect("a transaction");
    let refused = tx.insert(book(ground, "a")).await.expect_err("the code is taken");
    assert_eq!(refused.unique(), Some("books_code_key"));
    drop(tx);

    let tx = ground.db.write(&member).await.expect("a transaction");
    let same_id = books::ActiveModel { code: Set("b".to_owned()), ..first.clone() };
    assert_eq!(tx.insert(same_id).await.expect_err("the id is taken").unique(), Some("books_book_id_key"));
    drop(tx);

    // A rule for some rows alone: a book is lent to one reader at a time.
    let tx = ground.db.write(&member).await.expect("a transaction");
    let loan = |reader: &str| loans::ActiveModel {
        loan_id: Set(ground.ids.next()),
        book_id: first.book_id.clone(),
        reader: Set(reader.to_owned()),
        ..Default::default()
    };
    tx.insert_many([loan(""), loan(""), loan("Lan")]).await.expect("one reader");
    let told = tx
        .insert(loan("Minh"))
        .await
        .on_unique("loans_book_id_key", || Error::already_exists("BOOK_LENT", "the book is lent"));
    assert_eq!(told.expect_err("lent").reason(), "BOOK_LENT");
}

async fn a_reference_stays_within_the_tenant(ground: &Ground) {
    let tx = write(ground).await;
    let theirs = book(ground, "a");
    tx.insert(theirs.clone()).await.expect("a book");
    tx.commit().await.expect("a commit");
    let tx = write(ground).await;
    let loan = loans::ActiveModel {
        loan_id: Set(ground.ids.next()),
        book_id: theirs.book_id,
        reader: Set("Lan".to_owned()),
        ..Default::default()
    };
    let refused = tx.insert(loan).await.expect_err("the book is another tenant's");
    assert!(matches!(refused, platform::db::DbError::Reference(_)), "{refused}");
}

async fn insert_new_leaves_what_is_there(ground: &Ground) {
    let tx = write(ground).await;
    let row = books::ActiveModel { pages: Set(7), ..book(ground, "a") };
    assert!(tx.insert_new(row, [books::Column::Code]).await.expect("added"));
    assert!(!tx.insert_new(book(ground, "a"), [books::Column::Code]).await.expect("there already"));
    let pages = tx.find::<books::Entity>().one().await.expect("a row").map(|book| book.pages);
    assert_eq!(pages, Some(7));
    tx.commit().await.expect("the transaction is whole");
}

async fn upsert_changes_what_is_there(ground: &Ground) {
    let tx = write(ground).await;
    let other = write_elsewhere(ground, tx).await;
    let tx = ground.db.write(&other).await.expect("a transaction");
    let rows = ["a", "b"].map(|code| books::ActiveModel { pages: Set(9), ..book(ground, code) });
    tx.upsert_many(rows, [books::Column::Code], [books::Column::Pages]).await.expect("upserted");
    let row = books::ActiveModel { pages: Set(10), ..book(ground, "b") };
    tx.upsert(row, [books::Column::Code], [books::Column::Pages]).await.expect("upserted");
    let found = tx.find::<books::Entity>().order_by_asc(books::Column::Code).all().await.expect("rows");
    assert_eq!(
        found.iter().map(|book| (book.code.as_str(), book.pages)).collect::<Vec<_>>(),
        [("a", 9), ("b", 10)]
    );
}

/// A row with the code `a` in one tenant, and a member of another that has one as well.
async fn write_elsewhere(ground: &Ground, tx: TenantTx) -> platform::tenancy::Member {
    tx.insert(book(ground, "a")).await.expect("a row");
    tx.commit().await.expect("a commit");
    let other = ground.member(ground.tenant());
    let tx = ground.db.write(&other).await.expect("a transaction");
    tx.insert(book(ground, "a")).await.expect("a row");
    tx.commit().await.expect("a commit");
    other
}
