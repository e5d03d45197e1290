//! The audit log tells who did what, and whether somebody changed it afterwards.

mod chain;
mod rights;
mod tamper;
