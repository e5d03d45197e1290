//! The tables of organizations.

use crate::Migrations;

crate::migrator!(own());

fn own() -> Migrations {
    vec![]
}
