//! The deny list: accounts whose tokens count no more.

use crate::{DbErr, Rights, Schema, Table, integer, uuid};

crate::migration!(Withdrawals, "platform_0009_withdrawals", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let table = Table::tenant("access_withdrawals")
        .column(uuid("account_id"))
        // Tokens issued up to this second since 1970 are refused.
        .column(integer("issued_until"))
        .key(["account_id"])
        .system_index(["issued_until"], "")
        .runtime(Rights::Nothing)
        .system(Rights::All);
    schema.create(table).await
}
