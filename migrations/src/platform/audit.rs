//! The audit log. Tenants' transactions add entries, the sealer adds seals, and nobody changes either.

use sea_orm_migration::sea_orm::DbBackend;

use crate::{DbErr, Rights, Schema, Table, bytes, integer, text, uuid};

crate::migration!(Audit, "platform_0008_audit", up);

async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    let entries = Table::tenant("audit_entries")
        .column(uuid("entry_id"))
        .column(integer("at"))
        .column(text("actor_kind"))
        .column(text("actor"))
        .column(text("action"))
        .column(text("subject_kind"))
        .column(text("subject"))
        // A JSON object.
        .column(text("details"))
        // W3C traceparent, or empty.
        .column(text("trace"))
        .key(["entry_id"])
        .runtime(Rights::Append)
        .system(Rights::Append);
    schema.create(entries).await?;

    // Which entries wait for their seals, so that nobody has to search for them.
    let unsealed = Table::tenant("audit_unsealed")
        .column(uuid("entry_id"))
        .key(["entry_id"])
        .runtime(Rights::Append)
        .system(Rights::All);
    schema.create(unsealed).await?;

    let seals = Table::tenant("audit_seals")
        // The entry's place in the chain of its tenant, from 1.
        .column(integer("sequence"))
        .column(uuid("entry_id"))
        // SHA-256 of the seal before and the entry.
        .column(bytes("hash"))
        .column(integer("sealed_at"))
        .key(["sequence"])
        .unique(["entry_id"])
        .runtime(Rights::Read)
        .system(Rights::Append);
    schema.create(seals).await?;

    if schema.backend() == DbBackend::Sqlite {
        // There are no roles here; the tables themselves refuse.
        for table in ["audit_entries", "audit_seals"] {
            for act in ["UPDATE", "DELETE"] {
                let name = format!("{table}_no_{}", act.to_lowercase());
                schema
                    .execute(&format!(
                        "CREATE TRIGGER \"{name}\" BEFORE {act} ON \"{table}\" \
                         BEGIN SELECT RAISE(ABORT, 'the audit log is not changed'); END"
                    ))
                    .await?;
            }
        }
    }
    Ok(())
}
