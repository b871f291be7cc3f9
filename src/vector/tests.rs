//! Tests of the vector functions: accuracy on reference points, equality of loops and single lanes, special values.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test that fails must say so

use super::plain::{BASELINE_FUSES, Doubles, Singles};
use super::{Compare, Level, Machine, POWER, VectorFunction};
use crate::function::TABLE;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

mod special_values;

/// Name, function, number of arguments: all rows of TABLE 1 that have one, and powers.
fn all() -> Vec<(&'static str, &'static dyn VectorFunction, usize)> {
    let rows = TABLE.iter().filter_map(|row| Some((row.name, row.vector?, row.parameters.len())));
    rows.chain([("power", &POWER as &dyn VectorFunction, 2)]).collect()
}

/// The levels that this processor has.
fn levels() -> impl Iterator<Item = Level> {
    [Level::Baseline, Level::Avx2, Level::Avx512].into_iter().filter(|level| *level <= Level::highest())
}

fn folder() -> String {
    format!("{}/tests/data/vector", env!("CARGO_MANIFEST_DIR"))
}

/// How far apart, in units of the last place of `expected`, which the exact value exceeds by `above` units.
fn units(got: f64, expected: f64, above: f64, unit: f64) -> f64 {
    if got == expected || (got.is_nan() && expected.is_nan()) {
        return above.abs();
    }
    if got.is_nan() || expected.is_nan() || got.is_infinite() || expected.is_infinite() {
        return f64::INFINITY;
    }
    ((got - expected) / unit - above).abs()
}

/// The unit in the last place of a double; of a single, its fraction and least exponent given.
fn unit(x: f64, fraction: i32, least: i32) -> f64 {
    let exponent = if x == 0.0 || x.abs() < f64::MIN_POSITIVE { -1022 } else { (x.abs().to_bits() >> 52) as i32 - 1023 };
    let place = (exponent - fraction).max(least);
    // 2^-1074 in two factors
    2f64.powi(place / 2) * 2f64.powi(place - place / 2)
}

struct Points {
    columns: Vec<Vec<f64>>,
    expected: Vec<(f64, f64)>,
}

fn double_points(name: &str, arity: usize) -> Points {
    let text = fs::read_to_string(format!("{}/{name}.txt", folder())).unwrap();
    let mut points = Points { columns: vec![Vec::new(); arity], expected: Vec::new() };
    let number = |word: &str| f64::from_bits(u64::from_str_radix(word, 16).unwrap());
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        for (column, word) in points.columns.iter_mut().zip(&words) {
            column.push(number(word));
        }
        points.expected.push((number(words[arity]), words[arity + 1].parse().unwrap()));
    }
    points
}

fn single_points(name: &str, arity: usize) -> (Vec<Vec<f32>>, Vec<f64>) {
    let text = fs::read_to_string(format!("{}/{name}.single.txt", folder())).unwrap();
    let (mut columns, mut expected) = (vec![Vec::new(); arity], Vec::new());
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        for (column, word) in columns.iter_mut().zip(&words) {
            column.push(f32::from_bits(u32::from_str_radix(word, 16).unwrap()));
        }
        expected.push(f64::from_bits(u64::from_str_radix(words[arity], 16).unwrap()));
    }
    (columns, expected)
}

/// The largest error in double precision and where.
fn worst_double(name: &str, function: &dyn VectorFunction, arity: usize, level: Level) -> (f64, String) {
    let points = double_points(name, arity);
    let arguments: Vec<&[f64]> = points.columns.iter().map(Vec::as_slice).collect();
    let mut out = vec![0.0; points.expected.len()];
    function.doubles(level, &arguments, &mut out);
    let mut worst = (0.0, String::new());
    for (i, (got, (expected, above))) in out.iter().zip(&points.expected).enumerate() {
        let error = units(*got, *expected, *above, unit(*expected, 52, -1074));
        if error > worst.0 {
            let at: Vec<f64> = arguments.iter().map(|column| column[i]).collect();
            worst = (error, format!("{name} at {at:?}, {level:?}: {got:e} for {expected:e}, {error:.2} units"));
        }
    }
    worst
}

/// The same in single precision.
fn worst_single(name: &str, function: &dyn VectorFunction, arity: usize, level: Level) -> (f64, String) {
    let (columns, expected) = single_points(name, arity);
    let arguments: Vec<&[f32]> = columns.iter().map(Vec::as_slice).collect();
    let mut out = vec![0.0; expected.len()];
    function.singles(level, &arguments, &mut out);
    let mut worst = (0.0, String::new());
    for (i, (got, exact)) in out.iter().zip(&expected).enumerate() {
        let overflows = (*exact as f32).is_infinite() || got.is_infinite();
        let exact_or_limit = if overflows { f64::from(*exact as f32) } else { *exact };
        let error = units(f64::from(*got), exact_or_limit, 0.0, unit(*exact, 23, -149));
        if error > worst.0 {
            let at: Vec<f32> = arguments.iter().map(|column| column[i]).collect();
            worst = (error, format!("{name} at {at:?}, {level:?}: {got:e} for {exact:e}, {error:.2} units"));
        }
    }
    worst
}

/// The bounds that docs/accuracy.md states, by name: doubles, singles.
fn stated() -> BTreeMap<String, (f64, f64)> {
    let text = fs::read_to_string(format!("{}/docs/accuracy.md", env!("CARGO_MANIFEST_DIR"))).unwrap_or_default();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        Some((cells.get(1)?.trim_matches('`').to_string(), (cells.get(2)?.parse().ok()?, cells.get(3)?.parse().ok()?)))
    });
    rows.collect()
}

/// With SYMDIFF_WRITE_ACCURACY set, raises the bounds of docs/accuracy.md to what is measured here.
#[test]
fn accuracy_is_as_stated() {
    let stated = stated();
    let write = std::env::var_os("SYMDIFF_WRITE_ACCURACY").is_some();
    let (mut wrong, mut table) = (Vec::new(), String::new());
    for (name, function, arity) in all() {
        let mut measured = (0.0_f64, 0.0_f64);
        let bounds = stated.get(name).copied().unwrap_or((0.0, 0.0));
        for level in levels() {
            let (double, place) = worst_double(name, function, arity, level);
            if double > 4.0 || (double > bounds.0 && !write) {
                wrong.push(place);
            }
            let (single, place) = worst_single(name, function, arity, level);
            if single > 4.0 || (single > bounds.1 && !write) {
                wrong.push(format!("single precision: {place}"));
            }
            measured = (measured.0.max(double), measured.1.max(single));
        }
        let up = |x: f64| (2.0 * x).ceil() / 2.0;
        let bounds = (bounds.0.max(up(measured.0)), bounds.1.max(up(measured.1)));
        writeln!(table, "| `{name}` | {:.1} | {:.1} |", bounds.0, bounds.1).unwrap();
        println!("{name:10} {:6.3} {:6.3}", measured.0, measured.1);
    }
    if write {
        let text = include_str!("accuracy.head.md").to_string() + &table;
        fs::create_dir_all(format!("{}/docs", env!("CARGO_MANIFEST_DIR"))).unwrap();
        fs::write(format!("{}/docs/accuracy.md", env!("CARGO_MANIFEST_DIR")), text).unwrap();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A machine that works out what is recorded, one lane and one operation at a time.
struct Recorder<M: Machine> {
    lane: M,
    values: Vec<M::Value>,
}

macro_rules! operations {
    ($($name:ident($($argument:ident),*)),*) => {
        $(fn $name(&mut self, $($argument: u32),*) -> u32 {
            let value = self.lane.$name($(self.values[$argument as usize]),*);
            self.push(value)
        })*
    };
}

impl<M: Machine> Recorder<M> {
    fn push(&mut self, value: M::Value) -> u32 {
        self.values.push(value);
        self.values.len() as u32 - 1
    }
}

impl<M: Machine> Machine for Recorder<M> {
    type Value = u32;
    operations!(add(a, b), sub(a, b), mul(a, b), div(a, b), mul_add(a, b, c), mul_sub(a, b, c), neg_mul_add(a, b, c));
    operations!(sqrt(a), round(a), floor(a), ceil(a), min(a, b), max(a, b), and(a, b), or(a, b), xor(a, b));
    operations!(integer_add(a, b), integer_sub(a, b));
    fn fused(&self) -> bool {
        self.lane.fused()
    }
    fn constant(&mut self, x: f64) -> u32 {
        let value = self.lane.constant(x);
        self.push(value)
    }
    fn bits(&mut self, bits: u64) -> u32 {
        let value = self.lane.bits(bits);
        self.push(value)
    }
    fn shift_left(&mut self, a: u32, by: u8) -> u32 {
        let value = self.lane.shift_left(self.values[a as usize], by);
        self.push(value)
    }
    fn shift_right(&mut self, a: u32, by: u8) -> u32 {
        let value = self.lane.shift_right(self.values[a as usize], by);
        self.push(value)
    }
    fn select(&mut self, compare: Compare, a: u32, b: u32, then: u32, otherwise: u32) -> u32 {
        let [a, b, then, otherwise] = [a, b, then, otherwise].map(|i| self.values[i as usize]);
        let value = self.lane.select(compare, a, b, then, otherwise);
        self.push(value)
    }
    fn rare(&mut self, compare: Compare, a: u32, b: u32) {
        self.lane.rare(compare, self.values[a as usize], self.values[b as usize]);
    }
}

/// The recorded function at one point; nothing where it is rare.
fn double_lane<const FUSED: bool>(function: &dyn VectorFunction, arguments: &[f64]) -> Option<f64> {
    let mut recorder = Recorder { lane: Doubles::<FUSED>::default(), values: arguments.to_vec() };
    let names: Vec<u32> = (0..arguments.len() as u32).collect();
    let result = function.record_doubles(&mut recorder, &names).unwrap();
    (recorder.lane.rare == 0).then(|| recorder.values[result as usize])
}

fn single_lane<const FUSED: bool>(function: &dyn VectorFunction, arguments: &[f32]) -> Option<f32> {
    let mut recorder = Recorder { lane: Singles::<FUSED>::default(), values: arguments.to_vec() };
    let names: Vec<u32> = (0..arguments.len() as u32).collect();
    let result = function.record_singles(&mut recorder, &names)?;
    (recorder.lane.rare == 0).then(|| recorder.values[result as usize])
}

/// Guards against compilers that vectorise wrongly, as rust-lang/rust#158622.
#[test]
fn blocks_equal_single_lanes() {
    for (name, function, arity) in all() {
        let points = double_points(name, arity);
        let (singles, _) = single_points(name, arity);
        for level in levels() {
            let fused = level != Level::Baseline || BASELINE_FUSES;
            for length in [0, 1, 3, 7, 8, 9, 17, 64, 255, 256, 257, 300] {
                let length = length.min(points.expected.len());
                let arguments: Vec<&[f64]> = points.columns.iter().map(|column| &column[..length]).collect();
                let mut out = vec![0.0; length];
                function.doubles(level, &arguments, &mut out);
                for (i, got) in out.iter().enumerate() {
                    let at: Vec<f64> = arguments.iter().map(|column| column[i]).collect();
                    let lane = if fused { double_lane::<true>(function, &at) } else { double_lane::<false>(function, &at) };
                    if let Some(lane) = lane {
                        let same = got.to_bits() == lane.to_bits() || (got.is_nan() && lane.is_nan());
                        assert!(same, "{name} at {at:?}, {level:?}: block {got:e}, lane {lane:e}");
                    }
                }
                let length = length.min(singles[0].len());
                let arguments: Vec<&[f32]> = singles.iter().map(|column| &column[..length]).collect();
                let mut out = vec![0.0; length];
                function.singles(level, &arguments, &mut out);
                for (i, got) in out.iter().enumerate() {
                    let at: Vec<f32> = arguments.iter().map(|column| column[i]).collect();
                    let lane = if fused { single_lane::<true>(function, &at) } else { single_lane::<false>(function, &at) };
                    if let Some(lane) = lane {
                        let same = got.to_bits() == lane.to_bits() || (got.is_nan() && lane.is_nan());
                        assert!(same, "{name} in single precision at {at:?}, {level:?}: block {got:e}, lane {lane:e}");
                    }
                }
            }
        }
    }
}

/// Usual arguments must not need the slow path.
#[test]
fn usual_arguments_are_not_rare() {
    for row in TABLE.iter().filter(|row| row.vector.is_some() && !row.interval.is_empty()) {
        let function = row.vector.unwrap();
        for i in 0..=20 {
            let at: Vec<f64> = row.interval.iter().map(|(low, high)| low + (high - low) * f64::from(i) / 20.0 + 1e-9).collect();
            assert!(double_lane::<true>(function, &at).is_some(), "{} at {at:?}", row.name);
        }
    }
    for x in [3e-308, 1e-30, 1.0, 1e300] {
        assert!(double_lane::<true>(&super::LOG, &[x]).is_some() && double_lane::<true>(&super::POWER, &[x, 0.5]).is_some());
    }
    for x in [-1e300, -800.0, -740.0, 740.0, 1e300] {
        assert!(double_lane::<true>(&super::EXP, &[x]).is_some() && double_lane::<true>(&super::SIGMOID, &[x]).is_some());
    }
}
