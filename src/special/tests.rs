//! The special functions against values of mpmath, and against hostile arguments.
//! Deliberately only through the rows of TABLE 1, as evaluation calls them.
//! Read next: `tests/data/special.txt`.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::reason::{Reason, reason};
use crate::function::{Class, Function, TABLE};

/// The bound of a relative error; where the arguments' own rounding costs more, four units in their last place each.
const BOUND: f64 = 1e-13;
const BOUND_BY_CONDITION: f64 = 4.0 * f64::EPSILON;

fn float(name: &str, args: &[f64]) -> f64 {
    Function::find(name, args.len()).unwrap().row().float.unwrap()(args)
}

#[test]
fn values_of_the_data_file() {
    let text = include_str!("../../tests/data/special.txt");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (call, value) = line.split_once(" = ").unwrap();
        let (value, condition) = value.split_once(" ~ ").unwrap_or((value, "0"));
        let mut words = call.split(' ');
        let name = words.next().unwrap();
        let args: Vec<f64> = words.map(|word| word.parse().unwrap()).collect();
        let (want, condition): (f64, f64) = (value.parse().unwrap(), condition.parse().unwrap());
        let got = float(name, &args);
        count += 1;
        if !approx::relative_eq!(got, want, max_relative = BOUND.max(BOUND_BY_CONDITION * condition), epsilon = 1e-300) {
            wrong.push(format!("{call}: {got:e}, not {want:e}, off by {:.1e}", (got / want - 1.0).abs()));
        }
    }
    assert!(count > 5000 && wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every special function is in the data file, so none has a value that nobody checked.
#[test]
fn the_data_file_has_every_function() {
    let text = include_str!("../../tests/data/special.txt");
    for row in TABLE.iter().filter(|row| row.class == Class::Special && row.reads_as.is_none()) {
        assert!(row.float.is_some(), "{} has no numbers", row.name);
        let lines = text.lines().filter(|line| line.starts_with(row.name) && line.split(' ').count() >= row.parameters.len() + 3);
        assert!(lines.count() > 20, "{}", row.name);
    }
}

#[test]
fn outside_the_domain_is_not_a_number_and_has_a_reason() {
    use Reason::{NotReal, Pole};
    let poles: &[(&str, &[f64])] = &[
        ("gamma", &[0.0]),
        ("gamma", &[-3.0]),
        ("factorial", &[-1.0]),
        ("lgamma", &[-2.0]),
        ("digamma", &[-2.0]),
        ("polygamma", &[2.0, -5.0]),
        ("beta", &[-2.0, 0.5]),
        ("Ci", &[0.0]),
        ("Chi", &[0.0]),
        ("Ei", &[0.0]),
        ("li", &[1.0]),
        ("bessely", &[1.0, 0.0]),
        ("besselk", &[-0.5, 0.0]),
        ("besselj", &[-0.5, 0.0]),
        ("zeta", &[1.0]),
        ("polylog", &[1.0, 1.0]),
        ("elliptic_k", &[1.0]),
        ("elliptic_f", &[2.0, 1.0]),
        ("elliptic_pi", &[1.0, 0.5]),
        ("elliptic_pi", &[1.0, 2.0, 0.5]),
        ("hyp2f1", &[0.5, 0.5, -2.0, 0.3]),
        ("hyp2f1", &[0.5, 0.5, 1.0, 1.0]),
        ("uppergamma", &[-1.0, 0.0]),
        ("lowergamma", &[-1.0, 2.0]),
        ("expint", &[1.0, 0.0]),
    ];
    let complex: &[(&str, &[f64])] = &[
        ("lgamma", &[-0.5]),
        ("Ci", &[-1.0]),
        ("Chi", &[-1.0]),
        ("li", &[-1.0]),
        ("besselj", &[0.5, -1.0]),
        ("bessely", &[1.0, -1.0]),
        ("besseli", &[0.5, -1.0]),
        ("besselk", &[1.0, -1.0]),
        ("lambertw", &[-0.4]),
        ("polylog", &[2.0, 1.5]),
        ("elliptic_k", &[1.5]),
        ("elliptic_e", &[1.5]),
        ("elliptic_e", &[1.5, 2.0]),
        ("elliptic_f", &[2.0, 1.5]),
        ("elliptic_pi", &[0.5, 1.5]),
        ("elliptic_pi", &[0.5, 1.5, 1.5]),
        ("hyp2f1", &[0.5, 0.5, 1.0, 2.0]),
        ("uppergamma", &[0.5, -1.0]),
        ("lowergamma", &[0.5, -1.0]),
        ("expint", &[1.0, -1.0]),
    ];
    for (name, args) in poles {
        assert!(float(name, args).is_nan() && reason(name, args) == Some(Pole), "{name}({args:?}): {:?}", reason(name, args));
    }
    for (name, args) in complex {
        assert!(float(name, args).is_nan() && matches!(reason(name, args), Some(NotReal(_))), "{name}({args:?}): {:?}", reason(name, args));
    }
}

#[test]
fn hostile_arguments_end_soon() {
    let points = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        2.0,
        -2.5,
        3.0,
        -7.0,
        33.3,
        -170.5,
        171.0,
        1e-8,
        -1e-8,
        5e-324,
        1e-308,
        1e3,
        -1e3,
        12345.6,
        1e6,
        -1e6,
        1e9,
        1e15,
        -1e15,
        1e100,
        -1e100,
        1e308,
        -1e308,
        f64::MAX,
        0.999_999_999,
        1.000_000_001,
    ];
    for row in TABLE {
        let (Some(float), Class::Special) = (row.float, row.class) else { continue };
        let start = std::time::Instant::now();
        let n = row.parameters.len();
        let stride = if n > 3 { 3 } else { 1 };
        let points: Vec<f64> = points.iter().copied().step_by(stride).collect();
        for code in 0..points.len().pow(u32::try_from(n).unwrap()) {
            let args: Vec<f64> = (0..n).map(|at| points[code / points.len().pow(u32::try_from(at).unwrap()) % points.len()]).collect();
            let value = float(&args);
            if args.iter().any(|x| x.is_nan()) {
                assert!(value.is_nan(), "{}({args:?}) is {value}", row.name);
            } else if value.is_nan() && args.iter().all(|x| x.is_finite()) {
                assert!(reason(row.name, &args).is_some(), "{}({args:?}) has no reason", row.name);
            }
        }
        assert!(start.elapsed().as_secs() < 10, "{} took {:?}", row.name, start.elapsed());
    }
}
