//! A tamper-evident log per tenant of who did what.
//!
//! An entry is written in the transaction of the change. Within two seconds the sealer chains what was committed: the
//! seal of an entry is SHA-256(seal before ‖ entry), and its sequence number is given then. The runtime role may add
//! entries and nothing else; seals are the system role's. Whoever changes an entry afterwards, as whatever role, breaks
//! the chain there, and [`verify`] says where.
//!
//! ```text
//! tx.record(Act::new("run.approved", "run", run.number).with("season", &season.code));
//! ```

mod act;
mod seal;
mod sealer;
mod store;
mod verify;

pub use act::Act;
pub use seal::{Break, Entry, Fault, Seal};
pub use sealer::Sealer;
pub use store::list;
pub use verify::{Verdict, verify};

pub(crate) use act::{Recorded, Records, flush};
