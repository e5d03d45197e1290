//! A database's schema as lines that can be compared.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::support::postgres as server;

pub(super) async fn sqlite(file: &Path) -> Vec<String> {
    let options = SqliteConnectOptions::new().filename(file);
    let mut database: SqliteConnection = options.connect().await.expect("the database opens");
    let sql = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'seaql%' ORDER BY type, name";
    let lines = sqlx::query_scalar(sql).fetch_all(&mut database).await.expect("a schema");
    database.close().await.expect("closed");
    lines
}

/// Each gives lines of text. The table in which the migrator keeps its own state is not ours.
const POSTGRES: [&str; 6] = [
    "SELECT format('table %s:%s%s%s', c.relname, CASE WHEN relrowsecurity THEN ' row security' ELSE '' END,
            CASE WHEN relforcerowsecurity THEN ' forced' ELSE '' END, ' ' || array_to_string(reloptions, ', '))
     FROM ours c ORDER BY c.relname COLLATE \"C\"",
    "SELECT format('column %s.%s: %s%s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
            ' collate ' || (SELECT quote_ident(collname) FROM pg_collation l
                            WHERE l.oid = a.attcollation AND collname <> 'default'),
            CASE WHEN a.attnotnull THEN ' not null' ELSE '' END, ' default ' || pg_get_expr(d.adbin, d.adrelid))
     FROM ours c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     ORDER BY c.relname COLLATE \"C\", a.attnum",
    // Newer servers keep NOT NULL as constraints too; it stands with the columns.
    "SELECT format('constraint %s.%s: %s', c.relname, conname, pg_get_constraintdef(k.oid))
     FROM ours c JOIN pg_constraint k ON k.conrelid = c.oid WHERE contype <> 'n'
     ORDER BY c.relname COLLATE \"C\", conname COLLATE \"C\"",
    "SELECT 'index ' || pg_get_indexdef(i.indexrelid) FROM ours c JOIN pg_index i ON i.indrelid = c.oid
     WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = c.oid)
     ORDER BY 1",
    "SELECT format('policy %s.%s to %s: %s%s', c.relname, polname,
            (SELECT string_agg(r::regrole::text, ', ' ORDER BY r::regrole::text) FROM unnest(polroles) AS r),
            pg_get_expr(polqual, polrelid), ' check ' || pg_get_expr(polwithcheck, polrelid))
     FROM ours c JOIN pg_policy p ON p.polrelid = c.oid ORDER BY c.relname COLLATE \"C\", polname COLLATE \"C\"",
    "SELECT format('grant %s to %s: %s', c.relname, g.grantee::regrole,
            string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type COLLATE \"C\"))
     FROM ours c, aclexplode(c.relacl) g WHERE g.grantee <> c.relowner
     GROUP BY c.relname, g.grantee ORDER BY c.relname COLLATE \"C\", g.grantee::regrole::text",
];

const OURS: &str =
    "WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                    AND relname <> 'seaql_migrations') ";

pub(super) async fn postgres(database: &str) -> Vec<String> {
    let mut admin = server::connect(&server::url("postgres", database)).await;
    let mut lines = Vec::new();
    for query in POSTGRES {
        let sql = format!("{OURS}{query}");
        let some: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_all(&mut admin)
            .await
            .expect("a part of the schema");
        lines.extend(some.into_iter().map(|line| line.trim_end().to_owned()));
    }
    admin.close().await.expect("closed");
    lines
}
