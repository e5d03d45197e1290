//! `thidua restore`: an installation made of a backup.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::fail;
use crate::app::AnyError;
use crate::installation::Installation;
use crate::keeping::{Restored, restore};

/// Make the data directory, which must be empty or missing, of a backup
///
/// Every file is checked before anything is written.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// What `thidua backup` made
    #[arg(value_name = "DIRECTORY")]
    from: PathBuf,
    #[command(flatten)]
    installation: Installation,
}

impl Restore {
    pub(crate) fn run(self) -> ExitCode {
        match self.restore() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(error),
        }
    }

    fn restore(self) -> Result<(), AnyError> {
        let config = self.installation.load()?.config;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let Restored { at, version, files, events, keys_belong_to } =
            runtime.block_on(restore(&config, &self.from))?;
        let mut out = io::stdout().lock();
        writeln!(
            out,
            "{} is as it was at {at} (thidua {version}): {files} files",
            config.data_dir.display()
        )?;
        writeln!(
            out,
            "the services deliver {events} events to one another again; `thidua doctor` looks at the rest"
        )?;
        if let Some(keys) = keys_belong_to {
            let (here, there) = (config.data_dir.join("keys"), keys.display());
            writeln!(out, "the keys lie in {}; auth.keys names {there}: move them there", here.display())?;
        }
        Ok(())
    }
}
