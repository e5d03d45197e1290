//! Every test of the system as a whole, in one binary: `tests/run [FILTER]` starts what it needs and runs it.
#![allow(unreachable_pub, reason = "nothing outside of this binary reaches anything in it")]

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod deployment;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod released;
#[cfg(test)]
mod row_level_security;
#[cfg(test)]
mod support;
#[cfg(test)]
mod votes;
