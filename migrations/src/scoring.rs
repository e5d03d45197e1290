//! The tables of scoring.

use crate::Migrations;

crate::migrator!(own());

fn own() -> Migrations {
    vec![]
}
