//! The tables of notifications.

use crate::Migrations;

crate::migrator!(own());

fn own() -> Migrations {
    vec![]
}
