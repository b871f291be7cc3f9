//! Which vector functions are there: for each its formula and its slow path.
//! Deliberately has no formula; TABLE 1 points here.
//! Read next: `exp.rs`.

use super::block::{Formula, Vector};
use super::machine::Machine;
use super::plain::{BASELINE_FUSES, Doubles};
use super::precision::{DOUBLE, Precision};
use super::{error_function, exp, gamma, hyperbolic, inverse, inverse_hyperbolic, log, power, trigonometric};
use crate::special;

/// `NAME Type(arguments) = formula, |[arguments]| slow path`
macro_rules! vector_function {
    ($name:ident $type:ident ($($argument:ident)+) = $formula:path, $slow:expr) => {
        #[derive(Debug)]
        pub(crate) struct $type;
        impl Formula<{ [$(stringify!($argument)),+].len() }> for $type {
            #[inline(always)]
            fn apply<M: Machine + ?Sized>(
                m: &mut M,
                p: &Precision,
                [$($argument),+]: [M::Value; { [$(stringify!($argument)),+].len() }],
            ) -> M::Value {
                $formula(m, p, $($argument),+)
            }
            fn slow(arguments: [f64; { [$(stringify!($argument)),+].len() }]) -> f64 {
                let slow: fn([f64; { [$(stringify!($argument)),+].len() }]) -> f64 = $slow;
                slow(arguments)
            }
        }
        pub(crate) static $name: Vector<$type, { [$(stringify!($argument)),+].len() }> = Vector($type);
    };
}

vector_function!(EXP Exp(x) = exp::exp, |[x]| x.exp());
vector_function!(EXPM1 Expm1(x) = exp::expm1, |[x]| x.exp_m1());
vector_function!(LOG Log(x) = log::log, |[x]| x.ln());
vector_function!(LOG1P Log1p(x) = log::log1p, |[x]| x.ln_1p());
vector_function!(SIN Sin(x) = trigonometric::sin, |[x]| x.sin());
vector_function!(COS Cos(x) = trigonometric::cos, |[x]| x.cos());
vector_function!(TAN Tan(x) = trigonometric::tan, |[x]| x.tan());
vector_function!(COT Cot(x) = trigonometric::cot, |[x]| x.tan().recip());
vector_function!(SEC Sec(x) = trigonometric::sec, |[x]| x.cos().recip());
vector_function!(CSC Csc(x) = trigonometric::csc, |[x]| x.sin().recip());
vector_function!(SINC Sinc(x) = trigonometric::sinc, |[x]| x.sin() / x);
vector_function!(ASIN Asin(x) = inverse::asin, |[x]| x.asin());
vector_function!(ACOS Acos(x) = inverse::acos, |[x]| x.acos());
vector_function!(ATAN Atan(x) = inverse::atan, |[x]| x.atan());
vector_function!(ACOT Acot(x) = inverse::acot, |[x]| x.recip().atan());
vector_function!(ASEC Asec(x) = inverse::asec, |[x]| x.recip().acos());
vector_function!(ACSC Acsc(x) = inverse::acsc, |[x]| x.recip().asin());
vector_function!(ATAN2 Atan2(y x) = inverse::atan2, |[y, x]| special::unsigned(y).atan2(special::unsigned(x)));
vector_function!(SINH Sinh(x) = hyperbolic::sinh, |[x]| x.sinh());
vector_function!(COSH Cosh(x) = hyperbolic::cosh, |[x]| x.cosh());
vector_function!(TANH Tanh(x) = hyperbolic::tanh, |[x]| x.tanh());
vector_function!(COTH Coth(x) = hyperbolic::coth, |[x]| x.tanh().recip());
vector_function!(SECH Sech(x) = hyperbolic::sech, |[x]| x.cosh().recip());
// 2e^-|x|, which is subnormal where this is asked for
vector_function!(CSCH Csch(x) = hyperbolic::csch, |[x]| (2.0 * (0.5 * -x.abs()).exp() * (0.5 * -x.abs()).exp()).copysign(x));
vector_function!(ASINH Asinh(x) = inverse_hyperbolic::asinh, |[x]| x.asinh());
vector_function!(ACOSH Acosh(x) = inverse_hyperbolic::acosh, |[x]| x.acosh());
vector_function!(ATANH Atanh(x) = inverse_hyperbolic::atanh, |[x]| x.atanh());
vector_function!(ACOTH Acoth(x) = inverse_hyperbolic::acoth, |[x]| x.recip().atanh());
// log(2/x), as 2/x may overflow
vector_function!(ASECH Asech(x) = inverse_hyperbolic::asech, |[x]| std::f64::consts::LN_2 - x.ln());
vector_function!(ACSCH Acsch(x) = inverse_hyperbolic::acsch, |[x]| (std::f64::consts::LN_2 - x.abs().ln()).copysign(x));
vector_function!(SIGMOID Sigmoid(x) = hyperbolic::sigmoid, |[x]| 1.0 / (1.0 + (-x).exp()));
vector_function!(SOFTPLUS Softplus(x) = hyperbolic::softplus, |[x]| x.max(0.0) + (-x.abs()).exp().ln_1p());
vector_function!(SQRT Sqrt(x) = power::sqrt, |[x]| x.sqrt());
vector_function!(CBRT Cbrt(x) = power::cbrt, |[x]| if x < 0.0 { f64::NAN } else { x.cbrt() });
vector_function!(HYPOT Hypot(x y) = power::hypot, |[x, y]| x.hypot(y));
// a^b for all floats, as IEEE 754 has it: no row of TABLE 1
vector_function!(POWER Power(a b) = power::power, |[a, b]| a.powf(b));
vector_function!(ERF Erf(x) = error_function::erf, |[x]| libm::erf(x));
vector_function!(ERFC Erfc(x) = error_function::erfc, |[x]| libm::erfc(x));
vector_function!(GAMMA Gamma(x) = gamma::gamma, |[x]| slow_gamma(x));
vector_function!(LGAMMA Lgamma(x) = gamma::lgamma, |[x]| special::lgamma(&[x]));
vector_function!(DIGAMMA Digamma(x) = gamma::digamma, |[x]| slow_digamma(x));

/// The pole at 0 has a sign, those at negative whole numbers have none.
fn slow_gamma(x: f64) -> f64 {
    // gamma(x) = 1/x - 0.577..., DLMF 5.7.1
    if x.abs() < 1e-17 {
        return x.recip();
    }
    if !(-170.0..=0.0).contains(&x) || x.is_nan() || x.fract() == 0.0 {
        return special::gamma(&[x]);
    }
    // gamma(x)*gamma(-x) = -pi/(x*sin(pi*x)), DLMF 5.5.3, with sin(pi*x) from the distance to the nearest whole number
    let mut machine = Doubles::<BASELINE_FUSES>::default();
    let positive = gamma::gamma(&mut machine, &DOUBLE, -x);
    let nearest = x.round();
    let sine = (std::f64::consts::PI * (x - nearest)).sin();
    let signed = if nearest % 2.0 == 0.0 { sine } else { -sine };
    -std::f64::consts::PI / (x * signed * positive)
}

fn slow_digamma(x: f64) -> f64 {
    if x.abs() < 1e-300 { -x.recip() } else { special::digamma(&[x]) }
}
