//! The demo's campaigns as data files: reading them, and checking that they fit together.
//!
//! `services/thidua/demo/README.md` explains the layout. [`embedded`] reads the files that the executable carries,
//! [`from_directory`] those of a directory of the same layout. Both give all campaigns, or all faults.

mod accounts;
mod campaign;
mod cells;
mod check;
mod fault;
mod load;
pub mod shape;
mod source;
#[cfg(test)]
mod tests;
mod value;

pub use accounts::{Account, Grant};
pub use campaign::{Bloc, Campaign, Content, Figure, Line, Sheet, Target};
pub use fault::{Fault, Faults};
pub use source::Sources;
pub use value::{Code, Day, Measure, Points, Share};

use std::path::Path;

/// The campaigns that the executable carries, by the federation's code.
///
/// # Errors
/// All faults of the files. There are none in a build whose tests passed.
pub fn embedded() -> Result<Vec<Campaign>, Faults> {
    load::load(&Sources::embedded())
}

/// The campaigns of a directory, by the federation's code.
///
/// # Errors
/// What cannot be read, or all faults of the files.
pub fn from_directory(directory: &Path) -> Result<Vec<Campaign>, Faults> {
    load::load(&Sources::from_directory(directory)?)
}
