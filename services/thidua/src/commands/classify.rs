//! `thidua classify`: the engine on a file, nothing else.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use scoring::domain::document::{Document, Fault};
use scoring::domain::{Classified, classify};
use tempfile::Builder;

use super::fail;

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
                write_file(&classified, path).map_err(|e| format!("cannot write {}: {e}", path.display()))
            }
            None => write_results(&classified, io::stdout().lock())
                .map_err(|e| format!("cannot write the results: {e}")),
        };
        match written {
            Ok(()) => ExitCode::SUCCESS,
            Err(message) => fail(message),
        }
    }
}

/// Another file beside the wanted one takes its place when it is whole: nobody ever sees a half. What is no plain
/// file (a pipe, a device) is written to as it is, and a link leads to its file.
fn write_file(classified: &Classified<'_>, path: &Path) -> io::Result<()> {
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&path).is_ok_and(|existing| !existing.is_file()) {
        return write_results(classified, OpenOptions::new().write(true).open(&path)?);
    }
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // As for any new file, the process's mask decides who may read it.
    let mut file = Builder::new()
        .prefix(".thidua-")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(directory)?;
    write_results(classified, file.as_file_mut())?;
    file.as_file().sync_all()?;
    file.persist(&path)?;
    Ok(())
}

fn write_results(classified: &Classified<'_>, out: impl Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(256 * 1024, out);
    let mut written = Ok(());
    classified.write(&mut |piece| {
        if written.is_ok() {
            written = out.write_all(piece);
        }
    });
    written?;
    out.write_all(b"\n")?;
    out.flush()
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
