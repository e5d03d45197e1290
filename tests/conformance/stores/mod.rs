//! What the database promises to the stores of services, on SQLite and PostgreSQL alike.

mod change;
mod insert;
mod reading;
mod schema;
mod system;
mod transactions;
mod wakes;
