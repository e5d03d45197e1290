//! `thidua classify`: the engine on a file, nothing else.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use scoring::domain::document::{Document, Fault};
use scoring::domain::{Classified, classify};

use super::fail;
use crate::output::Output;

/// The campaign is invalid: its faults are on standard error.
const INVALID: u8 = 2;

/// Compute the results of a campaign document
///
/// Writes the results as canonical JSON. Ends with 0, with 2 when the campaign is invalid (every fault stands on
/// standard error as `POINTER: message`, and nothing is written), and with 1 when a file cannot be read or written.
#[derive(Debug, Args)]
pub(crate) struct Classify {
    /// The campaign, format thidua.campaign/1
    campaign: PathBuf,
    /// Where the results go; standard output when not given
    #[arg(long, short)]
    output: Option<PathBuf>,
}

impl Classify {
    pub(crate) fn run(self) -> ExitCode {
        let bytes = match fs::read(&self.campaign) {
            Ok(bytes) => bytes,
            Err(error) => return fail(format_args!("cannot read {}: {error}", self.campaign.display())),
        };
        let document = match Document::read(&bytes) {
            Ok(document) => document,
            Err(fault) => return tell(&[fault]),
        };
        let classified = match classify(&document) {
            Ok(classified) => classified,
            Err(faults) => return tell(&faults),
        };
        let written = match &self.output {
            Some(path) => {
                write(&classified, Some(path)).map_err(|e| format!("cannot write {}: {e}", path.display()))
            }
            None => write(&classified, None).map_err(|e| format!("cannot write the results: {e}")),
        };
        match written {
            Ok(()) => ExitCode::SUCCESS,
            Err(message) => fail(message),
        }
    }
}

fn write(classified: &Classified<'_>, path: Option<&Path>) -> io::Result<()> {
    let mut out = Output::open(path)?;
    let mut written = Ok(());
    classified.write(&mut |piece| {
        if written.is_ok() {
            written = out.write_all(piece);
        }
    });
    written?;
    out.write_all(b"\n")?;
    out.finish()
}

fn tell(faults: &[Fault]) -> ExitCode {
    let mut out = BufWriter::new(io::stderr().lock());
    for fault in faults {
        // Nobody is left to tell when standard error is closed; the exit code still says it.
        let _ = writeln!(out, "{fault}");
    }
    let _ = out.flush();
    ExitCode::from(INVALID)
}
