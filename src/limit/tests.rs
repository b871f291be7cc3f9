//! Tests of limits and one-sided slopes.
//! Deliberately compares with values from calculus, none of them worked out by the code.
//! Read next: `limit.rs`.
#![allow(clippy::unwrap_used, clippy::panic)] // a test that fails must say so

use super::*;
use crate::text::{Names, parse};

fn beside(text: &str, at: &str) -> [Option<Side>; 2] {
    let mut pool = Pool::default();
    let mut read = |text: &str| parse(&mut pool, text, &Names::default()).unwrap().value.entries()[0];
    let (root, at) = (read(text), read(at));
    let symbol = pool.symbol_named("x");
    [-1.0, 1.0].map(|direction| side(&mut pool, root, &[Moving { symbol, at: Place::Constant(at), direction, power: 1 }]).unwrap())
}

#[track_caller]
fn limits(text: &str, at: &str, left: Goes, right: Goes) {
    let found = beside(text, at).map(|side| side.unwrap_or_else(|| panic!("{text} has no series at {at}")).value);
    let close = |a: Goes, b: Goes| match (a, b) {
        (Goes::To(a), Goes::To(b)) => (a - b).abs() <= 1e-14 * b.abs(),
        _ => a == b,
    };
    assert!(close(found[0], left) && close(found[1], right), "{text} at {at}: {found:?}");
}

/// Slopes by h, which is positive on both sides.
#[track_caller]
fn slopes(text: &str, at: &str, left: Goes, right: Goes) {
    let found = beside(text, at).map(|side| side.unwrap_or_else(|| panic!("{text} has no series at {at}")).slope);
    assert_eq!(found, [left, right], "{text} at {at}");
}

use Goes::{Infinite, To};

#[test]
fn removable_points_have_their_limit() {
    for (text, at, value) in [
        ("sin(x)/x", "0", 1.0),
        ("2*sin(x)/x^3 - 2*cos(x)/x^2 - sin(x)/x", "0", -1.0 / 3.0),
        ("(x^2-1)/(x-1)", "1", 2.0),
        ("(1 - cos(x))/x^2", "0", 0.5),
        ("(exp(x) - 1 - x)/x^2", "0", 0.5),
        ("(x^(1/3) - 2)/(x - 8)", "8", 1.0 / 12.0),
        ("tan(x)*(x - pi/2)", "pi/2", -1.0),
        ("(asin(x) - x)/x^3", "0", 1.0 / 6.0),
        ("erf(x)/x", "0", 2.0 / std::f64::consts::PI.sqrt()),
        ("Si(x)/x", "0", 1.0),
        ("log(1 + x)/x", "0", 1.0),
        ("(x*cos(x) - sin(x))/x^2", "0", 0.0),
        ("x*log(abs(x))", "0", 0.0),
        ("(tanh(x) - x)/x^3", "0", -1.0 / 3.0),
        ("exp(-1/x^2)", "0", 0.0),
        ("exp(-1/x^2)/x^9", "0", 0.0),
        ("(besselj(1, x) - x/2)/x^3", "0", -1.0 / 16.0),
        ("x/(exp(x) - 1)", "0", 1.0),
        ("1/x - 1/sin(x)", "0", 0.0),
        ("(sin(x) - x + x^3/6)/x^5", "0", 1.0 / 120.0),
        ("sin(x)^12/(1 - cos(x))^6", "0", 64.0),
    ] {
        limits(text, at, To(value), To(value));
    }
}

#[test]
fn sides_differ() {
    limits("1/x", "0", Infinite(-1), Infinite(1));
    limits("1/x^2", "0", Infinite(1), Infinite(1));
    limits("abs(x)/x", "0", To(-1.0), To(1.0));
    limits("tan(x)", "pi/2", Infinite(1), Infinite(-1));
    limits("log(x^2)", "0", Infinite(-1), Infinite(-1));
    limits("floor(x)", "2", To(1.0), To(2.0));
    limits("ceil(x)", "2", To(2.0), To(3.0));
    limits("atan(1/x)", "0", To(-std::f64::consts::FRAC_PI_2), To(std::f64::consts::FRAC_PI_2));
    limits("acot(x)", "0", To(-std::f64::consts::FRAC_PI_2), To(std::f64::consts::FRAC_PI_2));
    limits("atan2(x, -1)", "0", To(-std::f64::consts::PI), To(std::f64::consts::PI));
    limits("if(x < 1, x^2, 3*x)", "1", To(1.0), To(3.0));
    limits("sqrt(x^2)/x", "0", To(-1.0), To(1.0));
    limits("gamma(x)", "3", To(2.0), To(2.0));
}

#[test]
fn slopes_are_those_of_each_side() {
    slopes("abs(x^2-1)", "1", To(2.0), To(2.0));
    slopes("abs(x)", "0", To(1.0), To(1.0));
    slopes("x*abs(x)", "0", To(0.0), To(0.0));
    slopes("max(x, exp(x) - 1)", "0", To(-1.0), To(1.0));
    slopes("asin(x)", "1", Infinite(-1), Goes::Infinite(0));
    slopes("relu(x)", "0", To(0.0), To(1.0));
    slopes("sinc(x)", "0", To(0.0), To(0.0));
    let [left, right] = beside("sqrt(x)", "0").map(Option::unwrap);
    assert_eq!((right.slope, right.real, left.real), (Infinite(1), true, false));
}

#[test]
fn several_symbols_are_approached_on_curves_too() {
    let found = |text: &str| {
        let mut pool = Pool::default();
        let root = parse(&mut pool, text, &Names::default()).unwrap().value.entries()[0];
        let at = ["x", "y"].map(|name| (pool.symbol_named(name), Number::ZERO));
        super::beside(&mut pool, root, &at).unwrap()
    };
    assert_eq!(found("sin(x*y)/(x*y)"), Some(Found::Near(1.0)));
    assert_eq!(found("x*y/(x^2 + y^2)"), Some(Found::Ways));
    assert_eq!(found("x^2*y/(x^4 + y^2)"), Some(Found::Ways), "0 along every line, 1/2 along a parabola");
    assert_eq!(found("1/(x + y)"), None);
}
