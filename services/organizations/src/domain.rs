//! What a federation is made of: units and their tree over time, facts, officials, accounts and their roles. Pure.

pub(crate) mod accounts;
pub(crate) mod batch;
pub(crate) mod facts;
pub(crate) mod grants;
pub(crate) mod officials;
pub(crate) mod search;
pub(crate) mod tenants;
pub(crate) mod timeline;
pub(crate) mod tree;
pub(crate) mod units;
