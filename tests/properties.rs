//! Laws over random expressions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test that fails must say so

use proptest::prelude::*;
use symdiff::Expression;

/// Random texts of the language over x, y and small numbers.
fn text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        3 => Just("x".to_string()),
        2 => Just("y".to_string()),
        2 => (-4i32..9).prop_map(|n| if n < 0 { format!("({n})") } else { n.to_string() }),
        1 => Just("1/2".to_string()),
        1 => Just("pi".to_string()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} + {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} - {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})*({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})/({b})")),
            (inner.clone(), -3i32..4).prop_map(|(a, n)| format!("({a})^({n})")),
            inner.clone().prop_map(|a| format!("sqrt({a})")),
            (
                inner.clone(),
                prop_oneof![Just("sin"), Just("cos"), Just("exp"), Just("log"), Just("abs"), Just("atan"), Just("tanh"), Just("sign")]
            )
                .prop_map(|(a, f)| format!("{f}({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("max({a}, {b})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("if({a} < {b}, {b}, {c})")),
        ]
    })
}

const POINTS: [(f64, f64); 4] = [(0.7, 1.3), (-1.1, 0.4), (2.5, -0.8), (-0.3, -2.2)];

/// Values agree within what cancellation can take away at a condition number of about 1e6.
fn agree(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(scale)
}

/// Whether the value stays near where pi is moved by a little: the engine takes `sin(pi)` for the 0 that it is; where it is a
/// factor, digits take it for a number near 0, and `1/sin(pi)` inside a sine is then anything.
fn steady(text: &str, at: &[(&str, f64)], value: f64) -> bool {
    !text.contains("pi")
        || ["+", "-"].iter().all(|sign| {
            let moved: Expression = text.replace("pi", &format!("(pi {sign} 10^(-9))")).parse().unwrap();
            moved.eval(at).is_ok_and(|near| (near - value).abs() <= 1e-4 * value.abs().max(1e-3))
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn print_then_read_is_the_same(text in text()) {
        let e: Expression = text.parse().unwrap();
        let again: Expression = e.to_string().parse().unwrap();
        prop_assert_eq!(&e, &again, "{} -> {}", text, e);
        let simple = e.simplify().unwrap();
        let again: Expression = simple.to_string().parse().unwrap();
        prop_assert_eq!(&simple, &again, "{} -> {}", text, simple);
    }

    #[test]
    fn simplify_twice_is_once(text in text()) {
        let once = text.parse::<Expression>().unwrap().simplify().unwrap();
        let twice = once.simplify().unwrap();
        prop_assert_eq!(&once, &twice, "{} -> {} -> {}", text, once, twice);
    }

    #[test]
    fn simplified_has_the_value_of_the_original(text in text()) {
        let e: Expression = text.parse().unwrap();
        let simple = e.simplify().unwrap();
        for (x, y) in POINTS {
            let at = [("x", x), ("y", y)];
            if let Ok(want) = e.eval(&at)
                && want.abs() < 1e6
                && steady(&text, &at, want)
            {
                let got = simple.eval(&at);
                prop_assert!(got.as_ref().is_ok_and(|got| agree(*got, want, 1e-3)), "{} -> {} at {:?}: {:?}, want {}", text, simple, at, got, want);
            }
        }
    }

    #[test]
    fn gradient_equals_the_forward_derivative(text in text()) {
        let e: Expression = text.parse().unwrap();
        // Four names make the gradient run backwards.
        let (Ok(backward), Ok(forward)) = (e.gradient(&["x", "y", "u", "v"]), e.diff("x")) else { return Ok(()) };
        for (x, y) in POINTS {
            let at = [("x", x), ("y", y)];
            if let (Ok(want), Ok(got)) = (forward.eval(&at), backward[0].eval(&at))
                && want.abs() < 1e6
                && steady(&forward.to_string(), &at, want)
            {
                prop_assert!(agree(got, want, 1e-3), "{}: {} and {} at {:?}", text, backward[0], forward, at);
            }
        }
    }
}

/// Which of two symbols comes first in a pool must not show in the answer.
#[test]
fn the_minus_of_a_quotient_goes_below_the_bar() {
    for text in ["(((1/2 + 7) - x))/(((pi)*(1/2) - x))", "(15/2 - x)/(y/2 - x)", "(15/2 - y)/(x/2 - y)"] {
        let once = text.parse::<Expression>().unwrap().simplify().unwrap();
        assert_eq!(once, once.simplify().unwrap(), "{text}");
        assert!(!once.to_string().starts_with('-'), "{once}");
    }
}

/// Roots whose bases have a number in front: what was read is the text of the base with its number.
#[test]
fn numbers_under_roots_are_not_lost() {
    for text in [
        "9*sqrt(1/2 - x)/(4*((1/2 - x)^(3/2))^(5/2))",
        "3*sqrt(1/2 - x)/((1/2 - x)^(3/2))^(5/2)",
        "sqrt((x^2 + 1)*(x^2 + 2)/5)*sqrt(x^2 + 1)*7",
        "5/sqrt((2*x^2 + 2)*(x - 4)^3/7)",
    ] {
        let e: Expression = text.parse().unwrap();
        let simple = e.simplify().unwrap();
        for x in [-1.1, -3.0, 0.2, 6.5] {
            if let Ok(want) = e.eval(&[("x", x)]) {
                let got = simple.eval(&[("x", x)]).unwrap();
                assert!(agree(got, want, 1e-3), "{text} -> {simple} at {x}: {got}, want {want}");
            }
        }
    }
}
