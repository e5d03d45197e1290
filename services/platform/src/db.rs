//! The database of a service: SQLite or PostgreSQL, reached through transactions that know their tenant.
//!
//! - [`TenantTx`] is the only way to a [`TenantEntity`]: it filters what is read and stamps what is written.
//! - [`SystemTx`] works across tenants on [`PlatformEntity`] tables alone, with a database role of its own.
//!
//! ```
//! use platform::db::{Database, DbResultExt, TenantTx};
//! use platform::{Error, Result};
//! # mod notes {
//! #     use sea_orm::entity::prelude::*;
//! #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
//! #     #[sea_orm(table_name = "notes")]
//! #     pub struct Model {
//! #         #[sea_orm(primary_key, auto_increment = false)]
//! #         pub tenant_id: Uuid,
//! #         #[sea_orm(primary_key, auto_increment = false)]
//! #         pub note_id: Uuid,
//! #         pub code: String,
//! #         pub points: i64,
//! #     }
//! #     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
//! #     pub enum Relation {}
//! #     impl ActiveModelBehavior for ActiveModel {}
//! #     platform::tenant_entity!(Entity);
//! # }
//! use sea_orm::{ColumnTrait, Set};
//!
//! /// A function of a store takes the transaction; it needs no word about the tenant.
//! async fn add(tx: &TenantTx, id: uuid::Uuid, code: &str) -> Result<()> {
//!     let row = notes::ActiveModel {
//!         note_id: Set(id), code: Set(code.to_owned()), points: Set(0), ..Default::default()
//!     };
//!     tx.insert(row).await.on_unique("notes_code_key", || {
//!         Error::already_exists("NOTE_EXISTS", format!("there is a note \"{code}\" already"))
//!     })
//! }
//!
//! async fn rename(db: &Database, who: &platform::tenancy::Principal, id: uuid::Uuid) -> Result<()> {
//!     let tx = TenantTx::write(db, who).await?;
//!     add(&tx, id, "a").await?;
//!     let changed = tx
//!         .update::<notes::Entity>()
//!         .set(notes::Column::Points, 5)
//!         .filter(notes::Column::Code.eq("a"))
//!         .exec()
//!         .await?;
//!     assert_eq!(changed, 1);
//!     let row = tx.find::<notes::Entity>().filter(notes::Column::Code.eq("a")).one().await?;
//!     tx.on_commit(|| tracing::info!("renamed"));
//!     tx.commit().await?;
//!     Ok(())
//! }
//! ```
//!
//! There is no other way. A tenant's table is not reached across tenants:
//!
//! ```compile_fail
//! # mod notes {
//! #     use sea_orm::entity::prelude::*;
//! #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
//! #     #[sea_orm(table_name = "notes")]
//! #     pub struct Model {
//! #         #[sea_orm(primary_key, auto_increment = false)]
//! #         pub tenant_id: Uuid,
//! #     }
//! #     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
//! #     pub enum Relation {}
//! #     impl ActiveModelBehavior for ActiveModel {}
//! #     platform::tenant_entity!(Entity);
//! # }
//! async fn all(tx: &platform::db::SystemTx) {
//!     tx.find::<notes::Entity>().all().await.ok();
//! }
//! ```
//!
//! A transaction is no connection that a library's query could run on:
//!
//! ```compile_fail
//! # mod notes {
//! #     use sea_orm::entity::prelude::*;
//! #     #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
//! #     #[sea_orm(table_name = "notes")]
//! #     pub struct Model {
//! #         #[sea_orm(primary_key, auto_increment = false)]
//! #         pub tenant_id: Uuid,
//! #     }
//! #     #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
//! #     pub enum Relation {}
//! #     impl ActiveModelBehavior for ActiveModel {}
//! #     platform::tenant_entity!(Entity);
//! # }
//! use sea_orm::EntityTrait;
//!
//! async fn all(tx: &platform::db::TenantTx) {
//!     notes::Entity::find().all(tx).await.ok();
//! }
//! ```
//!
//! Nobody outside of platform makes the work of a job, or a member, and so opens a transaction of a tenant of his choice:
//!
//! ```compile_fail
//! fn work(tenant: platform::ids::TenantId, cause: platform::tenancy::Cause) -> platform::tenancy::Work {
//!     platform::tenancy::Work::new(tenant, cause)
//! }
//! ```
//!
//! ```compile_fail
//! fn member(tenant: platform::ids::TenantId, account: platform::ids::AccountId) -> platform::tenancy::Member {
//!     platform::tenancy::Member::new(tenant, account, Vec::new())
//! }
//! ```

mod change;
mod config;
mod connect;
pub mod copy;
mod error;
mod fate;
mod find;
mod postgres;
mod prove;
mod roles;
mod schema;
mod scope;
mod sqlite;
mod tx;
mod values;
mod wake;
mod write;

pub use change::{Delete, Update};
pub use config::{DatabaseConfig, Share};
pub use connect::{Backend, Database};
pub use error::{DbError, DbResultExt};
pub use find::{Find, Rows, Scanning};
pub use scope::{PlatformEntity, Reach, System, SystemUse, Tenant, TenantEntity};
pub use tx::{SystemTx, TenantTx, Tx};
pub use wake::{Wake, Wakeups};

pub(crate) use fate::Fate;
pub(crate) use wake::{POLL, heard, woken};
