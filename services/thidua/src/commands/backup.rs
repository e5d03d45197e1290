//! `thidua backup`: a copy of an embedded installation.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::fail;
use crate::app::AnyError;
use crate::installation::Installation;
use crate::keeping::{BackedUp, back_up};

/// Copy an embedded installation, databases and keys, into a new directory, while it may be at work
///
/// The directory is there whole or not at all. Whoever has it can sign tokens: keep it as safe as the data directory.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// A new or empty directory
    #[arg(value_name = "DIRECTORY")]
    to: PathBuf,
    #[command(flatten)]
    installation: Installation,
}

impl Backup {
    pub(crate) fn run(self) -> ExitCode {
        match self.back_up() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error),
        }
    }

    fn back_up(self) -> Result<(), AnyError> {
        let config = self.installation.load()?.config;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let BackedUp { files, bytes } = runtime.block_on(back_up(&config, &self.to))?;
        let (from, to) = (config.data_dir.display(), self.to.display());
        Ok(writeln!(io::stdout(), "{from} is backed up in {to}: {files} files, {bytes} bytes")?)
    }
}
