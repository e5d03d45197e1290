//! What is shown while the campaigns are played: a bar for each federation, or plain lines where nobody looks.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// How often a bar moves by itself.
const TICK: Duration = Duration::from_millis(100);

/// Where progress is shown.
#[derive(Clone, Debug)]
pub enum Board {
    Bars(MultiProgress),
    /// A line on standard error for each step.
    Lines,
    Nothing,
}

impl Board {
    /// Bars on a terminal, lines elsewhere.
    pub fn of_terminal() -> Self {
        if io::stderr().is_terminal() { Self::Bars(MultiProgress::new()) } else { Self::Lines }
    }

    /// The row of a federation with this many steps.
    pub(super) fn row(&self, federation: &str, steps: u64) -> Row {
        let shown = match self {
            Self::Bars(bars) => Shown::Bar(bar(bars, steps)),
            Self::Lines => Shown::Lines,
            Self::Nothing => Shown::Nothing,
        };
        if let Shown::Bar(bar) = &shown {
            bar.set_prefix(federation.to_owned());
        }
        Row { federation: federation.to_owned(), shown }
    }
}

fn bar(bars: &MultiProgress, steps: u64) -> ProgressBar {
    let bar = bars.add(ProgressBar::new(steps));
    let style = "{prefix:16} [{bar:24}] {pos:>2}/{len:<2} {elapsed:>4} {wide_msg}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(TICK);
    bar
}

/// One federation on the board.
#[derive(Clone, Debug)]
pub(super) struct Row {
    federation: String,
    shown: Shown,
}

#[derive(Clone, Debug)]
enum Shown {
    Bar(ProgressBar),
    Lines,
    Nothing,
}

impl Row {
    pub(super) fn begin(&self, step: &str) {
        if let Shown::Bar(bar) = &self.shown {
            bar.set_message(step.to_owned());
        }
    }

    /// The step is done, by so many changes.
    pub(super) fn done(&self, step: &str, changes: usize) {
        match &self.shown {
            Shown::Bar(bar) => bar.inc(1),
            Shown::Lines if changes == 0 => self.line(format_args!("{step}: already there")),
            Shown::Lines if changes == 1 => self.line(format_args!("{step}: 1 change")),
            Shown::Lines => self.line(format_args!("{step}: {changes} changes")),
            Shown::Nothing => {}
        }
    }

    /// How a job goes.
    pub(super) fn job(&self, text: &str) {
        match &self.shown {
            Shown::Bar(bar) => bar.set_message(text.to_owned()),
            Shown::Lines => self.line(format_args!("{text}")),
            Shown::Nothing => {}
        }
    }

    pub(super) fn end(&self, text: &'static str) {
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_with_message(text);
        }
    }

    fn line(&self, text: std::fmt::Arguments<'_>) {
        // The work goes on where nobody listens.
        let _ = writeln!(io::stderr(), "{}: {text}", self.federation);
    }
}
