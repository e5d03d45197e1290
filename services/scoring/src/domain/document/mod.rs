//! The JSON document of a campaign: reading it as I-JSON, walking it, naming places and faults in it.

mod canonical;
mod fault;
mod fields;
mod node;
mod pointer;
mod tokens;
mod unescape;
pub mod values;

pub use canonical::{Canonical, Sha256Hex, utf16_order};
pub use fault::{Fault, Faults, Quoted};
pub use fields::Fields;
pub use node::Node;
pub use pointer::{Place, ROOT};
pub use tokens::{DEPTH, Document};
