//! The borders of the tree, read from `cargo metadata` and the sources.

mod crates;
mod lengths;
mod reasons;
mod sources;
mod tree;

pub use tree::METADATA;

/// The services that know the business.
const SERVICES: [&str; 4] = ["competition", "notifications", "organizations", "scoring"];
