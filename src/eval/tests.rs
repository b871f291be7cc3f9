//! Tests of evaluation: principal values, branches, hostile numbers.
//! Deliberately no tests of special functions: `tests/data/special.txt` holds their values.
//! Read next: `mod.rs`.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::error::Kind;
use crate::expr::Head;
use crate::function::Function;
use crate::text;

fn read(text: &str, pool: &mut Pool) -> Option<Expr> {
    text::parse(pool, text, &text::Names::default()).ok()?.value.entries().first().copied()
}

fn parse(text: &str) -> (Pool, Expr) {
    let mut pool = Pool::default();
    let root = read(text, &mut pool).unwrap_or_else(|| panic!("not read: {text}"));
    (pool, root)
}

fn point(pool: &mut Pool, at: &[(&str, f64)]) -> Vec<(Symbol, f64)> {
    at.iter().map(|&(name, x)| (pool.symbol_named(name), x)).collect()
}

fn real(text: &str, at: &[(&str, f64)]) -> Result<f64> {
    let (mut pool, root) = parse(text);
    let at = point(&mut pool, at);
    real_value(&mut pool, root, &at)
}

fn complex(text: &str, at: &[(&str, f64)]) -> (f64, f64) {
    let (mut pool, root) = parse(text);
    let at = point(&mut pool, at);
    let (quick, settled) = (values_quick(&mut pool, &[root], &at).unwrap()[0], value(&mut pool, root, &at).unwrap());
    let size = settled.re.hypot(settled.im);
    let close = |a: f64, b: f64| (a - b).abs() <= 1e-13 * size.max(1e-3) || (a.is_nan() && b.is_nan());
    assert!(close(quick.re, settled.re) && close(quick.im, settled.im), "{text}: floats {quick:?}, digits {settled:?}");
    (settled.re, settled.im)
}

#[track_caller]
fn near(text: &str, at: &[(&str, f64)], re: f64, im: f64) {
    let got = complex(text, at);
    assert!((got.0 - re).abs() < 1e-13 * re.abs().max(1.0) && (got.1 - im).abs() < 1e-13 * im.abs().max(1.0), "{text}: {got:?}");
}

fn kind(result: Result<f64>) -> Kind {
    result.unwrap_err().kind()
}

const PI: f64 = std::f64::consts::PI;

#[test]
fn principal_values() {
    near("log(x)", &[("x", -1.0)], 0.0, PI);
    near("log(x)", &[("x", -3.0)], 3f64.ln(), PI);
    near("sqrt(x)", &[("x", -4.0)], 0.0, 2.0);
    near("x^(1/3)", &[("x", -8.0)], 1.0, 3f64.sqrt());
    near("x^y", &[("x", -8.0), ("y", 0.5)], 0.0, 8f64.sqrt());
    near("x^y", &[("x", -2.0), ("y", 3.0)], -8.0, 0.0);
    near("I^I", &[], (-PI / 2.0).exp(), 0.0);
    near("asin(x)", &[("x", 2.0)], PI / 2.0, -1.316_957_896_924_816_7);
    near("asin(x)", &[("x", -2.0)], -PI / 2.0, 1.316_957_896_924_816_7);
    near("acos(x)", &[("x", 2.0)], 0.0, 1.316_957_896_924_816_7);
    near("acos(x)", &[("x", -2.0)], PI, -1.316_957_896_924_816_7);
    near("acosh(x)", &[("x", -2.0)], 1.316_957_896_924_816_7, PI);
    near("acosh(x)", &[("x", 0.5)], 0.0, PI / 3.0);
    near("atanh(x)", &[("x", 2.0)], 3f64.ln() / 2.0, -PI / 2.0);
    near("atanh(x)", &[("x", -2.0)], -3f64.ln() / 2.0, PI / 2.0);
    near("asinh(2*I)", &[], 1.316_957_896_924_816_7, PI / 2.0);
    near("asinh(-2*I)", &[], -1.316_957_896_924_816_7, -PI / 2.0);
    near("atan(2*I)", &[], PI / 2.0, 3f64.ln() / 2.0);
    near("atan(-2*I)", &[], -PI / 2.0, -3f64.ln() / 2.0);
    near("asec(x)", &[("x", 0.5)], 0.0, 1.316_957_896_924_816_7);
    near("sign(3 + 4*I)", &[], 0.6, 0.8);
    near("abs(3 + 4*I)", &[], 5.0, 0.0);
    near("tan(1 + 2*I)", &[], 0.033_812_826_079_896_69, 1.014_793_616_146_633_6);
    near("tanh(300 + I)", &[], 1.0, 0.0);
    near("(1 + I)^10", &[], 0.0, 32.0);
    near("exp(I*pi)", &[], -1.0, 0.0);
    near("acot(x)", &[("x", 0.0)], PI / 2.0, 0.0);
    near("floor(3/2 - 5*I/2)", &[], 1.0, -3.0);
}

#[test]
fn the_definitions_agree_with_the_native_functions() {
    let points = ["1/2", "-1/2", "3", "-3", "2*I", "-2*I", "I/2", "-I/2", "2 + I", "-2 + I", "2 - I", "-2 - I", "1/10 - 3*I", "-1/3 + I/7"];
    for row in crate::function::TABLE {
        let Some(definition) = row.definition.filter(|_| row.parameters.len() == 1) else {
            continue;
        };
        if ["max", "min", "heaviside", "ceil"].contains(&row.name) {
            continue;
        }
        for z in points {
            let replaced = definition.replace('x', "Q").replace("eQp", "exp").replace('Q', &format!("({z})"));
            let (a, b) = (complex(&format!("{}({z})", row.name), &[]), complex(&replaced, &[]));
            let size = a.0.hypot(a.1).max(1.0);
            let gap = (a.0 - b.0).hypot(a.1 - b.1);
            assert!(gap < 1e-13 * size || (a.0.is_nan() && b.0.is_nan()), "{}({z}): {a:?}, by definition {b:?}", row.name);
        }
    }
}

#[test]
fn branches_that_are_not_taken_do_not_spoil() {
    assert_eq!(real("if(x > 0, log(x), 7)", &[("x", 0.0)]), Ok(7.0));
    assert_eq!(real("if(x == 0, 1, sin(x)/x)", &[("x", 0.0)]), Ok(1.0));
    assert_eq!(real("sinc(x)", &[("x", 0.0)]), Ok(1.0));
    assert_eq!(kind(real("if(1/x > 0, 1, 2)", &[("x", 0.0)])), Kind::Domain);
    let (mut pool, x) = parse("x");
    let f = pool.unknown("f");
    let call = pool.call(f, &[x]);
    let x = pool.symbol("x");
    let condition = pool.apply(Function::named("less", 2), &[Expr::ZERO, x]);
    let root = pool.apply(call::IF, &[condition, x, call]);
    let at = point(&mut pool, &[("x", 2.0)]);
    assert_eq!(real_value(&mut pool, root, &at), Ok(2.0));
    let at = point(&mut pool, &[("x", -2.0)]);
    let error = real_value(&mut pool, root, &at).unwrap_err();
    assert!(error.kind() == Kind::Domain && error.message().contains("`f`"), "{error}");
}

#[test]
fn overflow_inside_may_vanish_again() {
    assert_eq!(real("1/(1 + exp(-x))", &[("x", -800.0)]).map(|y| y < 1e-300), Ok(true));
    assert_eq!(real("sigmoid(x)", &[("x", -800.0)]).map(|y| y < 1e-300), Ok(true));
    assert_eq!(real("1/(1 + exp(-x))", &[("x", 800.0)]), Ok(1.0));
    assert_eq!(real("tanh(x)", &[("x", 1e300)]), Ok(1.0));
    let e = real("exp(x)/exp(x - 1)", &[("x", 1000.0)]).unwrap();
    assert!((e - std::f64::consts::E).abs() < 1e-15);
    assert_eq!(real("exp(800)*exp(-800)", &[]), Ok(1.0));
    assert!(real("exp(x)", &[("x", 1000.0)]).unwrap_err().message().contains("overflow"));
    assert_eq!(real("1/exp(x)", &[("x", 1000.0)]).map(|y| y < 1e-300), Ok(true));
}

#[test]
fn what_does_not_exist_is_an_error() {
    for text in [
        "1/x",
        "log(x)",
        "x^(-1/2)",
        "cot(x)",
        "csc(x)",
        "coth(x)",
        "atanh(1 + x)",
        "atanh(x - 1)",
        "asech(x)",
        "x^(-2)",
        "sin(x)/x",
        "x^(0*y - 1)",
    ] {
        let result = real(text, &[("x", 0.0), ("y", 1.0)]);
        assert_eq!(result.as_ref().map_err(Error::kind), Err(Kind::Domain), "{text}: {result:?}");
    }
    assert!(real("log(x)", &[("x", -1.0)]).unwrap_err().message().contains("not real"));
    assert!(real("1/(x - 1)", &[("x", 1.0)]).unwrap_err().message().contains("division by zero"));
    assert_eq!(kind(real("x + y", &[("x", 1.0)])), Kind::Name);
    let (mut pool, x) = parse("x");
    let d = pool.apply(call::DERIVATIVE, &[x, x]);
    let at = point(&mut pool, &[("x", 1.0)]);
    assert_eq!(kind(real_value(&mut pool, d, &at)), Kind::Derivative);
    let j = Head::Function(Function::named("besselj", 2));
    let head = pool.slope(j, 1);
    let root = pool.call(head, &[x, x]);
    let error = real_value(&mut pool, root, &at).unwrap_err();
    assert!(error.message().contains("D[1](besselj)"), "{error}");
}

#[test]
fn powers_keep_the_digits_of_exact_numbers() {
    let ten = "100000000000000000000";
    assert_eq!(real(&format!("(1 + 1/{ten})^{ten}"), &[]), Ok(std::f64::consts::E));
    assert_eq!(real(&format!("(1 + 1/{ten})^x"), &[("x", 1e20)]), Ok(std::f64::consts::E));
    let got = real("(1 + 1/n)^n", &[("n", 1e15)]).unwrap();
    assert!((got - 2.718_281_828_459_043_9).abs() < 1e-15, "{got}");
    assert_eq!(real(&format!("(x - 2)^({ten} + 1)"), &[("x", 1.0)]), Ok(-1.0));
    assert_eq!(real(&format!("(x - 2)^{ten}"), &[("x", 1.0)]), Ok(1.0));
    assert_eq!(real("1000^(1/3)", &[]), Ok(10.0));
    assert_eq!(real("x^(1/3)", &[("x", 1000.0)]), Ok(10.0));
    assert_eq!(real("x/y", &[("x", 49.0), ("y", 49.0)]), Ok(1.0));
    assert_eq!(real("x/49", &[("x", 49.0)]), Ok(1.0));
    assert_eq!(real("2^(1/2)", &[]), Ok(2f64.sqrt()));
    assert_eq!(real("x^0*x^y", &[("x", 0.0), ("y", 0.0)]), Ok(1.0));
    let huge = format!("1{}", "0".repeat(400));
    assert!((real(&format!("{huge}^(1/400)"), &[]).unwrap() - 10.0).abs() < 1e-13);
    assert!((real(&format!("(1/{huge})^(1/400)"), &[]).unwrap() - 0.1).abs() < 1e-15);
}

#[test]
fn cancellation_is_worked_out_in_many_digits() {
    let got = real("exp(x) - 1 - x", &[("x", 1e-9)]).unwrap();
    assert!((got / 5.000_000_001_666_667e-19 - 1.0).abs() < 1e-14, "{got}");
    assert_eq!(real("sin(x)^2 + cos(x)^2 - 1", &[("x", 0.7)]), Ok(0.0));
    assert_eq!(real("sin(pi)", &[]), Ok(0.0));
    assert_eq!(real("exp(I*pi) + 1", &[]), Ok(0.0));
    let got = real(&format!("sin(1{})", "0".repeat(1000)), &[]).unwrap();
    assert!((got - SIN_10_1000).abs() < 1e-15, "{got}");
    let got = real("(20 + 14*2^(1/2))^(1/3) + (20 - 14*2^(1/2))^(1/3)", &[]).unwrap();
    assert!((got - 4.0).abs() < 1e-15, "{got}");
    let (mut pool, root) = parse("10*x - 1");
    let at = [(pool.symbol_named("x"), Number::new(1, 10))];
    assert_eq!(real_value_exact(&mut pool, root, &at), Ok(0.0));
}
const SIN_10_1000: f64 = 0.653_359_798_210_369_8;

#[test]
fn many_digits() {
    let (mut pool, pi) = parse("pi");
    let rounded = read("3141592653589793/1000000000000000", &mut pool).unwrap();
    let (a, b) = (precise(&mut pool, pi, &[], 256).unwrap(), precise(&mut pool, rounded, &[], 256).unwrap());
    assert_eq!(differs(&a, &b, 54), Some(true));
    assert_eq!(differs(&a, &b, 53), Some(false));
    assert_eq!(differs(&a, &a, 300), Some(false));
    let gap = difference(&a, &b, 256).unwrap();
    assert!((gap.re.to_f64() / 2.384_626_433_832_795e-16 - 1.0).abs() < 1e-14, "{}", gap.re.to_f64());
    let text = "sin(2/7)^2 + cos(2/7)^2 + tanh(3)*coth(3) + atan(5)/acot(1/5) - 3";
    let (mut pool, root) = parse(text);
    let zero = precise(&mut pool, root, &[], 256).unwrap();
    assert!(zero.re.exponent().is_none_or(|e| e < -250), "{:?}", zero.re.exponent());
    let (mut pool, gamma) = parse("gamma(3)");
    assert!(precise(&mut pool, gamma, &[], 256).is_none());
}

#[test]
fn hostile_numbers_end_soon() {
    let numbers = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -2.5,
        1e-300,
        -1e-300,
        5e-324,
        1e15,
        -1e15,
        1e300,
        -1e300,
        f64::MAX,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];
    for (at, row) in crate::function::TABLE.iter().enumerate() {
        if row.reads_as.is_some() || row.class == crate::function::Class::Form || row.class == crate::function::Class::Special {
            continue;
        }
        let f = Function(u16::try_from(at).unwrap());
        for x in numbers {
            for y in numbers.into_iter().take(if row.parameters.len() > 1 { 20 } else { 1 }) {
                let mut pool = Pool::default();
                let (a, b) = (pool.symbol("x"), pool.symbol("y"));
                let args = [a, b];
                let root = pool.apply(f, &args[..row.parameters.len()]);
                let at = point(&mut pool, &[("x", x), ("y", y)]);
                let _ = value(&mut pool, root, &at);
            }
        }
    }
    for text in [
        "sin(exp(exp(exp(5))))",
        "exp(exp(exp(20)))",
        "cos(exp(-exp(exp(3))))",
        "tan(2^(10^9))",
        "log(cosh(10^8))",
        "exp(-10^9)^(1/2)",
        "(1 + exp(-10^8))^(exp(10^8))",
    ] {
        let _ = real(text, &[]);
    }
}

#[test]
fn deep_and_wide_expressions() {
    let mut pool = Pool::default();
    let x = pool.symbol("x");
    let sin = Function::named("sin", 1);
    let mut e = x;
    for _ in 0..100_000 {
        e = pool.apply(sin, &[e]);
    }
    let at = point(&mut pool, &[("x", 1.0)]);
    let got = real_value(&mut pool, e, &at).unwrap();
    assert!((got - 0.005_477_100_9).abs() < 1e-6, "{got}");
    // a doubtful value of many parts is still worked out in time
    let mut parts = vec![e];
    for k in 0..1_000 {
        let k = pool.integer(k + 2);
        let term = pool.mul(&[k, x]);
        parts.push(pool.apply(sin, &[term]));
    }
    parts.remove(0);
    let sum = pool.add(&parts);
    let other = pool.mul(&[sum, x]);
    let root = pool.sub(sum, other);
    assert!(real_value(&mut pool, root, &at).unwrap().abs() < 1e-9);
}
