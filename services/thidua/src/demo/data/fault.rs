//! What is wrong with the files.

use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, relative to the campaigns' directory.
    pub file: String,
    /// Where in it, such as `blocs[0].sheets[1].rows.vl-07`, or line and column of what is no TOML of the layout.
    pub path: String,
    /// The value and the rule that it breaks.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { file, path, message } = self;
        if path.is_empty() { write!(f, "{file}: {message}") } else { write!(f, "{file}: {path}: {message}") }
    }
}

/// All faults, one a line when shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// Collects the faults of one file.
pub(super) struct Finder<'a> {
    file: &'a str,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(file: &'a str, faults: &'a mut Vec<Fault>) -> Self {
        Finder { file, faults }
    }

    pub(super) fn add(&mut self, path: impl fmt::Display, message: impl fmt::Display) {
        self.faults.push(Fault {
            file: self.file.to_owned(),
            path: path.to_string(),
            message: message.to_string(),
        });
    }

    /// Adds the fault unless `rule` holds.
    pub(super) fn require(&mut self, rule: bool, path: impl fmt::Display, message: impl fmt::Display) {
        if !rule {
            self.add(path, message);
        }
    }
}
