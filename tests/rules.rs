//! Every row of TABLE 2 against numbers: where the left side has a value, real or complex, the right side has the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test that fails must say so

use symdiff::{Expression, Facts, RULES, Rule, Where};

/// The left side as one text; nothing for formal derivatives, which have no values: tests/functions.rs holds them by the
/// second derivatives.
fn left_of(rule: &Rule) -> Option<String> {
    let sides = || rule.left.split(';').map(|side| format!("({side})")).collect::<Vec<_>>();
    match rule.place {
        Where::Call => Some(rule.left.to_string()),
        Where::Sum => Some(sides().join("+")),
        Where::Product => Some(sides().join("*")),
        Where::Sine => Some(format!("sin(({})*pi)", rule.left)),
        Where::Slope => None,
    }
}

/// The value with x in the place of the wildcard; `None` where there is none, or none is known.
fn value(e: &Expression, x: (f64, f64)) -> Option<(f64, f64)> {
    let number = |value: f64| Expression::number(symdiff::Number::from_f64(value).unwrap());
    let point = if x.1 == 0.0 { number(x.0) } else { number(x.0) + number(x.1) * "I".parse::<Expression>().unwrap() };
    let there = e.subs(&[("x", point)]).ok()?;
    let part = |name: &str| Expression::call(name, std::slice::from_ref(&there)).ok()?.eval(&[]).ok();
    Some((part("re")?, part("im")?))
}

/// Edges first: 0, the ends and sides of branch cuts, poles; then a spread of sizes and signs.
const REAL: [f64; 19] = [0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, -7.3, -0.6, -0.25, 0.3, 0.75, 2.5, 4.0, 1e-3, -1e-3, 37.0, -37.0, 100.0];
const COMPLEX: [(f64, f64); 14] = [
    (0.0, 1.0),
    (0.0, -1.0),
    (0.0, 2.5),
    (0.0, -2.5),
    (0.4, 0.7),
    (-0.4, 0.7),
    (0.4, -0.7),
    (-0.4, -0.7),
    (3.1, 0.2),
    (-3.1, 0.2),
    (3.1, -0.2),
    (-3.1, -0.2),
    (-2.0, 1e-9),
    (-2.0, -1e-9),
];

/// Real and complex points without a pattern, the same in every run (an additive sequence of the golden ratio and sqrt(2)).
fn spread() -> impl Iterator<Item = (f64, f64)> {
    (1..16).map(|k| {
        let k = f64::from(k);
        let (a, b) = ((k * 0.618_033_988_749_894_9).fract(), (k * std::f64::consts::SQRT_2).fract());
        ((a - 0.5) * 9.0, (b - 0.5) * 9.0)
    })
}

fn allowed(when: Facts, (re, im): (f64, f64)) -> bool {
    if when == Facts::NONE {
        return true;
    }
    let signs = (!when.has(Facts::NONNEGATIVE) || re >= 0.0) && (!when.has(Facts::NONPOSITIVE) || re <= 0.0);
    im == 0.0 && signs && (!when.has(Facts::NONZERO) || re != 0.0) && (!when.has(Facts::INTEGER) || re.fract() == 0.0)
}

#[test]
fn every_row_keeps_the_value() {
    let mut held = 0;
    for rule in RULES {
        let Some(left) = left_of(rule) else { continue };
        let (left, right): (Expression, Expression) = (left.parse().unwrap(), rule.right.parse().unwrap());
        let points = REAL.iter().map(|&x| (x, 0.0)).chain(COMPLEX).chain(spread()).chain(spread().map(|(x, _)| (x, 0.0)));
        let (mut real, mut complex) = (0, 0);
        for x in points.filter(|&x| allowed(rule.when, x)) {
            let Some(want) = value(&left, x) else { continue };
            let got = value(&right, x).unwrap_or_else(|| panic!("{} has a value at {x:?} on the left only", rule.name));
            // both sides are a few operations, of which cancellation takes some digits
            let size = want.0.hypot(want.1).max(1e-3);
            assert!((got.0 - want.0).hypot(got.1 - want.1) <= 1e-9 * size, "{} at {x:?}: {want:?} is not {got:?}", rule.name);
            *(if x.1 == 0.0 { &mut real } else { &mut complex }) += 1;
        }
        assert!(real > 0, "{} is held at no point", rule.name);
        let special = rule.left.contains("erf") || rule.left.contains("polylog") || rule.left.contains("elliptic");
        let of_real = rule.when.has(Facts::REAL) || !rule.left.contains('x');
        assert!(complex > 10 || special || of_real, "{} is held at {complex} complex points", rule.name);
        assert!(!rule.source.is_empty(), "{} has no source", rule.name);
        held += 1;
    }
    assert!(held > 100, "only {held} rows were held");
}
