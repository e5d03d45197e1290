//! `thidua classify`: the engine on a file, nothing else.

mod places;

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
/// Writes the results as canonical JSON, and on standard error the hashes of the campaign and of the results. Ends with 0,
/// with 2 when the campaign is invalid (every fault stands on standard error as `POINTER: message (line L, column C of
/// FILE)`, and nothing is written), and with 1 when a file cannot be read or written.
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
            Err(fault) => return tell(&self.campaign, &[fault], &[]),
        };
        let classified = match classify(&document) {
            Ok(classified) => classified,
            Err(faults) => return tell(&self.campaign, &faults, &bytes),
        };
        let written = match &self.output {
            Some(path) => {
                write(&classified, Some(path)).map_err(|e| format!("cannot write {}: {e}", path.display()))
            }
            None => write(&classified, None).map_err(|e| format!("cannot write the results: {e}")),
        };
        match written {
            Ok(()) => {
                let (campaign, results) = (&classified.campaign_sha256, &classified.results_sha256);
                // The results are written; where standard error is closed nobody asks for their hashes.
                let _ = writeln!(io::stderr(), "campaign SHA-256 {campaign}\nresults SHA-256  {results}");
                ExitCode::SUCCESS
            }
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

/// Every fault on a line of its own. `bytes` are those of a document that could be read: each fault has its place there.
/// The fault of another one says itself where it is.
fn tell(file: &Path, faults: &[Fault], bytes: &[u8]) -> ExitCode {
    let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
    let places = places::find(std::str::from_utf8(bytes).unwrap_or_default(), &pointers);
    // A fault is one line, whatever the file is called.
    let file = file.display().to_string().replace(char::is_control, "?");
    let mut out = BufWriter::new(io::stderr().lock());
    for (fault, place) in faults.iter().zip(places) {
        let place = place.filter(|_| !bytes.is_empty());
        let place = place.map(|at| format!("line {}, column {} of ", at.line, at.column)).unwrap_or_default();
        // Nobody is left to tell when standard error is closed; the exit code still says it.
        let _ = writeln!(out, "{fault} ({place}{file})");
    }
    let _ = out.flush();
    ExitCode::from(INVALID)
}
