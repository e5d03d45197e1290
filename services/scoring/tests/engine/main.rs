//! The classification engine from outside: documents in, results or faults out.

mod campaigns;
mod dice;
mod example;
mod explanations;
mod faults;
mod properties;
mod robustness;
mod snapshots;
