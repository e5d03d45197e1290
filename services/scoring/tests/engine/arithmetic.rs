//! The arithmetic of explanations as it is written, worked out with nothing but its text.

use proptest::prelude::*;
use scoring::domain::document::Document;
use scoring::domain::explain::Explainer;
use scoring::domain::{compute, read};

use crate::campaigns::campaign;

/// An exact fraction, its denominator above zero.
#[derive(Clone, Copy, Debug)]
struct Ratio(i128, i128);

impl Ratio {
    fn new(over: i128, under: i128) -> Self {
        let (mut a, mut b) = (over.abs(), under.abs());
        while b > 0 {
            (a, b) = (b, a % b);
        }
        let (a, sign) = (a.max(1), under.signum());
        Self(sign * over / a, under.abs() / a)
    }

    fn times(self, other: Self) -> Self {
        let (a, b) = (Self::new(self.0, other.1), Self::new(other.0, self.1));
        Self::new(a.0.checked_mul(b.0).expect("a product"), a.1.checked_mul(b.1).expect("a product"))
    }

    fn inverse(self) -> Self {
        Self::new(self.1, self.0)
    }

    fn plus(self, other: Self) -> Self {
        let over = |a: Self, b: Self| a.0.checked_mul(b.1).expect("a product");
        Self::new(over(self, other) + over(other, self), self.1.checked_mul(other.1).expect("a product"))
    }

    fn negative(self) -> Self {
        Self(-self.0, self.1)
    }

    fn less(self, other: Self) -> bool {
        self.plus(other.negative()).0 < 0
    }

    /// In hundredths, halves up.
    fn points(self) -> i128 {
        (self.0 * 200 + self.1).div_euclid(2 * self.1)
    }
}

struct Text<'t>(&'t str);

impl Text<'_> {
    fn takes(&mut self, word: &str) -> bool {
        let rest = self.0.trim_start().strip_prefix(word);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn sum(&mut self) -> Ratio {
        let mut sum = self.product();
        loop {
            if self.takes("+") {
                sum = sum.plus(self.product());
            } else if self.takes("−") {
                sum = sum.plus(self.product().negative());
            } else {
                return sum;
            }
        }
    }

    fn product(&mut self) -> Ratio {
        let mut product = self.value();
        loop {
            if self.takes("×") {
                product = product.times(self.value());
            } else if self.takes("/") {
                product = product.times(self.value().inverse());
            } else {
                return product;
            }
        }
    }

    fn value(&mut self) -> Ratio {
        for function in ["min", "max", "mean", "median", "trimmed_mean"] {
            if self.takes(&format!("{function}(")) {
                let mut values = vec![self.sum()];
                while self.takes(",") {
                    values.push(self.sum());
                }
                assert!(self.takes(")"), "{}", self.0);
                return called(function, values);
            }
        }
        if self.takes("(") {
            let sum = self.sum();
            assert!(self.takes(")"), "{}", self.0);
            return sum;
        }
        self.number()
    }

    fn number(&mut self) -> Ratio {
        let text = self.0.trim_start();
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, rest) = text.split_at(end);
        self.0 = rest;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = format!("{whole}{fraction}").parse().unwrap_or_else(|_| panic!("no number: {text:?}"));
        Ratio::new(digits, 10_i128.pow(u32::try_from(fraction.len()).unwrap()))
    }
}

fn called(function: &str, mut values: Vec<Ratio>) -> Ratio {
    values.sort_by(|a, b| if a.less(*b) { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater });
    let count = values.len();
    let kept = match function {
        "min" => &values[..1],
        "max" => &values[count - 1..],
        "median" => &values[(count - 1) / 2..=count / 2],
        "trimmed_mean" if count >= 3 => &values[1..count - 1],
        _ => &values[..],
    };
    let sum = kept.iter().fold(Ratio(0, 1), |sum, value| sum.plus(*value));
    sum.times(Ratio::new(1, i128::try_from(kept.len()).unwrap()))
}

/// Checks `8 × min(1, 33 / 30) = 8.00`, or `45 / 50 ≥ 0.85 → 4.00`, whose points are those of a table.
fn check(arithmetic: &str, points: i128) {
    let mut text = Text(arithmetic);
    let left = text.sum();
    if text.takes("≥") {
        let least = text.sum();
        assert!(!left.less(least), "{arithmetic}");
    }
    let computed = if text.takes("=") { Some(left.points()) } else { None };
    assert!(computed.is_some() || text.takes("→"), "{arithmetic}");
    assert_eq!(text.number().points(), points, "{arithmetic}");
    assert_eq!(computed.unwrap_or(points), points, "{arithmetic}");
    assert_eq!(text.0, "", "{arithmetic}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn what_is_written_gives_the_points_of_the_line(seed in any::<u64>()) {
        let bytes = serde_json::to_vec(&campaign(seed)).unwrap();
        let document = Document::read(&bytes).unwrap();
        let checked = read(&document).unwrap();
        let results = compute(&checked).unwrap();
        let explainer = Explainer::new(&checked);
        for explanation in results.units.iter().filter_map(|unit| explainer.explain(unit.unit)) {
            for line in explanation.groups.iter().flat_map(|group| &group.lines) {
                let arithmetic = line.arithmetic();
                if !arithmetic.is_empty() {
                    check(&arithmetic, i128::from(line.points.hundredths()));
                }
            }
        }
    }

    #[test]
    fn the_way_to_the_class_ends_at_the_class(seed in any::<u64>()) {
        let bytes = serde_json::to_vec(&campaign(seed)).unwrap();
        let document = Document::read(&bytes).unwrap();
        let checked = read(&document).unwrap();
        let results = compute(&checked).unwrap();
        let explainer = Explainer::new(&checked);
        let place = |code| results.classes.iter().position(|class| *class == code).unwrap();
        for unit in results.units.iter().filter(|unit| unit.bloc.is_some()) {
            let class = explainer.explain(unit.unit).unwrap().class;
            prop_assert_eq!(class.is_some(), unit.unranked.is_empty());
            let Some(class) = class else { continue };
            prop_assert!(place(class.by_points) <= place(class.band), "conditions lift nobody");
            let mut found = class.band;
            for choice in &class.choices {
                prop_assert!(!choice.selected || choice.candidate && choice.left_out_by.is_none());
                prop_assert_eq!(place(choice.class) + 1, place(found), "the pool is the class below");
                if choice.selected {
                    found = choice.class;
                }
            }
            prop_assert_eq!(found, unit.computed_class);
            prop_assert_eq!(class.computed, unit.computed_class);
            prop_assert_eq!(class.decision.map_or(class.computed, |decision| decision.class), unit.class);
            let failed: Vec<_> = class.unmet.iter().map(|(class, _)| *class).collect();
            for (class, _) in &unit.unmet {
                prop_assert!(failed.contains(class));
            }
        }
    }
}
