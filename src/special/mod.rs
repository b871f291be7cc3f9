//! Numeric special functions of real arguments, in floats; each takes the arguments of its row of TABLE 1.
//! Deliberately knows nothing of expressions. Not a number: undefined, not real, or outside the region stated at the function.
//! Read next: `gamma.rs`, `integral.rs`, `bessel.rs`, `series.rs`.

mod bessel;
mod gamma;
mod integral;
mod series;

pub(crate) use bessel::{airyai, airybi, besseli, besselj, besselk, bessely};
pub(crate) use bessel::{elliptic_e, elliptic_e_incomplete, elliptic_f, elliptic_k, elliptic_pi, elliptic_pi_incomplete, lambertw};
pub(crate) use gamma::{beta, digamma, factorial, gamma, lgamma, lowergamma, polygamma, uppergamma, zeta};
pub(crate) use integral::{chi, ci, ei, erf, erfc, erfi, expint, fresnelc, fresnels, li, shi, si};
pub(crate) use series::{hyp2f1, polylog};

/// An infinite value at finite arguments is a pole.
pub(crate) fn no_pole(x: f64) -> f64 {
    if x.is_infinite() { f64::NAN } else { x }
}

/// A zero without its sign.
pub(crate) fn unsigned(x: f64) -> f64 {
    x + 0.0
}

fn is_whole(x: f64) -> bool {
    x.fract() == 0.0
}

#[cfg(test)]
mod tests;
