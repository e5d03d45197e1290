//! Compiles the contract of the probe service.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=conformance/transport/probe.proto");
    println!("cargo:rerun-if-changed=build.rs");
    let files = protox::compile(["probe.proto"], ["conformance/transport"])?;
    tonic_prost_build::configure().emit_rerun_if_changed(false).compile_fds(files)?;
    Ok(())
}
