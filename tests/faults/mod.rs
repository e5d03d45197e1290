//! What breaks under the platform: databases, brokers, caches, networks and our own processes. Nothing that was accepted
//! is lost, and everything comes back by itself.

mod database;
mod load;
