//! The tables of competition.

use crate::Migrations;

crate::migrator!(own());

fn own() -> Migrations {
    vec![]
}
