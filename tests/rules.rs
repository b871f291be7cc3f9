//! Every row of TABLE 2 against numbers: where the left side has a real value, the right side has the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test that fails must say so

use approx::assert_relative_eq;
use symdiff::{Expression, Facts, RULES, Where};

#[test]
fn every_row_keeps_the_value() {
    let mut held = 0;
    for rule in RULES {
        let left = match rule.place {
            Where::Call => rule.left.to_string(),
            Where::Sum => rule.left.split(';').map(|side| format!("({side})")).collect::<Vec<_>>().join("+"),
            Where::Product => rule.left.split(';').map(|side| format!("({side})")).collect::<Vec<_>>().join("*"),
            Where::Sine => format!("sin(({})*pi)", rule.left),
            // Held by the second derivatives of tests/functions.rs, where the formal derivative has a value.
            Where::Slope => continue,
        };
        let (left, right): (Expression, Expression) = (left.parse().unwrap(), rule.right.parse().unwrap());
        let mut points = 0;
        for x in [-7.3, -1.0, -0.6, -0.25, 0.0, 0.3, 0.75, 1.0, 2.5, 4.0] {
            if rule.when.has(Facts::POSITIVE) && x <= 0.0
                || rule.when.has(Facts::NONNEGATIVE) && x < 0.0
                || rule.when.has(Facts::NEGATIVE) && x >= 0.0
            {
                continue;
            }
            if let Ok(want) = left.eval(&[("x", x)]) {
                let got = right.eval(&[("x", x)]).unwrap_or_else(|e| panic!("{} at {x}: {e}", rule.name));
                // Both sides are a few well-conditioned operations.
                assert_relative_eq!(got, want, max_relative = 1e-11, epsilon = 1e-11);
                points += 1;
            }
        }
        assert!(points > 0, "{} is held at no point", rule.name);
        assert!(!rule.source.is_empty(), "{} has no source", rule.name);
        held += 1;
    }
    assert!(held > 80, "only {held} rows were held");
}
