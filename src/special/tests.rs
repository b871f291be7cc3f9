//! The special functions against values of mpmath, and against hostile arguments.
//! Deliberately only through the rows of TABLE 1, as evaluation calls them.
//! Read next: `tests/data/special.txt`.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::function::{Class, Function, TABLE};

#[test]
fn values_of_the_data_file() {
    let text = include_str!("../../tests/data/special.txt");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (call, value) = line.split_once(" = ").unwrap();
        let mut words = call.split(' ');
        let name = words.next().unwrap();
        let args: Vec<f64> = words.map(|word| word.parse().unwrap()).collect();
        let want: f64 = value.parse().unwrap();
        let float = Function::find(name, args.len()).unwrap().row().float.unwrap();
        let got = float(&args);
        count += 1;
        if !approx::relative_eq!(got, want, max_relative = 2e-12, epsilon = 1e-300) {
            wrong.push(format!("{call}: {got:e}, not {want:e}, off by {:.1e}", (got / want - 1.0).abs()));
        }
    }
    assert!(count > 400 && wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
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
            }
        }
        assert!(start.elapsed().as_secs() < 10, "{} took {:?}", row.name, start.elapsed());
    }
}
