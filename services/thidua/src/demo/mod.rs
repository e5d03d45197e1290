//! The demo: five federations' campaigns, taken through a whole season.

pub mod data;
