//! Numeric special functions of real arguments, in floats; each takes the arguments of its row of TABLE 1.
//! Deliberately knows nothing of expressions. Not a number: undefined, not real, or outside the region stated at the function.
//! Read next: `gamma.rs`, `integral.rs`, `bessel.rs`; `two.rs` for the arithmetic of 31 digits.

mod airy;
mod bessel;
mod elliptic;
mod fermi_dirac;
mod gamma;
mod hypergeometric;
mod incomplete;
mod integral;
mod polygamma;
mod polylog;
mod reason;
mod two;
mod two_gamma;

pub(crate) use airy::{airyai, airybi};
pub(crate) use bessel::{besseli, besselj, besselk, bessely, lambertw};
pub(crate) use elliptic::{elliptic_e, elliptic_e_incomplete, elliptic_f, elliptic_k, elliptic_pi, elliptic_pi_incomplete};
pub(crate) use gamma::{beta, digamma, factorial, gamma, lgamma, zeta};
pub(crate) use hypergeometric::hyp2f1;
pub(crate) use incomplete::{expint, lowergamma, uppergamma};
pub(crate) use integral::{chi, ci, ei, erf, erfc, erfi, fresnelc, fresnels, li, shi, si};
pub(crate) use polygamma::polygamma;
pub(crate) use polylog::polylog;
pub(crate) use reason::reason;

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
