//! PostgreSQL keeps tenants apart even where our code would not.

mod catalog;
mod proof;
mod rows;
