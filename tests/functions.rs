//! Every row of TABLE 1 against numbers: each slope equals a numerical derivative on the row's interval, the second
//! derivative too; the call prints and reads back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test that fails must say so

use approx::assert_relative_eq;
use symdiff::{Class, Expression, Function, Row, Slope, functions};

/// Points of a row's box: a few inner ones, the same in every run.
fn points(row: &Row) -> Vec<Vec<f64>> {
    (0..4)
        .map(|k| {
            row.interval.iter().enumerate().map(|(i, (a, b))| a + (b - a) * ((0.37 + 0.21 * k as f64 + 0.13 * i as f64) % 1.0)).collect()
        })
        .collect()
}

fn call(row: &Row, names: &[String]) -> Expression {
    let args: Vec<Expression> = names.iter().map(|name| Expression::symbol(name)).collect();
    Expression::call(row.name, &args).unwrap()
}

fn names(row: &Row) -> Vec<String> {
    row.parameters.iter().map(|p| format!("{p}_0")).collect()
}

fn at<'a>(names: &'a [String], point: &[f64]) -> Vec<(&'a str, f64)> {
    names.iter().map(String::as_str).zip(point.iter().copied()).collect()
}

/// Richardson-extrapolated central difference: error about h^6/7! * f^(7), with h = 0.01 below 1e-11 for the functions
/// and intervals of the table, plus rounding 1e-16/h.
fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let d = |h: f64| (f(x + h) - f(x - h)) / (2.0 * h);
    let (a, b, c) = (d(0.02), d(0.01), d(0.005));
    let (ab, bc) = ((4.0 * b - a) / 3.0, (4.0 * c - b) / 3.0);
    (16.0 * bc - ab) / 15.0
}

fn tested() -> impl Iterator<Item = &'static Row> {
    functions().iter().filter(|row| row.reads_as.is_none() && !row.parameters.is_empty() && row.class != Class::Form)
}

#[test]
fn slopes_equal_numerical_derivatives() {
    let mut held = 0;
    for row in tested().filter(|row| row.float.is_some()) {
        let names = names(row);
        let f = call(row, &names);
        let value = row.float.unwrap();
        for (slot, name) in names.iter().enumerate() {
            if row.slopes.get(slot) == Some(&Slope::Formal) {
                continue;
            }
            let derivative = f.diff(name).unwrap();
            for point in points(row) {
                let want = slope(
                    |x| value(&point.iter().enumerate().map(|(i, v)| if i == slot { x } else { *v }).collect::<Vec<_>>()),
                    point[slot],
                );
                match derivative.eval(&at(&names, &point)) {
                    Ok(got) => assert_relative_eq!(got, want, max_relative = 1e-8, epsilon = 1e-8),
                    // A slope may use a function that has no numbers yet; it says so.
                    Err(error) => {
                        assert!(error.message().contains("numeric") || error.message().contains("value"), "{}: {error}", row.name)
                    }
                }
                held += 1;
            }
        }
    }
    assert!(held > 150, "only {held} slopes were held against numbers");
}

#[test]
fn second_derivatives_equal_numerical_derivatives_of_the_first() {
    for row in tested().filter(|row| row.float.is_some() && row.parameters.len() == 1) {
        let names = names(row);
        let first = call(row, &names).diff(&names[0]).unwrap();
        let Ok(second) = first.diff(&names[0]) else { continue };
        for point in points(row) {
            let f = |x: f64| first.eval(&[(names[0].as_str(), x)]).unwrap_or(f64::NAN);
            let want = slope(f, point[0]);
            if let (Ok(got), true) = (second.eval(&at(&names, &point)), want.is_finite()) {
                assert_relative_eq!(got, want, max_relative = 1e-7, epsilon = 1e-7);
            }
        }
    }
}

#[test]
fn calls_print_and_read_back() {
    for row in tested() {
        let f = call(row, &names(row));
        let again: Expression = f.to_string().parse().unwrap();
        assert_eq!(f, again, "{}", row.name);
        let named = Function::find(row.name, row.parameters.len()).unwrap();
        assert_eq!(named.row().name, row.name);
    }
}

#[test]
fn every_row_has_as_many_slopes_as_arguments() {
    for row in tested() {
        assert_eq!(row.slopes.len(), row.parameters.len(), "{}", row.name);
        assert_eq!(row.interval.len(), row.parameters.len(), "{}", row.name);
        assert!(!row.source.is_empty() && !row.latex.is_empty() && !row.about.is_empty(), "{}", row.name);
    }
}

#[test]
fn every_slope_differentiates_again() {
    for row in tested() {
        let names = names(row);
        for a in &names {
            for b in &names {
                call(row, &names).diff_all(&[a, b]).unwrap();
            }
        }
    }
}

#[test]
fn a_point_without_a_value_says_why() {
    for (text, x, reason) in [
        ("lgamma(x)", -2.0, "`lgamma(-2)` has a pole"),
        ("1 + gamma(x)^2", -1.0, "`gamma(-1)` has a pole"),
        ("Ci(x)", -1.0, "`Ci` is not real below 0"),
        ("lambertw(x)", -0.5, "`lambertw` is not real below -exp(-1)"),
        ("besselj(1/2, x)", -1.0, "`besselj` is not real below 0 unless the order is a whole number"),
        ("elliptic_k(x)", 2.0, "`elliptic_k` is not real for a parameter above 1"),
        ("hyp2f1(1/2, 1/3, 1/5, x)", 3.0, "`hyp2f1` is not real above 1"),
        ("polygamma(1/2, x)", 3.0, "`polygamma` has values for orders 0, 1, 2"),
        ("erf(sqrt(x))", -1.0, "`erf` has no numeric value at complex arguments"),
    ] {
        let error = text.parse::<Expression>().unwrap().eval(&[("x", x)]).unwrap_err();
        assert!(error.message().contains(reason), "{text} at {x}: {error}");
    }
}

/// Reference values by mpmath 1.3 (`besselj(0, x, derivative=2)`, `gamma`'s by `diff`), 16 digits; the functions are right to 1e-13, and their sums lose a digit.
#[test]
fn formal_derivatives_of_known_functions_are_carried_out() {
    for (text, value) in [
        ("sin''(x)", -0.564_642_473_395_035_4),
        ("D[1,1](log)(x^2)", -7.716_049_382_716_05),
        ("D[2,2](besselj)(0, x)", -0.434_169_883_390_638_45),
        ("gamma''(x)", 8.949_624_321_117_967),
        ("D[1,2](atan2)(1, x)", 0.346_020_761_245_674_7),
        ("D(sin'(x)^2, x)", -0.932_039_085_967_226_3),
    ] {
        let found = symdiff::eval(text, &[("x", 0.6)]).unwrap();
        approx::assert_relative_eq!(found, value, max_relative = 1e-12);
    }
    assert_eq!(symdiff::simplify("D[1,2](besselj)(n, x)").unwrap(), "D[1,2](besselj)(n, x)");
    assert_eq!(symdiff::simplify("f''(x)").unwrap(), "f''(x)");
}
