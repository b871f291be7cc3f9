//! Tests of verdicts: what is equal, and what must never be called so.
//! Deliberately full of near misses; each is a way in which points alone could be fooled.
//! Read next: `numeric.rs`.
#![allow(clippy::unwrap_used)] // a test that fails must say so

use super::*;
use crate::function::Facts;
use crate::text::{Names, parse};

fn verdict(a: &str, b: &str) -> Verdict {
    let mut pool = Pool::default();
    let mut read = |text: &str| parse(&mut pool, text, &Names::default()).unwrap().value.entries()[0];
    let (a, b) = (read(a), read(b));
    equal(&mut pool, a, b).unwrap()
}

#[test]
fn identities_are_equal() {
    for (a, b) in [
        ("cos(x)*cos(y)", "(cos(x - y) + cos(x + y))/2"),
        ("sqrt(3 + 2*sqrt(2))", "1 + sqrt(2)"),
        ("(2 + sqrt(5))^(1/3)", "(1 + sqrt(5))/2"),
        ("asinh(x)", "log(x + sqrt(x^2 + 1))"),
        ("exp(-x)/(1 + exp(-x))^2", "1/(1 + exp(-x))*(1 - 1/(1 + exp(-x)))"),
        ("atanh(x)", "(log(1 + x) - log(1 - x))/2"),
        ("sin(3*x)", "3*sin(x) - 4*sin(x)^3"),
        ("sqrt(10 - 20*x)/sqrt(1 - 2*x)", "sqrt(10)"),
        ("erf(x)*cos(2*x)", "erf(x)*(2*cos(x)^2 - 1)"),
        ("(x + 1)^20*exp(x)", "exp(x)*(x^2 + 2*x + 1)^10"),
        ("gamma(x + 1)", "x*gamma(x)"),
        ("gamma(n + 3)/gamma(n)", "n*(n + 1)*(n + 2)"),
        ("factorial(n)", "n*factorial(n - 1)"),
        ("uppergamma(a + 2, x)", "a*(a + 1)*uppergamma(a, x) + (a + 1 + x)*x^a*exp(-x)"),
        ("expint(n + 1, x)*n", "exp(-x) - x*expint(n, x)"),
        ("digamma(x + 2) - digamma(x)", "1/x + 1/(x + 1)"),
        ("x^(2*n)*sin(2*x)", "2*(x^n)^2*sin(x)*cos(x)"),
    ] {
        assert!(matches!(verdict(a, b), Verdict::Equal(_)), "{a} and {b}: {:?}", verdict(a, b));
    }
}

#[test]
fn numbers_say_how_many() {
    let Verdict::Equal(Proof::Numeric { points, digits }) = verdict("cos(x)*cos(y)", "(cos(x - y) + cos(x + y))/2") else {
        // a proof is better still
        assert!(verdict("cos(x)*cos(y)", "(cos(x - y) + cos(x + y))/2").is_proved());
        return;
    };
    assert!(points >= 40 && digits >= 60, "{points} points, {digits} digits");
}

#[test]
fn near_misses_are_never_equal() {
    let digits = "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798214808651";
    let window = "(x - 1/3)^2 - (2*x - 2/3)*10^(-9) + 10^(-18)";
    // Shanks: pi to 81 digits, by units of quartic fields
    let (a, b) = ("1071/2 + 92*sqrt(34)", "1553/2 + 133*sqrt(34)");
    let (c, d) = ("429 + 304*sqrt(2)", "627/2 + 221*sqrt(2)");
    let unit = |a: &str| format!("({a} + sqrt(({a})^2 - 1))");
    let shanks = format!("6/sqrt(3502)*log(2*{}^2*{}^2*{}*{})", unit(a), unit(b), unit(c), unit(d));
    for (a, b) in [
        ("x + x^2/1000003", "x"),
        ("x + 10^(-30)*x", "x"),
        ("x + 10^(-100)*x", "x"),
        ("x + exp(-10000)*x", "x"),
        ("x + exp(-exp(20))*x", "x"),
        ("x + (sqrt(2) - 1)^2000*x", "x"),
        ("cos(10^(-60)*x)", "1"),
        ("tanh(400*x^2 + 1000)", "1"),
        ("exp(-1000*x^2 - 1000) + x", "x"),
        (&format!("{digits}*x"), "pi*x"),
        (digits, "pi"),
        ("exp(pi*sqrt(163))", "640320^3 + 744"),
        (&shanks, "pi"),
        ("sqrt(x^2)", "x"),
        ("(x^3)^(1/3)", "x"),
        ("log(x^2)", "2*log(x)"),
        ("log(x*y)", "log(x) + log(y)"),
        ("sqrt(x*y)", "sqrt(x)*sqrt(y)"),
        ("sqrt(x - 1)*sqrt(x + 1)", "sqrt(x^2 - 1)"),
        ("atan(tan(x))", "x"),
        ("asin(sin(x/10^6))", "x/10^6"),
        ("acos(cos(x))", "x"),
        ("log(exp(x*I))", "x*I"),
        ("log(exp(x*I/10^6))", "x*I/10^6"),
        ("atan(x) + atan(1/x)", "pi/2"),
        ("(sqrt(x^2 + 2*x + 1) - x - 1)*(sqrt(x^2 + 4*x + 4) - x - 2)", "0"),
        (&format!("(sqrt({window}) - (x - 1/3 - 10^(-9)))*(sqrt((1/3 - x)^2) - (1/3 - x))"), "0"),
        (&format!("sqrt({window})*sqrt((1/3 - x)^2)"), "(x - 1/3 - 10^(-9))*(x - 1/3)"),
        ("if(x > 0.7, if(x < 0.75, 1, 0), 0)", "0"),
        ("floor(x/10^9)", "0"),
        ("abs(x + 10^8)", "x + 10^8"),
        ("max(x, -10^8)", "x"),
        ("erf(x)", "erf(x + 10^(-40))"),
        ("gamma(x + 1)", "(x + 10^(-40))*gamma(x)"),
        ("gamma(x + 1/2)", "x*gamma(x)"),
    ] {
        assert!(!matches!(verdict(a, b), Verdict::Equal(_)), "{a} and {b}: {:?}", verdict(a, b));
    }
}

#[test]
fn noise_is_no_witness() {
    // both sides are 0 at x = 0, one after cancelling
    let (a, b) = ("log(2 + x)*x^2 + (pi^2 - 7 - (pi - sqrt(7))*(pi + sqrt(7)))*(1 + x)", "x^2*log(2 + x)");
    assert!(!matches!(verdict(a, b), Verdict::Different { .. }), "{:?}", verdict(a, b));
}

#[test]
fn jumps_at_noise_are_no_witness() {
    for (a, b) in [
        ("heaviside(sin(2*x) - 2*sin(x)*cos(x))", "1"),
        ("floor(cos(x)*cos(y) - (cos(x - y) + cos(x + y))/2)", "0"),
        ("ceil(cos(x)*cos(y) - (cos(x - y) + cos(x + y))/2)", "0"),
        ("sign(sin(3*x) - 3*sin(x) + 4*sin(x)^3)", "0"),
        ("if(cosh(x)*cosh(y) < (cosh(x - y) + cosh(x + y))/2, 1, 0)", "0"),
    ] {
        assert!(!matches!(verdict(a, b), Verdict::Different { .. }), "{a} and {b}: {:?}", verdict(a, b));
    }
    // and jumps that are known are
    for (a, b) in [("floor(x)", "x"), ("sign(x)", "1"), ("heaviside(x - 2)", "1"), ("max(x, 3)", "x"), ("ceil(x) - floor(x)", "1")] {
        assert!(matches!(verdict(a, b), Verdict::Different { .. }), "{a} and {b}: {:?}", verdict(a, b));
    }
}

#[test]
fn witnesses_keep_to_what_is_assumed() {
    for (a, b, facts) in [("cos(pi*x)^2", "1", Facts::INTEGER), ("sqrt(x)*sqrt(y)", "sqrt(x*y)", Facts::POSITIVE)] {
        let mut pool = Pool::default();
        let mut read = |text: &str| parse(&mut pool, text, &Names::default()).unwrap().value.entries()[0];
        let (a, b) = (read(a), read(b));
        let x = pool.symbol_named("x");
        pool.assume(x, facts);
        assert!(!matches!(equal(&mut pool, a, b).unwrap(), Verdict::Different { .. }));
    }
}
