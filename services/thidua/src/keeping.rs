//! Keeping an installation: copies of it, and a look at whether it is well.

mod backup;
mod doctor;
mod manifest;
mod restore;

pub(crate) use backup::{BackedUp, back_up};
pub(crate) use doctor::{State, look};
pub(crate) use restore::{Restored, restore};
