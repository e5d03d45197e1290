//! The figures of the engine: the whole command, its computation, how it grows, what memory it takes.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use scoring::domain::document::Document;
use tempfile::TempDir;

use crate::campaign::{document, lines};
use crate::figure::{Figure, Goal, Outcome};
use crate::meter::{Reading, read};

const RUNS: usize = 5;

/// `thidua classify` as a process, in turn with a process that reads the same file and drops it.
pub(crate) fn processes() -> Outcome {
    let directory = TempDir::new()?;
    let usual = write(directory.path(), 3_000)?;
    let large = write(directory.path(), 20_000)?;
    let thidua = std::env::var("THIDUA_BENCH_BINARY").unwrap_or_else(|_| "target/release/thidua".to_owned());
    let me = std::env::current_exe()?;
    let me = me.to_str().ok_or("the benchmark's own path is not UTF-8")?;

    let (mut whole, mut memory, mut scaling) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..=RUNS {
        let ours = read(&[&thidua, "classify", &usual.path])?;
        let baseline = read(&[me, "parse-and-drop", &usual.path])?;
        let ours_large = read(&[&thidua, "classify", &large.path])?;
        if run == 0 {
            continue; // the first round warms the file cache
        }
        whole.push(ours.wall_seconds / baseline.wall_seconds);
        memory.push(ours.peak_bytes / usual.bytes);
        scaling.push(user_per_line(ours_large, 20_000) / user_per_line(ours, 3_000));
    }
    Ok(vec![
        Figure { name: "classify.whole", unit: " x", goal: Goal::AtMost(3.0), readings: whole },
        Figure { name: "classify.memory", unit: " x", goal: Goal::AtMost(6.0), readings: memory },
        Figure { name: "classify.scaling", unit: " x", goal: Goal::AtMost(1.2), readings: scaling },
    ])
}

/// From the validated campaign with its strings to the results value, on one core, in this process.
pub(crate) fn compute() -> Outcome {
    let text = document(3_000)?;
    let document = Document::read(text.as_bytes()).map_err(|faults| format!("{faults:?}"))?;
    let campaign = scoring::domain::read(&document).map_err(|faults| format!("{faults:?}"))?;
    let mut readings = Vec::new();
    for run in 0..=RUNS {
        let start = Instant::now();
        let results =
            scoring::domain::compute(black_box(&campaign)).map_err(|faults| format!("{faults:?}"))?;
        let seconds = start.elapsed().as_secs_f64();
        black_box(results);
        if run > 0 {
            readings.push(line_count(3_000) / seconds / 1e6);
        }
    }
    Ok(vec![Figure {
        name: "classify.compute",
        unit: " million lines/s",
        goal: Goal::AtLeast(20.0),
        readings,
    }])
}

/// The baseline process: the file as a generic JSON value, and nothing more.
pub(crate) fn parse_and_drop(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let path = arguments.first().ok_or("parse-and-drop: no file")?;
    let value: serde_json::Value = serde_json::from_slice(&fs::read(path)?)?;
    drop(black_box(value));
    Ok(())
}

struct Input {
    path: String,
    bytes: f64,
}

#[allow(clippy::cast_precision_loss, reason = "a file's size is far below 2^52")]
fn write(directory: &Path, units: u64) -> Result<Input, Box<dyn Error>> {
    let path = directory.join(format!("campaign-{units}.json"));
    let text = document(units)?;
    fs::write(&path, &text)?;
    Ok(Input { path: path.to_string_lossy().into_owned(), bytes: text.len() as f64 })
}

fn user_per_line(reading: Reading, units: u64) -> f64 {
    reading.user_seconds / line_count(units)
}

#[allow(clippy::cast_precision_loss, reason = "a count of lines is far below 2^52")]
fn line_count(units: u64) -> f64 {
    lines(units) as f64
}
