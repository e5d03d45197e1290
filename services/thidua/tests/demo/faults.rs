//! The demo, killed at any moment, its first start included, and started again: the end is the same.
//!
//! The moments follow from a seed. `THIDUA_FAULT_SEEDS=n` plays the seeds from 1 to n in place of the first two.

use std::time::Duration;

use platform::clock::Clock;
use platform::random::Random;

use crate::process::{Home, Told};

/// A campaign with a vote and one with five votes, a run-off and cross sheets.
const FEDERATIONS: [&str; 2] = ["vinh-long", "thai-nguyen"];
/// How often a demo is killed before it may come to its end.
const KILLS: u32 = 3;

fn seeds() -> u64 {
    match std::env::var("THIDUA_FAULT_SEEDS") {
        Ok(text) => text.parse().expect("THIDUA_FAULT_SEEDS is a number"),
        Err(_) => 2,
    }
}

/// What an undisturbed demo tells, and how long it takes.
fn undisturbed(federation: &str) -> (Told, Duration) {
    let home = Home::new();
    let playing = Clock::system().stopwatch();
    let told = home.play(federation).unwrap_or_else(|why| panic!("undisturbed: {why}"));
    (told, playing.elapsed())
}

#[test]
fn a_demo_that_is_killed_at_any_moment_comes_to_the_same_end() {
    let mut expected: [Option<(Told, Duration)>; FEDERATIONS.len()] = Default::default();
    for seed in 1..=seeds() {
        let place = usize::try_from(seed % 2).expect("0 or 1");
        let (told, whole) = expected[place].get_or_insert_with(|| undisturbed(FEDERATIONS[place]));
        if let Err(why) = killed(seed, FEDERATIONS[place], told, *whole) {
            panic!("seed {seed} (replay with THIDUA_FAULT_SEEDS={seed}): {why}");
        }
    }
}

fn killed(seed: u64, federation: &str, expected: &Told, whole: Duration) -> Result<(), String> {
    let (home, random) = (Home::new(), Random::seeded(seed));
    let micros = u64::try_from(whole.as_micros()).expect("a short time");
    let mut moments = Vec::new();
    for kill in 0..KILLS {
        // The first kill falls into the first start: the directory, its keys, the schemas.
        let within = if kill == 0 { micros / 20 } else { micros };
        let after = Duration::from_micros(random.below(within.max(1)));
        moments.push(after);
        home.play_killed(federation, after);
    }
    let killed = |what: &str| format!("{federation}, killed after {moments:?}: {what}");
    let told = home.play(federation).map_err(|why| killed(&why))?;
    if (&told.published, &told.hash) != (&expected.published, &expected.hash) {
        return Err(killed(&format!("{:#?}\nin place of\n{:#?}", told.published, expected.published)));
    }
    let again = home.play(federation).map_err(|why| killed(&why))?;
    if !again.unchanged || again.hash != expected.hash {
        return Err(killed(&format!("the next demo changes something: {:#?}", again.steps)));
    }
    Ok(())
}
