//! PostgreSQL keeps tenants apart even where our code would not.

mod proof;
mod rows;
