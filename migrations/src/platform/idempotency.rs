//! What was answered under the idempotency keys of callers.

use crate::{DbErr, Rights, Schema, Table, bytes, integer, text};

crate::migration!(Idempotency, "platform_0007_idempotency", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let answers = Table::tenant("idempotency_answers")
        // An account's id, or the name of a service.
        .column(text("caller"))
        // The full name of the request's type.
        .column(text("method"))
        .column(text("key"))
        // SHA-256 of the request.
        .column(bytes("body"))
        .column(bytes("response"))
        .column(integer("created_at"))
        .key(["caller", "method", "key"])
        .system_index(["created_at"], "")
        // Operators' answers stand under the tenant of all zeros.
        .system(Rights::All);
    schema.create(answers).await
}
