//! The jobs of notifications, one file each.

mod deliver;
