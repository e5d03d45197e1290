//! A service that exists for tests alone: its tables show what stores can do.

use migrations::{DbErr, Rights, Schema, Table, integer, text, uuid};

migrations::migrator!(vec![Box::new(Books) as Box<dyn migrations::MigrationTrait>]);

migrations::migration!(Books, "probe_0001_books", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let books = Table::tenant("books")
        .column(uuid("book_id"))
        .column(text("code"))
        .column(integer("pages"))
        .column(text("remark").null())
        .column(integer("printed_at"))
        .key(["book_id"])
        .unique(["code"])
        .index(["pages"]);
    schema.create(books).await?;
    let loans = Table::tenant("loans")
        .column(uuid("loan_id"))
        .column(uuid("book_id"))
        .column(text("reader"))
        .key(["loan_id"])
        .unique_where(["book_id"], "reader <> ''")
        .reference(["book_id"], "books", ["book_id"]);
    schema.create(loans).await?;
    // Tenants add parcels, the system delivers them.
    let parcels = Table::tenant("parcels")
        .column(uuid("parcel_id"))
        .column(text("state"))
        .key(["parcel_id"])
        .system_index(["state"], "state = 'waiting'")
        .system(Rights::All);
    schema.create(parcels).await?;
    let ledger = Table::tenant("ledger").column(uuid("entry_id")).key(["entry_id"]).runtime(Rights::Append);
    schema.create(ledger).await
}

pub mod books {
    use platform::Timestamp;
    use platform::ids::TenantId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "books")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub book_id: Uuid,
        pub code: String,
        pub pages: i64,
        pub remark: Option<String>,
        pub printed_at: Timestamp,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    platform::tenant_entity!(Entity);
}

pub mod loans {
    use platform::ids::TenantId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "loans")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub loan_id: Uuid,
        pub book_id: Uuid,
        pub reader: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    platform::tenant_entity!(Entity);
}

pub mod parcels {
    use platform::ids::TenantId;
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "parcels")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: TenantId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub parcel_id: Uuid,
        pub state: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    platform::tenant_entity!(Entity);
    platform::platform_entity!(Entity);
}
