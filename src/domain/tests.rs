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

#[track_caller]
fn says(text: &str, expected: &[&str]) {
    assert_eq!(lines(text), expected, "{text}");
}

#[test]
fn kinks_have_slopes_of_both_sides() {
    says(
        "abs(x^2-1)",
        &[
            "not differentiable at x = -1: slope -2 from the left, 2 from the right",
            "not differentiable at x = 1: slope -2 from the left, 2 from the right",
        ],
    );
    says("relu(2*x - 3)", &["not differentiable at x = 3/2: slope 0 from the left, 2 from the right"]);
    says("abs(exp(x) - 2)", &["not differentiable at x = log(2): slope -2 from the left, 2 from the right"]);
    says("abs(sin(x))", &["not differentiable at x = pi*k for every integer k: slope -1 from the left, 1 from the right"]);
    says("abs(x^3 - 8)", &["not differentiable at x = 2: slope -12 from the left, 12 from the right"]);
    says(
        "abs(cos(x) - x)",
        &[
            "not differentiable at x = 0.7390851332151607 (approximately): slope -1.67361203 from the left, 1.67361203 from the right",
            "some points were searched in floats, from -100 to 100",
        ],
    );
}

#[test]
fn seams_that_are_smooth_are_not_named() {
    for text in ["exp(x)", "x*abs(x)", "abs(x)^3", "relu(x)*x", "if(x < 1, x^2, 2*x - 1)", "sinc(x)", "abs(x^2 + 1)", "atan(x)"] {
        says(text, &["differentiable wherever it is defined"]);
    }
}

#[test]
fn undefined_points_and_intervals_are_named() {
    says("1/x", &["not defined at x = 0: it goes to -infinity from the left, infinity from the right"]);
    says("sin(x)/x", &["not defined at x = 0: the limit is 1"]);
    says("sqrt(x)", &["real on the right only at x = 0: slope infinity there", "not real for x < 0"]);
    says("log(x)", &["real on the right only at x = 0: it goes to -infinity there", "not real for x < 0"]);
    says("tan(x)", &["not defined at x = pi*k + pi/2 for every integer k: it goes to infinity from the left, -infinity from the right"]);
    says("floor(2*x)", &["not continuous at x = k/2 for every integer k"]);
    says("sign(x)", &["not continuous at x = 0: -1 from the left, 1 from the right, 0 there"]);
    says("gamma(x)", &["not defined at x = k for every integer k up to 0"]);
    says(
        "log(sin(x))",
        &[
            "real on the right only at x = 2*pi*k for every integer k: it goes to -infinity there",
            "real on the left only at x = 2*pi*k + pi for every integer k: it goes to -infinity there",
        ],
    );
    says(
        "1/(x^5 - x - 1)",
        &["not defined at x = 1.1673039782614187 (approximately): it goes to -infinity from the left, infinity from the right"],
    );
}

#[test]
fn other_symbols_make_conditions() {
    says("abs(x^2 - a)", &["not differentiable where x^2 - a = 0"]);
    says("1/(a*x + b)", &["not defined where a*x + b = 0"]);
    says("sqrt(x - a)", &["real on one side only where x - a = 0"]);
    says("a*x^2", &["differentiable wherever it is defined"]);
}
