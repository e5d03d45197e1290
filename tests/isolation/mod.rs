//! Nobody gets in who may not, and no federation sees or touches what is another's: for every RPC that there is.

mod doors;
mod foreign;
mod raw;
