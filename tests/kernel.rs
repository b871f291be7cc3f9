//! Kernels against the engine's values, derivatives against differences, blocks against single points.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)] // a test that fails must say so

use proptest::prelude::*;
use symdiff::{Expression, Kernel, Kind, Level};

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
        let function = prop_oneof![
            Just("sin"),
            Just("cos"),
            Just("exp"),
            Just("log"),
            Just("abs"),
            Just("atan"),
            Just("tanh"),
            Just("erf"),
            Just("relu"),
            Just("sigmoid"),
            Just("sinh")
        ];
        // what jumps is given what has no rounding: tanh(40) < 1 is true, and false in floats
        let jump = prop_oneof![Just("floor"), Just("ceil"), Just("heaviside"), Just("sign")];
        let plain = prop_oneof![Just("x"), Just("y"), Just("x*y"), Just("2*x + y"), Just("1")];
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} + {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} - {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})*({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})/({b})")),
            (inner.clone(), -3i32..4).prop_map(|(a, n)| format!("({a})^({n})")),
            (inner.clone(), -3i32..4).prop_map(|(a, n)| format!("({a})^({n}/2)")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(1 + abs({a}))^({b})")),
            inner.clone().prop_map(|a| format!("sqrt({a})")),
            (inner.clone(), function).prop_map(|(a, f)| format!("{f}({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("max({a}, {b})")),
            (jump, plain.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            (plain.clone(), plain, inner.clone(), inner).prop_map(|(p, q, a, b)| format!("if({p} < {q}, {a}, {b})")),
        ]
    })
}

const POINTS: [(f64, f64); 6] = [(0.7, 1.3), (-1.1, 0.4), (2.5, -0.8), (-0.3, -2.2), (1.9, 2.7), (0.05, -0.6)];

/// The engine works cancelling values out in many digits, floats do not: values agree within what cancellation at a
/// condition number of about 1e6 takes away.
fn agree(a: f64, b: f64, scale: f64) -> bool {
    a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(scale)
}

/// Where moving the point by a few roundings moves the value by far more, neither side is to be trusted.
fn stable(e: &Expression, x: f64, y: f64, value: f64) -> bool {
    [(1e-9, 0.0), (-1e-9, 0.0), (0.0, 1e-9), (0.0, -1e-9)].iter().all(|(dx, dy)| {
        e.eval(&[("x", x * (1.0 + dx)), ("y", y * (1.0 + dy))]).is_ok_and(|near| (near - value).abs() <= 1e-4 * value.abs().max(1e-3))
    })
}

fn eval(kernel: &Kernel, x: f64, y: f64) -> Vec<f64> {
    let mut out = vec![0.0; kernel.outputs()];
    kernel.eval(&[x, y], &mut out).unwrap();
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_kernel_has_the_value_of_its_expression(text in text()) {
        let e: Expression = text.parse().unwrap();
        let kernel = Kernel::new(std::slice::from_ref(&e), &["x", "y"]).unwrap();
        for (x, y) in POINTS {
            let got = eval(&kernel, x, y)[0];
            match e.eval(&[("x", x), ("y", y)]) {
                // a value whose parts are complex may be real; kernels say NaN there
                Ok(want) if !got.is_nan() && want.abs() < 1e12 && stable(&e, x, y, want) => {
                    prop_assert!(agree(got, want, 1e-3), "{} at {:?}: {}, want {}", text, (x, y), got, want);
                }
                _ => {}
            }
        }
    }

    #[test]
    fn columns_have_the_values_of_points(text in text()) {
        let e: Expression = text.parse().unwrap();
        let Ok(kernel) = Kernel::value_and_gradient(&e, &["x", "y"], &["x", "y"]) else { return Ok(()) };
        let xs: Vec<f64> = (0..77).map(|i| POINTS[i % 6].0 + i as f64 / 64.0).collect();
        let ys: Vec<f64> = (0..77).map(|i| POINTS[i % 6].1 - i as f64 / 32.0).collect();
        for level in [Level::Baseline, Level::Avx2, Level::Avx512] {
            let kernel = kernel.clone().level(level);
            let mut columns = vec![vec![0.0; 77]; 3];
            let mut outputs: Vec<&mut [f64]> = columns.iter_mut().map(Vec::as_mut_slice).collect();
            kernel.eval_columns(&[&xs, &ys], &mut outputs).unwrap();
            for i in (0..77).step_by(9).chain([76]) {
                let point = eval(&kernel, xs[i], ys[i]);
                if point.iter().any(|v| v.abs() > 1e12) || !stable(&e, xs[i], ys[i], point[0]) {
                    continue;
                }
                // a*b + c in one rounding or two differs where it cancels
                for (column, want) in columns.iter().zip(&point) {
                    let got = column[i];
                    prop_assert!(got.is_nan() == want.is_nan() && (want.is_nan() || agree(got, *want, 1e-2)),
                        "{} at {:?}, {:?}: {}, want {}", text, (xs[i], ys[i]), level, got, want);
                }
            }
        }
    }

    #[test]
    fn a_gradient_is_the_engines(text in text()) {
        let e: Expression = text.parse().unwrap();
        let (Ok(kernel), Ok(forward)) = (Kernel::gradient(&e, &["x", "y"], &["x", "y"]), e.diff("x")) else { return Ok(()) };
        for (x, y) in POINTS {
            let got = eval(&kernel, x, y)[0];
            if let Ok(want) = forward.eval(&[("x", x), ("y", y)])
                && got.is_finite()
                && want.abs() < 1e6
                && stable(&forward, x, y, want)
            {
                prop_assert!(agree(got, want, 1e-3), "{}: {} at {:?}: {}, want {}", text, forward, (x, y), got, want);
            }
        }
    }
}

/// Name, expression, variables and their intervals.
type Workload = (String, Expression, Vec<String>, Vec<(f64, f64)>);

fn workloads() -> Vec<Workload> {
    include_str!("../benches/data/w4.jsonl")
        .lines()
        .map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            let vars = value["vars"].as_object().unwrap();
            let names = vars.keys().cloned().collect();
            let intervals = vars.values().map(|v| (v[0].as_f64().unwrap(), v[1].as_f64().unwrap())).collect();
            (value["id"].as_str().unwrap().into(), value["expr"].as_str().unwrap().parse().unwrap(), names, intervals)
        })
        .collect()
}

fn value_and_gradient(e: &Expression, names: &[String]) -> Kernel {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Kernel::value_and_gradient(e, &names, &names).unwrap()
}

#[test]
fn gradients_are_central_differences() {
    for (name, e, names, intervals) in workloads() {
        let kernel = value_and_gradient(&e, &names);
        let point: Vec<f64> =
            intervals.iter().enumerate().map(|(at, (low, high))| low + (high - low) * (0.31 + 0.017 * at as f64)).collect();
        let mut out = vec![0.0; kernel.outputs()];
        kernel.eval(&point, &mut out).unwrap();
        let at: Vec<(&str, f64)> = names.iter().map(String::as_str).zip(point.iter().copied()).collect();
        let want = e.eval(&at).unwrap();
        assert!(agree(out[0], want, 0.0), "{name}: {} and {want}", out[0]);
        let mut scratch = vec![0.0; kernel.outputs()];
        for i in 0..names.len() {
            // rounding of the value over h, and h^2 times the third derivative
            let h = 1e-5;
            let mut difference = 0.0;
            for sign in [1.0, -1.0] {
                let mut near = point.clone();
                near[i] += sign * h;
                kernel.eval(&near, &mut scratch).unwrap();
                difference += sign * scratch[0] / (2.0 * h);
            }
            let bound = 1e-9 * (1.0 + want.abs() / 10.0) * 1e2 + 1e-6 * out[i + 1].abs();
            assert!((difference - out[i + 1]).abs() < bound, "{name} by {}: {} and {difference}", names[i], out[i + 1]);
        }
    }
}

#[test]
fn tapes_stay_short() {
    let counts: Vec<(String, usize)> =
        workloads().iter().map(|(name, e, names, _)| (name.clone(), value_and_gradient(e, names).operations())).collect();
    let shown: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    assert_eq!(shown.join(", "), "k1 5, k2 10, k3 64, k4 24, k5 524, k6 134");
}

fn at(text: &str, x: f64) -> f64 {
    let kernel = Kernel::new(&[text.parse().unwrap()], &["x"]).unwrap();
    let mut out = [0.0];
    kernel.eval(&[x], &mut out).unwrap();
    out[0]
}

/// One row outside what machine code does sends its block to the interpreter, which must see the same zeros.
#[test]
fn a_row_does_not_depend_on_the_others() {
    for text in ["1/(exp(-x^2) - 1) + cos(x)", "1/max(-x^2, -1) + cos(x)", "1/cbrt(-x^2) + cos(x)", "1/max(-x*sin(x), -1) + cos(x)"] {
        let kernel = Kernel::new(&[text.parse().unwrap()], &["x"]).unwrap();
        let mut found = vec![at(text, 0.0)];
        for last in [0.0, 1e300] {
            let mut x = [0.0; 64];
            x[63] = last;
            let mut out = [0.0; 64];
            kernel.eval_columns(&[&x], &mut [&mut out]).unwrap();
            found.push(out[0]);
        }
        assert!(found.iter().all(|value| value.to_bits() == found[0].to_bits()), "{text}: {found:?}");
    }
}

fn slope(text: &str, x: f64) -> f64 {
    let kernel = Kernel::gradient(&text.parse().unwrap(), &["x"], &["x"]).unwrap();
    let mut out = [0.0];
    kernel.eval(&[x], &mut out).unwrap();
    out[0]
}

#[test]
fn careful_forms_keep_their_digits() {
    assert_eq!(at("1/(1 + exp(-x))", -800.0), 0.0);
    assert_eq!(at("1/(1 + exp(-x))", 800.0), 1.0);
    assert_eq!(slope("1/(1 + exp(-x))", -800.0), 0.0);
    assert_eq!(slope("1/(1 + exp(-x))", 800.0), 0.0);
    assert_eq!(at("log(1 + exp(x))", 800.0), 800.0);
    assert_eq!(slope("log(1 + exp(x))", 800.0), 1.0);
    assert_eq!(at("log(1 + x)", 1e-20), 1e-20);
    assert_eq!(at("(exp(x) - 1)/x", 1e-12), 1.0 + 0.5e-12);
    // erfc(10) of mpmath
    assert!((at("1 + erf(x)", -10.0) / 2.088_487_583_762_545e-45 - 1.0).abs() < 1e-13);
}

#[test]
fn branches_not_taken_spoil_nothing() {
    assert_eq!(at("if(x > 0, log(x), x)", -3.0), -3.0);
    assert_eq!(slope("if(x > 0, sqrt(x), x^2)", -3.0), -6.0);
    assert!(at("sqrt(x)", -1.0).is_nan());
    assert!(at("if(log(x) < 1, 2, 3)", -1.0).is_nan());
}

#[test]
fn all_lengths_and_threads_give_the_same() {
    let e: Expression = "sin(x)*exp(y) + x^3/(1 + y^2)".parse().unwrap();
    let kernel = Kernel::value_and_gradient(&e, &["x", "y"], &["x", "y"]).unwrap();
    for n in [0, 1, 7, 63, 64, 65, 511, 513, 4097, 300_001] {
        let xs: Vec<f64> = (0..n).map(|i| (i as f64 * 0.37).sin()).collect();
        let ys: Vec<f64> = (0..n).map(|i| (i as f64 * 0.11).cos()).collect();
        let run = |threads: usize| {
            let mut columns = vec![vec![f64::NAN; n]; 3];
            let mut outputs: Vec<&mut [f64]> = columns.iter_mut().map(Vec::as_mut_slice).collect();
            kernel.clone().threads(threads).eval_columns(&[&xs, &ys], &mut outputs).unwrap();
            columns
        };
        let one = run(1);
        assert_eq!(one, run(3));
        for i in (0..n).step_by(97) {
            let point = eval(&kernel, xs[i], ys[i]);
            assert!(point.iter().zip(&one).all(|(want, column)| agree(column[i], *want, 1e-3)));
        }
    }
}

#[test]
fn outputs_may_be_inputs_constants_and_each_other() {
    let texts = ["x", "3", "x", "x*y", "x*y", "x*y + 1"];
    let outputs: Vec<Expression> = texts.iter().map(|text| text.parse().unwrap()).collect();
    let kernel = Kernel::new(&outputs, &["x", "unused", "y"]).unwrap();
    let mut columns = vec![vec![0.0; 3]; 6];
    let mut results: Vec<&mut [f64]> = columns.iter_mut().map(Vec::as_mut_slice).collect();
    let x = [1.0, 2.0, 3.0];
    kernel.eval_columns(&[&x, &[f64::NAN; 3], &x], &mut results).unwrap();
    assert_eq!(columns, [[1.0, 2.0, 3.0], [3.0; 3], [1.0, 2.0, 3.0], [1.0, 4.0, 9.0], [1.0, 4.0, 9.0], [2.0, 5.0, 10.0]]);
    let constants = Kernel::new(&["2".parse().unwrap()], &[]).unwrap();
    let mut two = [0.0; 5];
    constants.eval_columns(&[], &mut [&mut two]).unwrap();
    assert_eq!(two, [2.0; 5]);
    Kernel::new(&[], &["x"]).unwrap().eval_columns(&[&x], &mut []).unwrap();
}

#[test]
fn singles_agree_with_doubles() {
    let e: Expression = "exp(-x^2)*sin(3*x)/(1 + x^2)".parse().unwrap();
    let kernel = Kernel::value_and_gradient(&e, &["x"], &["x"]).unwrap();
    let xs: Vec<f32> = (0..130).map(|i| i as f32 / 50.0 - 1.3).collect();
    let mut columns = vec![vec![0.0f32; 130]; 2];
    let mut outputs: Vec<&mut [f32]> = columns.iter_mut().map(Vec::as_mut_slice).collect();
    kernel.eval_columns_f32(&[&xs], &mut outputs).unwrap();
    for (i, &x) in xs.iter().enumerate() {
        let mut want = [0.0; 2];
        kernel.eval(&[f64::from(x)], &mut want).unwrap();
        // some ten roundings of 2^-24 each
        assert!(want.iter().zip(&columns).all(|(want, column)| (want - f64::from(column[i])).abs() < 3e-6));
    }
}

#[test]
fn what_does_not_fit_is_an_error() {
    let kernel = Kernel::new(&["x + y".parse().unwrap()], &["x", "y"]).unwrap();
    let mut out = [0.0];
    assert_eq!(kernel.eval(&[1.0], &mut out).unwrap_err().kind(), Kind::Shape);
    assert_eq!(kernel.eval(&[1.0, 2.0], &mut []).unwrap_err().kind(), Kind::Shape);
    assert_eq!(kernel.eval_columns(&[&[1.0], &[1.0, 2.0]], &mut [&mut out]).unwrap_err().kind(), Kind::Shape);
    assert_eq!(kernel.eval_columns(&[&[1.0]], &mut [&mut out]).unwrap_err().kind(), Kind::Shape);
    assert_eq!(kernel.eval_columns(&[&[], &[]], &mut [&mut out]).unwrap_err().kind(), Kind::Shape);
    let kind = |text: &str, inputs: &[&str]| Kernel::new(&[text.parse().unwrap()], inputs).unwrap_err().kind();
    assert_eq!(kind("x + y", &["x"]), Kind::Name);
    assert_eq!(kind("x", &["x", "x"]), Kind::Name);
    assert_eq!(kind("f(x)", &["x"]), Kind::Domain);
    assert_eq!(kind("x*I", &["x"]), Kind::Domain);
    let by_order = Kernel::gradient(&"besselj(n, x)".parse().unwrap(), &["n", "x"], &["n"]);
    assert_eq!(by_order.unwrap_err().kind(), Kind::Derivative);
}

#[test]
fn hessians_and_jacobians_are_those_of_the_engine() {
    let e: Expression = "x^2*sin(y) + exp(x*y)/(1 + z^2)".parse().unwrap();
    let names = ["x", "y", "z"];
    let at = [("x", 0.3), ("y", -0.7), ("z", 1.1)];
    let point = at.map(|(_, v)| v);
    let mut out = [0.0; 9];
    Kernel::hessian(&e, &names, &names).unwrap().eval(&point, &mut out).unwrap();
    let want: Vec<f64> = e.hessian(&names).unwrap().iter().flatten().map(|h| h.eval(&at).unwrap()).collect();
    assert!(out.iter().zip(&want).all(|(a, b)| agree(*a, *b, 1e-3)), "{out:?} {want:?}");
    let rows = [e.clone(), "x*y*z".parse().unwrap(), "max(x, y)".parse().unwrap()];
    Kernel::jacobian(&rows, &names, &names).unwrap().eval(&point, &mut out).unwrap();
    let want: Vec<f64> = symdiff::jacobian(&rows, &names).unwrap().iter().flatten().map(|h| h.eval(&at).unwrap()).collect();
    assert!(out.iter().zip(&want).all(|(a, b)| agree(*a, *b, 1e-3)), "{out:?} {want:?}");
}

#[test]
fn deep_and_wide_expressions_compile() {
    let deep = format!("{}x{}", "sin(".repeat(20_000), ")".repeat(20_000));
    let kernel = Kernel::gradient(&deep.parse().unwrap(), &["x"], &["x"]).unwrap();
    assert!(kernel.operations() < 70_000);
    let names: Vec<String> = (0..1000).map(|i| format!("x{i}")).collect();
    let product: Expression = names.join("*").parse().unwrap();
    assert!(value_and_gradient(&product, &names).operations() < 4_000);
}

#[test]
fn slopes_of_branches_not_taken_spoil_nothing() {
    // the square root's slope at 0 is infinite, the logarithm's argument negative
    assert_eq!(slope("if(x > 0, sqrt(x), x^2)", 0.0), 0.0);
    assert_eq!(slope("if(x > 0, x*log(x), x^3)", -2.0), 12.0);
    assert_eq!(slope("if(x < 0, x^2, if(x < 1, 2*x, sqrt(x - 1)))", 0.5), 2.0);
    assert_eq!(slope("max(sqrt(x), 1)*x", 0.0), 1.0);
    let both = "if(x > 1, log(sqrt(x - 1)), 0) + if(x > 2, sqrt(sqrt(x - 1) - 1), 0)";
    assert_eq!(slope(both, 1.0), 0.0);
    assert!((slope(both, 2.0) - 0.5).abs() < 1e-15);
}

#[test]
fn derivatives_not_yet_carried_out_are_carried_out() {
    assert_eq!(at("D(x^3, x)", 2.0), 12.0);
    assert_eq!(slope("D(x^3, x)", 2.0), 12.0);
}

#[test]
fn powers_of_what_is_no_number_are_none() {
    assert!(at("x^pi", f64::NAN).is_nan());
    assert!(at("(2*x)^(x - x)", f64::NAN).is_nan());
    assert!(at("x^(1/3)", -8.0).is_nan());
    assert_eq!(at("x^(2/3)", 8.0), 8f64.powf(2.0 / 3.0));
}
