//! How accounts want to be told.

use platform::Result;
use platform::Timestamp;
use platform::db::TenantTx;
use platform::ids::{AccountId, TenantId};
use sea_orm::IntoActiveModel as _;
use sea_orm::entity::prelude::*;

use super::damaged;
use crate::domain::language::Language;
use crate::domain::preferences::{Channel, Preferences};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "preferences")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: TenantId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    pub language: String,
    pub channels: String,
    pub changed_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
platform::tenant_entity!(Entity);

/// The account's preferences; the defaults when it never put any.
pub(crate) async fn get(tx: &TenantTx, account: AccountId) -> Result<Preferences> {
    let row = tx.find::<Entity>().filter(Column::AccountId.eq(account)).one().await?;
    row.map_or_else(|| Ok(Preferences::default()), preferences)
}

pub(crate) async fn put(tx: &TenantTx, account: AccountId, preferences: &Preferences) -> Result<()> {
    let words: Vec<_> = preferences.channels.iter().map(|channel| channel.as_str()).collect();
    let row = Model {
        tenant_id: tx.tenant_id(),
        account_id: account,
        language: preferences.language.as_str().to_owned(),
        channels: words.join(" "),
        changed_at: tx.database().ids().clock().now(),
    };
    let changed = [Column::Language, Column::Channels, Column::ChangedAt];
    Ok(tx.upsert::<Entity, ActiveModel>(row.into_active_model(), [Column::AccountId], changed).await?)
}

fn preferences(row: Model) -> Result<Preferences> {
    let language = Language::of_word(&row.language).ok_or_else(|| damaged("a language", &row.language))?;
    let channel = |word| Channel::of_word(word).ok_or_else(|| damaged("a channel", word));
    let channels = row.channels.split_whitespace().map(channel).collect::<Result<_>>()?;
    Ok(Preferences { language, channels })
}
