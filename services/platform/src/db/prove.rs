//! Start-up proof.
