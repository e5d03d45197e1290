use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value as Known;
use toml::{Table, Value};

use super::fault::{Fault, Faults};
use super::rules;
use super::sections::Config;

const PREFIX: &str = "THIDUA_";

/// Variables that commands and the test suite read by themselves.
const NO_SETTINGS: [&str; 4] = ["THIDUA_CONFIG", "THIDUA_FAULT_SEEDS", "THIDUA_SERVER", "THIDUA_TOKEN"];

/// Where a value was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Default,
    File(PathBuf),
    /// The variable's name.
    Environment(String),
    /// The command line's option, such as `--data-dir`.
    Option(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Option(name) => write!(f, "option {name}"),
        }
    }
}

/// A valid configuration, and what it was made from.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub config: Config,
    /// Every key in its order, with its value and source.
    pub effective: Effective,
}

/// Every setting as it is in force. Prints as TOML with dotted keys; secrets are hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effective(pub Vec<Setting>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub key: String,
    /// `None`: not set, and there is no default.
    pub value: Option<String>,
    pub source: Source,
}

impl fmt::Display for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Setting { key, value, source } in &self.0 {
            match value {
                Some(value) => writeln!(f, "{key} = {value}  # {source}")?,
                None => writeln!(f, "# {key} is not set")?,
            }
        }
        Ok(())
    }
}

/// Reads `file` (none: defaults alone), then the variables of `environment` that begin with `THIDUA_`, then `options`
/// (key and text: `data_dir` for `--data-dir`).
pub fn load(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
    options: impl IntoIterator<Item = (&'static str, String)>,
) -> Result<Loaded, Faults> {
    let mut reading = Reading::new();
    if let Some(path) = file {
        reading.file(path);
    }
    for (name, text) in environment {
        if name.starts_with(PREFIX) && !NO_SETTINGS.contains(&name.as_str()) {
            reading.variable(&name, &text);
        }
    }
    for (key, text) in options {
        let option = format!("--{}", key.replace(['_', '.'], "-"));
        reading.text(key, &text, Source::Option(option));
    }
    reading.finish()
}

/// Values as they are read, each tried by itself so that one fault does not hide the next.
struct Reading {
    /// Dotted key → default value, in the order of the sections.
    known: Vec<(String, Known)>,
    read: BTreeMap<String, (Value, Source)>,
    faults: Vec<Fault>,
}

impl Reading {
    fn new() -> Self {
        let mut known = Vec::new();
        flatten("", &serde_json::to_value(Config::default()).unwrap_or_default(), &mut known);
        Self { known, read: BTreeMap::new(), faults: Vec::new() }
    }

    fn file(&mut self, path: &Path) {
        let source = Source::File(path.to_owned());
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => return self.fault("", &source, format!("cannot be read: {error}")),
        };
        match text.parse::<Table>() {
            Ok(table) => self.table("", table, &source),
            Err(error) => {
                // Not the error's own text: it quotes the line, which may hold a password.
                let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                self.fault("", &source, format!("is no TOML: line {line}: {}", error.message()));
            }
        }
    }

    fn table(&mut self, prefix: &str, table: Table, source: &Source) {
        for (name, value) in table {
            let key = join(prefix, &name);
            if self.is_section(&key) {
                match value {
                    Value::Table(inner) => self.table(&key, inner, source),
                    _ => self.fault(&key, source, "is a section, not a value".to_owned()),
                }
            } else if !self.is_key(&key) {
                self.unknown(&key, source);
            } else {
                match fits(&key, value.clone()) {
                    Ok(()) => drop(self.read.insert(key, (value, source.clone()))),
                    Err(message) => self.fault(&key, source, message),
                }
            }
        }
    }

    fn variable(&mut self, name: &str, text: &str) {
        let source = Source::Environment(name.to_owned());
        let key = name.strip_prefix(PREFIX).unwrap_or(name).to_ascii_lowercase().replace("__", ".");
        if !self.is_key(&key) {
            return self.unknown(&key, &source);
        }
        self.text(&key, text, source);
    }

    fn text(&mut self, key: &str, text: &str, source: Source) {
        // A variable is text; where the key wants a number or the like, the text is read as TOML.
        let as_text = Value::String(text.to_owned());
        let as_toml = format!("v = {text}").parse::<Table>().ok().and_then(|mut table| table.remove("v"));
        let value = match (fits(key, as_text.clone()), as_toml) {
            (Ok(()), _) => Ok(as_text),
            (Err(_), Some(value)) => fits(key, value.clone()).map(|()| value),
            (Err(message), None) => Err(message),
        };
        match value {
            Ok(value) => drop(self.read.insert(key.to_owned(), (value, source))),
            Err(message) => self.fault(key, &source, message),
        }
    }

    fn finish(mut self) -> Result<Loaded, Faults> {
        let mut table = Table::new();
        for (key, (value, _)) in &self.read {
            set(&mut table, key, value.clone());
        }
        let config = match table.try_into::<Config>() {
            Ok(config) => config,
            Err(error) => {
                self.fault("", &Source::Default, error.message().to_owned());
                return Err(Faults(self.faults));
            }
        };
        for (key, message) in rules::broken(&config) {
            let source = self.source(key);
            self.fault(key, &source, message);
        }
        if self.faults.is_empty() {
            let mut values = Vec::new();
            flatten("", &serde_json::to_value(&config).unwrap_or_default(), &mut values);
            let settings = values.into_iter().map(|(key, value)| Setting {
                value: (!value.is_null()).then(|| value.to_string()),
                source: self.source(&key),
                key,
            });
            Ok(Loaded { effective: Effective(settings.collect()), config })
        } else {
            Err(Faults(self.faults))
        }
    }

    fn source(&self, key: &str) -> Source {
        self.read.get(key).map_or(Source::Default, |(_, source)| source.clone())
    }

    fn is_key(&self, key: &str) -> bool {
        self.known.iter().any(|(known, _)| known == key)
    }

    fn is_section(&self, key: &str) -> bool {
        self.known.iter().any(|(known, _)| known.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')))
    }

    fn unknown(&mut self, key: &str, source: &Source) {
        let nearest = self
            .known
            .iter()
            .flat_map(|(known, _)| [Some(known.as_str()), known.rsplit_once('.').map(|(section, _)| section)])
            .flatten()
            .map(|known| (strsim::osa_distance(key, known), known))
            .min()
            .filter(|(distance, known)| distance * 2 <= known.len());
        let message = match (nearest, source) {
            (Some((_, known)), Source::Environment(_)) => {
                let variable = known.replace('.', "__").to_ascii_uppercase();
                format!("is no setting; the nearest is {PREFIX}{variable}")
            }
            (Some((_, known)), _) => format!("is no setting; the nearest is {known}"),
            (None, _) => "is no setting".to_owned(),
        };
        self.fault(key, source, message);
    }

    fn fault(&mut self, key: &str, source: &Source, message: String) {
        self.faults.push(Fault { key: key.to_owned(), source: source.clone(), message });
    }
}

/// Whether `value` alone, all else at its default, makes a configuration.
fn fits(key: &str, value: Value) -> Result<(), String> {
    let mut table = Table::new();
    set(&mut table, key, value);
    table.try_into::<Config>().map(drop).map_err(|error| error.message().trim().to_owned())
}

fn set(table: &mut Table, key: &str, value: Value) {
    match key.split_once('.') {
        None => drop(table.insert(key.to_owned(), value)),
        Some((section, rest)) => {
            let inner = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                set(inner, rest, value);
            }
        }
    }
}

fn flatten(prefix: &str, value: &Known, into: &mut Vec<(String, Known)>) {
    match value {
        Known::Object(fields) => {
            fields.iter().for_each(|(name, value)| flatten(&join(prefix, name), value, into));
        }
        value => into.push((prefix.to_owned(), value.clone())),
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}
