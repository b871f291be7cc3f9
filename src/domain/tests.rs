//! Tests of what is said of points without a derivative.
//! Deliberately whole sentences: they are the interface.
//! Read next: `domain.rs`.
#![allow(clippy::unwrap_used)] // a test that fails must say so

use super::*;
use crate::text::{Names, parse};

fn lines(text: &str) -> Vec<String> {
    let mut pool = Pool::default();
    let root = parse(&mut pool, text, &Names::default()).unwrap().value.entries()[0];
    let x = pool.symbol_named("x");
    domain(&mut pool, root, x).unwrap().lines()
}

#[test]
fn kinks_have_slopes_of_both_sides() {
    assert_eq!(
        lines("abs(x^2-1)"),
        [
            "not differentiable at x = -1: slope -2 from the left, 2 from the right",
            "not differentiable at x = 1: slope -2 from the left, 2 from the right"
        ]
    );
    assert_eq!(lines("max(x, exp(x) - 1)"), [""; 0]);
    assert_eq!(lines("x*abs(x)"), ["differentiable wherever it is defined"]);
    assert_eq!(lines("relu(2*x - 3)"), ["not differentiable at x = 3/2: slope 0 from the left, 2 from the right"]);
}
