//! `thidua doctor`: whether an installation is well.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Args;

use super::fail;
use crate::app::AnyError;
use crate::installation::Installation;
use crate::keeping::{State, look};

/// Look whether an installation is well: keys, databases, and whether its services agree
///
/// Exits with 1 when something is wrong, also when --mend would mend it. Services disagree when their databases were
/// restored as of different moments.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Mend what can be mended
    #[arg(long)]
    mend: bool,
    /// Print a JSON object a line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    installation: Installation,
}

impl Doctor {
    pub(crate) fn run(self) -> ExitCode {
        match self.look() {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => fail(error),
        }
    }

    /// Whether all is well.
    fn look(self) -> Result<bool, AnyError> {
        let config = self.installation.load()?.config;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let findings = runtime.block_on(look(&config, self.mend))?;
        let mut out = io::stdout().lock();
        for finding in &findings {
            if self.json {
                writeln!(out, "{}", serde_json::to_string(finding)?)?;
                continue;
            }
            let state = match finding.state {
                State::Well => "well",
                State::Mended => "mended",
                State::Mendable => "to be mended",
                State::Wrong => "wrong",
            };
            let of = finding.service.map_or(String::new(), |service| format!("{service}, "));
            writeln!(out, "{state:<13} {of}{}: {}", finding.check, finding.text)?;
        }
        Ok(findings.iter().all(|finding| matches!(finding.state, State::Well | State::Mended)))
    }
}
