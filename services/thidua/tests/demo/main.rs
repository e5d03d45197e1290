//! `thidua demo` as a newcomer runs it: the built executable, its output, its exit codes.
#![cfg(test)]

mod apart;
mod faults;
mod kept;
mod moved;
mod plays;
mod process;
mod refusals;
#[path = "../../../../tests/support/servers.rs"]
#[allow(dead_code, reason = "the other tests of the workspace use all of it")]
mod servers;
