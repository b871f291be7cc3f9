//! Special values of the vector functions: infinities, NaN, signed zeros, subnormal numbers, poles.
//! Deliberately a table: each row is a function and pairs of an argument and the exact value there.

use super::{VectorFunction, all, levels};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
const PI: f64 = std::f64::consts::PI;
const HALF_PI: f64 = std::f64::consts::FRAC_PI_2;
const LEAST: f64 = 5e-324;

type Rows<T> = &'static [(&'static str, &'static [T])];

#[rustfmt::skip] // a table
const ONE_ARGUMENT: Rows<(f64, f64)> = &[
    ("exp", &[(INF, INF), (-INF, 0.0), (0.0, 1.0), (-0.0, 1.0), (710.0, INF), (-746.0, 0.0), (LEAST, 1.0), (-745.0, LEAST)]),
    ("expm1", &[(INF, INF), (-INF, -1.0), (0.0, 0.0), (-0.0, -0.0), (LEAST, LEAST), (-50.0, -1.0), (710.0, INF)]),
    ("log", &[(INF, INF), (-INF, NAN), (0.0, -INF), (-0.0, -INF), (1.0, 0.0), (-1.0, NAN), (LEAST, -744.440_071_921_381_2)]),
    ("log1p", &[(INF, INF), (-INF, NAN), (0.0, 0.0), (-0.0, -0.0), (-1.0, -INF), (-2.0, NAN), (LEAST, LEAST), (-LEAST, -LEAST)]),
    ("sin", &[(INF, NAN), (-INF, NAN), (0.0, 0.0), (-0.0, -0.0), (LEAST, LEAST)]),
    ("cos", &[(INF, NAN), (-INF, NAN), (0.0, 1.0), (-0.0, 1.0), (LEAST, 1.0)]),
    ("tan", &[(INF, NAN), (-INF, NAN), (0.0, 0.0), (-0.0, -0.0), (LEAST, LEAST)]),
    ("cot", &[(INF, NAN), (0.0, INF), (-0.0, -INF), (LEAST, INF)]),
    ("sec", &[(INF, NAN), (0.0, 1.0)]),
    ("csc", &[(INF, NAN), (0.0, INF), (-0.0, -INF)]),
    ("sinc", &[(0.0, 1.0), (-0.0, 1.0), (LEAST, 1.0)]),
    ("asin", &[(INF, NAN), (0.0, 0.0), (-0.0, -0.0), (1.0, HALF_PI), (-1.0, -HALF_PI), (1.5, NAN), (LEAST, LEAST)]),
    ("acos", &[(INF, NAN), (0.0, HALF_PI), (1.0, 0.0), (-1.0, PI), (-1.5, NAN)]),
    ("atan", &[(INF, HALF_PI), (-INF, -HALF_PI), (0.0, 0.0), (-0.0, -0.0), (LEAST, LEAST)]),
    ("acot", &[(INF, 0.0), (-INF, -0.0), (0.0, HALF_PI), (-0.0, HALF_PI)]),
    ("asec", &[(INF, HALF_PI), (-INF, HALF_PI), (1.0, 0.0), (-1.0, PI), (0.5, NAN), (0.0, NAN)]),
    ("acsc", &[(INF, 0.0), (-INF, -0.0), (1.0, HALF_PI), (0.5, NAN), (0.0, NAN)]),
    ("sinh", &[(INF, INF), (-INF, -INF), (0.0, 0.0), (-0.0, -0.0), (LEAST, LEAST), (711.0, INF)]),
    ("cosh", &[(INF, INF), (-INF, INF), (0.0, 1.0), (711.0, INF)]),
    ("tanh", &[(INF, 1.0), (-INF, -1.0), (0.0, 0.0), (-0.0, -0.0), (LEAST, LEAST)]),
    ("coth", &[(INF, 1.0), (-INF, -1.0), (0.0, INF), (-0.0, -INF)]),
    ("sech", &[(INF, 0.0), (-INF, 0.0), (0.0, 1.0)]),
    ("csch", &[(INF, 0.0), (-INF, -0.0), (0.0, INF), (-0.0, -INF)]),
    ("asinh", &[(INF, INF), (-INF, -INF), (0.0, 0.0), (-0.0, -0.0), (LEAST, LEAST)]),
    ("acosh", &[(INF, INF), (-INF, NAN), (1.0, 0.0), (0.5, NAN), (-3.0, NAN)]),
    ("atanh", &[(1.0, INF), (-1.0, -INF), (0.0, 0.0), (-0.0, -0.0), (INF, NAN), (LEAST, LEAST)]),
    ("acoth", &[(INF, 0.0), (-INF, -0.0), (1.0, INF), (-1.0, -INF), (0.5, NAN)]),
    ("asech", &[(0.0, INF), (1.0, 0.0), (1.5, NAN), (-0.5, NAN), (INF, NAN)]),
    ("acsch", &[(INF, 0.0), (-INF, -0.0), (0.0, INF), (-0.0, -INF)]),
    ("sigmoid", &[(INF, 1.0), (-INF, 0.0), (0.0, 0.5), (-800.0, 0.0), (800.0, 1.0)]),
    ("softplus", &[(INF, INF), (-INF, 0.0), (0.0, std::f64::consts::LN_2), (-800.0, 0.0), (800.0, 800.0)]),
    ("sqrt", &[(INF, INF), (0.0, 0.0), (-0.0, -0.0), (-1.0, NAN)]),
    ("cbrt", &[(INF, INF), (0.0, 0.0), (-0.0, -0.0), (-8.0, NAN), (8.0, 2.0), (-INF, NAN)]),
    ("erf", &[(INF, 1.0), (-INF, -1.0), (0.0, 0.0), (-0.0, -0.0)]),
    ("erfc", &[(INF, 0.0), (-INF, 2.0), (0.0, 1.0), (-0.0, 1.0)]),
    ("gamma", &[(INF, INF), (-INF, NAN), (0.0, INF), (-0.0, -INF), (-1.0, NAN), (1.0, 1.0), (172.0, INF), (-200.5, -0.0)]),
    ("lgamma", &[(INF, INF), (-INF, NAN), (0.0, INF), (1.0, 0.0), (2.0, 0.0), (-0.5, NAN)]),
    ("digamma", &[(INF, INF), (-INF, NAN), (0.0, -INF), (-0.0, INF), (-1.0, NAN)]),
];

#[rustfmt::skip] // a table
const TWO_ARGUMENTS: Rows<(f64, f64, f64)> = &[
    ("atan2", &[(0.0, 1.0, 0.0), (-0.0, 1.0, 0.0), (0.0, -1.0, PI), (-0.0, -1.0, PI), (0.0, 0.0, 0.0), (INF, INF, PI / 4.0), (INF, -INF, 3.0 * PI / 4.0),
        (1.0, INF, 0.0), (1.0, -INF, PI), (-INF, 1.0, -HALF_PI), (NAN, 1.0, NAN), (1.0, NAN, NAN), (LEAST, 1.0, LEAST), (1e308, 1e308, PI / 4.0)]),
    ("hypot", &[(0.0, 0.0, 0.0), (INF, 1.0, INF), (1.0, -INF, INF), (INF, NAN, INF), (NAN, 1.0, NAN), (3.0, 4.0, 5.0), (LEAST, 0.0, LEAST), (1e308, 1e308, 1.414_213_562_373_095_1e308)]),
    ("power", &[(0.0, 0.0, 1.0), (NAN, 0.0, 1.0), (1.0, NAN, 1.0), (NAN, 1.0, NAN), (2.0, NAN, NAN), (0.0, 1.0, 0.0), (-0.0, 1.0, -0.0), (-0.0, 2.0, 0.0), (0.0, -1.0, INF), (-0.0, -1.0, -INF), (-0.0, -2.0, INF),
        (-8.0, 1.0 / 3.0, NAN), (-2.0, 3.0, -8.0), (-2.0, 2.0, 4.0), (-2.0, -1.0, -0.5), (INF, 2.0, INF), (INF, -2.0, 0.0), (-INF, 3.0, -INF), (-INF, 2.0, INF), (0.5, INF, 0.0), (2.0, INF, INF), (2.0, -INF, 0.0), (-1.0, INF, 1.0),
        (2.0, -1074.0, LEAST), (2.0, 1024.0, INF), (0.5, 1e300, 0.0), (-3.0, 1e300, INF), (LEAST, 0.5, 2.222_758_749_485_077_6e-162), (1.0, 1e308, 1.0)]),
];

fn check(name: &str, function: &dyn VectorFunction, arguments: &[f64], expected: f64) {
    let columns: Vec<Vec<f64>> = arguments.iter().map(|x| vec![*x; 9]).collect();
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let singles: Vec<Vec<f32>> = arguments.iter().map(|x| vec![*x as f32; 17]).collect();
    let singles: Vec<&[f32]> = singles.iter().map(Vec::as_slice).collect();
    for level in levels() {
        let mut out = [0.0; 9];
        function.doubles(level, &columns, &mut out);
        for got in out {
            let same = if expected.is_nan() { got.is_nan() } else { got.to_bits() == expected.to_bits() };
            assert!(same, "{name} at {arguments:?}, {level:?}: {got:e} for {expected:e}");
        }
        // only where the argument is the same in single precision
        if arguments.iter().any(|x| f64::from(*x as f32).to_bits() != x.to_bits() && !x.is_nan()) {
            continue;
        }
        let mut out = [0.0; 17];
        function.singles(level, &singles, &mut out);
        for got in out {
            let wanted = expected as f32;
            let same = if wanted.is_nan() { got.is_nan() } else { got.to_bits() == wanted.to_bits() };
            assert!(same, "{name} in single precision at {arguments:?}, {level:?}: {got:e} for {expected:e}");
        }
    }
}

#[test]
fn special_values() {
    for (name, function, arity) in all() {
        check(name, function, &[NAN, NAN][..arity], NAN);
        if arity == 1 {
            let (_, values) = ONE_ARGUMENT.iter().find(|row| row.0 == name).unwrap_or_else(|| panic!("{name} has no row"));
            for (x, expected) in *values {
                check(name, function, &[*x], *expected);
            }
        } else {
            let (_, values) = TWO_ARGUMENTS.iter().find(|row| row.0 == name).unwrap_or_else(|| panic!("{name} has no row"));
            for (x, y, expected) in *values {
                check(name, function, &[*x, *y], *expected);
            }
        }
    }
}
