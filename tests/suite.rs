//! Every test of the system as a whole, in one binary.

#[cfg(test)]
mod conformance;
