//! The demo: five federations' campaigns, taken through a whole season.
//!
//! It does what the persons of a federation do, through the services' gRPC API, each step under the account whose job
//! it is. Whatever is there already it leaves as it is, so that it can be broken off at any moment and started again.

mod actors;
mod board;
mod call;
pub mod data;
mod perform;
mod report;
mod stage;
mod steps;
mod words;

pub use actors::Platform;
pub use board::Board;
pub use call::Failure;
pub use perform::perform;
pub use report::Published;
