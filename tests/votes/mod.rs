//! Honour votes on both backends: how they are cast and counted, and that nobody can find out who chose what.

mod casting;
mod poll;
mod raw;
mod rounds;
mod secrecy;
mod traces;
