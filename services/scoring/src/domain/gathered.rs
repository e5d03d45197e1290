//! What other services hand over, as the engine's own types. They have checked it: what does not fit here is no
//! caller's fault but one between services, and is told as a sentence for the log.

mod campaign;
mod criteria;
mod policy;
#[cfg(test)]
mod tests;

pub(crate) use campaign::Gathered;
pub(crate) use criteria::criteria_set;
