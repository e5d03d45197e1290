//! The tables of notifications, one file per group. The newest migration is last.

mod inbox;
mod preferences;

use crate::Migrations;

crate::migrator!(own());

fn own() -> Migrations {
    vec![Box::new(inbox::Inbox), Box::new(preferences::Preferences)]
}
