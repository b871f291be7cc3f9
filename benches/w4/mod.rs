//! The six kernels of the benchmarks, and columns of points for them.
//! Deliberately times nothing.
//! Read next: `../kernels.rs`, `../against_c.rs`.

use serde_json::Value;
use symdiff::Expression;

/// A formula, its variables in order, and the interval from which each is drawn.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) f: Expression,
    pub(crate) names: Vec<String>,
    pub(crate) intervals: Vec<(f64, f64)>,
}

/// k1 to k6.
pub(crate) fn cases() -> Vec<Case> {
    let case = |line: &str| {
        let value: Value = serde_json::from_str(line).expect("a line of JSON");
        let vars = value["vars"].as_object().expect("variables");
        let bound = |interval: &Value, at: usize| interval[at].as_f64().expect("a bound");
        Case {
            name: value["id"].as_str().expect("a name").to_string(),
            f: value["expr"].as_str().expect("a text").parse().expect("a text of the language"),
            names: vars.keys().cloned().collect(),
            intervals: vars.values().map(|interval| (bound(interval, 0), bound(interval, 1))).collect(),
        }
    };
    include_str!("../data/w4.jsonl").lines().map(case).collect()
}

/// Numbers in the interval, the same in every run (a linear congruence, Knuth, TAOCP 3.3.4).
pub(crate) fn column(seed: usize, points: usize, (low, high): (f64, f64)) -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64.wrapping_mul(seed as u64 + 1);
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..points).map(|_| low + (high - low) * next()).collect()
}
