//! Files stay short.

use super::tree::SOURCES;

#[test]
fn files_stay_short() {
    let mut lengths: Vec<(usize, &str)> =
        SOURCES.iter().map(|source| (source.text.lines().count(), source.path.as_str())).collect();
    lengths.sort_unstable();
    let (longest, path) = lengths[lengths.len() - 1];
    assert!(longest <= 600, "{path} has {longest} lines: divide it by subject");
    let (median, _) = lengths[lengths.len() / 2];
    assert!(median <= 150, "the median file has {median} lines");
    let (ninth, path) = lengths[lengths.len() * 9 / 10];
    assert!(ninth <= 400, "nine in ten files have at most 400 lines; {path} has {ninth}");
}
