//! Changes and deletions stop at the tenant.

use platform::tenancy::Member;
use platform::{Error, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Set};

use crate::support::ground::{Ground, on_both_backends};
use crate::support::probe::{self, books};

on_both_backends!("probe", probe::Migrator =>
    an_update_without_a_condition_changes_the_tenants_rows_alone,
    a_row_is_changed_by_its_key,
    a_deletion_without_a_condition_deletes_the_tenants_rows_alone,
    a_conditional_update_tells_whether_it_was_first,
    rows_do_not_move_to_another_tenant,
);

/// Two members of two tenants; each tenant has a book `a` of one page, with the same id.
async fn two_tenants(ground: &Ground) -> (Member, Member, uuid::Uuid) {
    let members = (ground.member(ground.tenant()), ground.member(ground.tenant()));
    let book_id = ground.ids.next();
    for member in [&members.0, &members.1] {
        let tx = ground.db.write(member).await.expect("a transaction");
        let row = books::ActiveModel {
            book_id: Set(book_id),
            code: Set("a".to_owned()),
            pages: Set(1),
            remark: Set(None),
            printed_at: Set(Timestamp::default()),
            ..Default::default()
        };
        tx.insert(row).await.expect("a row");
        tx.commit().await.expect("a commit");
    }
    (members.0, members.1, book_id)
}

async fn pages(ground: &Ground, member: &Member) -> Vec<i64> {
    let tx = ground.db.read(member).await.expect("a transaction");
    tx.find::<books::Entity>().all().await.expect("rows").iter().map(|book| book.pages).collect()
}

async fn an_update_without_a_condition_changes_the_tenants_rows_alone(ground: &Ground) {
    let (ours, theirs, _) = two_tenants(ground).await;
    let tx = ground.db.write(&ours).await.expect("a transaction");
    let more = Expr::col(books::Column::Pages).add(4);
    assert_eq!(
        tx.update::<books::Entity>().set_expr(books::Column::Pages, more).exec().await.expect("changed"),
        1
    );
    tx.commit().await.expect("a commit");
    assert_eq!((pages(ground, &ours).await, pages(ground, &theirs).await), (vec![5], vec![1]));
}

async fn a_row_is_changed_by_its_key(ground: &Ground) {
    let (ours, theirs, book_id) = two_tenants(ground).await;
    let tx = ground.db.write(&ours).await.expect("a transaction");
    let row = books::ActiveModel { book_id: Set(book_id), pages: Set(8), ..Default::default() };
    assert!(tx.update_row(row).await.expect("changed"));
    let unknown = books::ActiveModel { book_id: Set(ground.ids.next()), pages: Set(8), ..Default::default() };
    assert!(!tx.update_row(unknown).await.expect("nothing to change"));
    tx.commit().await.expect("a commit");
    assert_eq!((pages(ground, &ours).await, pages(ground, &theirs).await), (vec![8], vec![1]));
}

async fn a_deletion_without_a_condition_deletes_the_tenants_rows_alone(ground: &Ground) {
    let (ours, theirs, _) = two_tenants(ground).await;
    let tx = ground.db.write(&ours).await.expect("a transaction");
    assert_eq!(tx.delete::<books::Entity>().exec().await.expect("deleted"), 1);
    tx.commit().await.expect("a commit");
    assert_eq!((pages(ground, &ours).await, pages(ground, &theirs).await), (vec![], vec![1]));
}

async fn a_conditional_update_tells_whether_it_was_first(ground: &Ground) {
    let (ours, _, book_id) = two_tenants(ground).await;
    let claim = || async {
        let tx = ground.db.write(&ours).await?;
        let claimed = tx
            .update::<books::Entity>()
            .set(books::Column::Pages, 2_i64)
            .filter(books::Column::BookId.eq(book_id))
            .filter(books::Column::Pages.eq(1))
            .exec_returning()
            .await?;
        tx.commit().await?;
        Ok::<_, Error>(claimed.len())
    };
    let claims = futures::future::try_join_all((0..8).map(|_| claim())).await.expect("claims");
    assert_eq!(claims.iter().sum::<usize>(), 1, "{claims:?}");
}

async fn rows_do_not_move_to_another_tenant(ground: &Ground) {
    let (ours, theirs, book_id) = two_tenants(ground).await;
    let tx = ground.db.write(&ours).await.expect("a transaction");
    let moved = tx.update::<books::Entity>().set(books::Column::TenantId, theirs.tenant_id());
    assert!(moved.exec().await.is_err());
    let foreign = books::ActiveModel {
        tenant_id: Set(theirs.tenant_id()),
        book_id: Set(book_id),
        pages: Set(8),
        ..Default::default()
    };
    assert!(tx.update_row(foreign).await.is_err());
}
