//! Queries see the tenant's rows and no others.

use futures::TryStreamExt;
use platform::db::TenantTx;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, FromQueryResult, Set};

use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe::{self, books, loans};

on_both_backends!("probe", probe::Migrator =>
    every_way_of_reading_stops_at_the_tenant,
    joins_compare_the_tenant,
    text_is_ordered_by_bytes,
    a_read_sees_one_state_until_its_end,
    a_hundred_thousand_rows_stream,
);

/// A book with this code.
fn book(ground: &Ground, code: &str, pages: i64) -> books::ActiveModel {
    books::ActiveModel {
        book_id: Set(ground.ids.next()),
        code: Set(code.to_owned()),
        pages: Set(pages),
        remark: Set(None),
        printed_at: Set(ground.time.clock().now()),
        ..Default::default()
    }
}

async fn every_way_of_reading_stops_at_the_tenant(ground: &Ground) {
    let (ours, theirs) = (ground.member(ground.tenant()), ground.member(ground.tenant()));
    let tx = ground.db.write(&ours).await.expect("a transaction");
    tx.insert_many([book(ground, "a", 1), book(ground, "b", 2)]).await.expect("rows are added");
    tx.commit().await.expect("a commit");
    let tx = ground.db.write(&theirs).await.expect("a transaction");
    tx.insert(book(ground, "a", 30)).await.expect("the same code in another tenant");
    tx.commit().await.expect("a commit");

    let mut tx = ground.db.read(&theirs).await.expect("a transaction");
    let all = tx.find::<books::Entity>().all().await.expect("rows");
    assert_eq!(all.iter().map(|book| book.pages).collect::<Vec<_>>(), [30]);
    assert_eq!(all[0].tenant_id, theirs.tenant_id());
    assert_eq!(tx.find::<books::Entity>().count().await.expect("a count"), 1);
    let other = tx.find::<books::Entity>().filter(books::Column::Code.eq("b"));
    assert!(!other.exists().await.expect("an answer"));
    // A condition that is true for every row, or for one tenant or another, stays within the tenant.
    let any =
        sea_orm::Condition::any().add(books::Column::Pages.gt(0)).add(books::Column::TenantId.is_not_null());
    assert_eq!(tx.find::<books::Entity>().filter(any).all().await.expect("rows").len(), 1);
    let of_ours = tx.find::<books::Entity>().filter(books::Column::TenantId.eq(ours.tenant_id()));
    assert_eq!(of_ours.one().await.expect("an answer"), None);
    let sum = tx
        .find::<books::Entity>()
        .columns::<books::Column>([])
        .value_as(Expr::col(books::Column::Pages).max(), "most");
    assert_eq!(sum.one_tuple::<i64>().await.expect("a value"), Some(30));
    let streamed: Vec<(String, i64)> = tx
        .scan::<books::Entity>()
        .columns([books::Column::Code, books::Column::Pages])
        .stream_tuples()
        .await
        .expect("a stream")
        .try_collect()
        .await
        .expect("rows");
    assert_eq!(streamed, [("a".to_owned(), 30)]);
}

#[derive(Debug, PartialEq, FromQueryResult)]
struct Reading {
    reader: String,
    code: Option<String>,
}

async fn joins_compare_the_tenant(ground: &Ground) {
    // Two tenants whose rows have the same ids: only the tenant tells them apart.
    let (book_id, loan_id) = (ground.ids.next(), ground.ids.next());
    let tenants = [("first", ground.member(ground.tenant())), ("second", ground.member(ground.tenant()))];
    for (name, member) in &tenants {
        let tx = ground.db.write(member).await.expect("a transaction");
        let row = books::ActiveModel { book_id: Set(book_id), ..book(ground, name, 1) };
        tx.insert(row).await.expect("a book");
        tx.insert(book(ground, "not lent", 1)).await.expect("a book");
        let loan = loans::ActiveModel {
            loan_id: Set(loan_id),
            book_id: Set(book_id),
            reader: Set((*name).to_owned()),
            ..Default::default()
        };
        tx.insert(loan).await.expect("a loan");
        tx.commit().await.expect("a commit");
    }
    for (name, member) in &tenants {
        let tx = ground.db.read(member).await.expect("a transaction");
        let rows = tx
            .find::<loans::Entity>()
            .columns([loans::Column::Reader])
            .left_join::<books::Entity>([(loans::Column::BookId, books::Column::BookId)])
            .column_as(books::Column::Code, "code")
            .all_as::<Reading>()
            .await
            .expect("rows");
        assert_eq!(rows, [Reading { reader: (*name).to_owned(), code: Some((*name).to_owned()) }]);
        let on = [(books::Column::BookId, loans::Column::BookId)];
        let lent = tx.find::<books::Entity>().having_row::<loans::Entity>(on, loans::Column::Reader.ne(""));
        assert_eq!(codes(lent.all().await.expect("rows")), [*name]);
        let free = tx.find::<books::Entity>().lacking_row::<loans::Entity>(on, sea_orm::Condition::all());
        assert_eq!(codes(free.all().await.expect("rows")), ["not lent"]);
    }
}

fn codes(rows: Vec<books::Model>) -> Vec<String> {
    rows.into_iter().map(|book| book.code).collect()
}

async fn text_is_ordered_by_bytes(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let tx = ground.db.write(&member).await.expect("a transaction");
    tx.insert_many(["b", "B", "đ", "a-c", "ab", "a.b"].map(|code| book(ground, code, 1)))
        .await
        .expect("rows");
    let found = tx.find::<books::Entity>().order_by_asc(books::Column::Code).all().await.expect("rows");
    assert_eq!(codes(found), ["B", "a-c", "a.b", "ab", "b", "đ"]);
}

async fn a_read_sees_one_state_until_its_end(ground: &Ground) {
    let member = ground.member(ground.tenant());
    let reader = ground.db.read(&member).await.expect("a transaction");
    assert_eq!(count(&reader).await, 0);
    let writer = ground.db.write(&member).await.expect("a transaction");
    writer.insert(book(ground, "new", 1)).await.expect("a row");
    writer.commit().await.expect("a commit");
    assert_eq!(count(&reader).await, 0, "the reader goes on in the state that it began with");
    assert_eq!(count(&ground.db.read(&member).await.expect("a transaction")).await, 1);
}

async fn count(tx: &TenantTx) -> u64 {
    tx.find::<books::Entity>().count().await.expect("a count")
}

async fn a_hundred_thousand_rows_stream(ground: &Ground) {
    const ROWS: i64 = 100_000;
    let member = ground.member(ground.tenant());
    let tx = ground.db.write(&member).await.expect("a transaction");
    let added =
        tx.insert_many((0..ROWS).map(|row| book(ground, &format!("{row:06}"), row))).await.expect("rows");
    assert_eq!(added, 100_000);
    tx.commit().await.expect("a commit");
    let mut tx = ground.db.read(&member).await.expect("a transaction");
    let query = tx.scan::<books::Entity>().order_by_asc(books::Column::Code);
    let mut rows = query.stream().await.expect("a stream");
    let mut expected = 0;
    while let Some(row) = rows.try_next().await.expect("a row") {
        assert_eq!(row.pages, expected);
        expected += 1;
    }
    assert_eq!(expected, ROWS);
}
