//! Why has a special function no real value at a point: a pole, a complex value, or a region that is not worked out.
//! Deliberately beside the functions, not in TABLE 1: it repeats the conditions that they test; `tests.rs` holds the two
//! against each other.
//! Read next: `gamma.rs` and the others, for the conditions.

use super::is_whole;
use crate::message::Phrase;
use crate::{key, phrase};
use std::f64::consts::FRAC_PI_2;

/// What keeps a value away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// A pole, or a sum or integral that does not converge.
    Pole,
    /// The principal value is not real; where, in words.
    NotReal(&'static str),
    /// Beyond what is worked out; what is, in words.
    Refused(&'static str),
}
use Reason::{NotReal, Pole, Refused};

const BELOW_0: Reason = NotReal(key!("below 0"));
const WHOLE_ORDERS: Reason = NotReal(key!("below 0 unless the order is a whole number"));
const ORDERS: Reason = Refused(key!("for orders up to 1000000 in size, and beyond x = 1e9 for orders below sqrt(60*x)"));
const AMPLITUDES: Reason = Refused(key!("for amplitudes up to 1000000 in size"));

/// For finite arguments at which the function of this name is not a number.
pub(crate) fn reason(name: &str, a: &[f64]) -> Option<Reason> {
    let pole = |x: f64| x <= 0.0 && is_whole(x);
    Some(match (name, a) {
        ("gamma" | "digamma", _) => Pole,
        ("factorial", _) => Pole,
        ("lgamma", &[x]) if pole(x) => Pole,
        ("lgamma", _) => BELOW_0,
        ("polygamma", &[n, _]) if !(0.0..=1e4).contains(&n) || !is_whole(n) => Refused(key!("for orders 0, 1, 2, ..., 10000")),
        ("polygamma" | "beta", _) => Pole,
        ("Ci" | "Chi" | "bessely" | "besselk", &[.., 0.0]) | ("Ei", _) | ("li", &[1.0]) => Pole,
        ("Ci" | "Chi" | "li", _) => BELOW_0,
        ("bessely" | "besselk", &[_, x]) if x < 0.0 => BELOW_0,
        ("besselj" | "besseli", &[n, x]) if x == 0.0 && n < 0.0 => Pole,
        ("besselj" | "besseli", &[n, x]) if x < 0.0 && !is_whole(n) => WHOLE_ORDERS,
        ("besselj" | "bessely" | "besseli" | "besselk", _) => ORDERS,
        ("airyai" | "airybi", _) => Refused(key!("down to -1e100, where its angle is no longer known")),
        ("lambertw", _) => NotReal(key!("below -exp(-1)")),
        ("zeta", &[1.0]) => Pole,
        ("zeta", _) => Refused(key!("down to -10000")),
        ("polylog", &[s, 1.0]) if s <= 1.0 => Pole,
        ("polylog", &[s, x]) if x > 1.0 && !pole(s) => NotReal(key!("above 1 unless the order is 0, -1, -2, ...")),
        ("polylog", _) => Refused(key!("for orders from -160 to 100, and beyond where its series converges fast")),
        ("elliptic_k", &[1.0]) => Pole,
        ("elliptic_k" | "elliptic_e", &[_]) => NotReal(key!("for a parameter above 1")),
        ("elliptic_e" | "elliptic_f", &[phi, m]) => amplitude(phi, m),
        ("elliptic_pi", &[n, m]) if n == 1.0 || m == 1.0 => Pole,
        ("elliptic_pi", &[_, _]) => NotReal(key!("for a parameter above 1")),
        ("elliptic_pi", &[_, phi, m]) if !super::elliptic_f(&[phi, m]).is_nan() => Pole,
        ("elliptic_pi", &[_, phi, m]) => amplitude(phi, m),
        ("hyp2f1", &[a, b, c, z]) => hypergeometric(a, b, c, z),
        ("uppergamma", &[_, 0.0]) => Pole,
        ("uppergamma", &[a, x]) if x < 0.0 && !(a > 0.0 && is_whole(a)) => NotReal(key!("below 0 unless the order is 1, 2, 3, ...")),
        ("uppergamma", _) => Refused(key!("below 0 for orders up to 170, or where its two parts do not both overflow")),
        ("lowergamma", &[a, x]) if pole(a) || x == 0.0 => Pole,
        ("lowergamma", _) => WHOLE_ORDERS,
        ("expint", &[_, 0.0]) => Pole,
        ("expint", &[n, x]) if x < 0.0 && !pole(n) => NotReal(key!("below 0 unless the order is 0, -1, -2, ...")),
        ("expint", _) => Refused(key!("below 0 for orders down to -169")),
        _ => return None,
    })
}

fn amplitude(phi: f64, m: f64) -> Reason {
    if m == 1.0 && phi.abs() >= FRAC_PI_2 {
        return Pole;
    }
    if phi.abs() <= FRAC_PI_2 && m * phi.sin().powi(2) < 1.0 || m <= 1.0 {
        return AMPLITUDES;
    }
    NotReal(key!("where m*sin^2 of an angle up to the amplitude is above 1"))
}

fn hypergeometric(a: f64, b: f64, c: f64, z: f64) -> Reason {
    let pole = |x: f64| x <= 0.0 && is_whole(x);
    let ends = |x: f64| pole(x) && x >= c;
    if pole(c) && !ends(a) && !ends(b) {
        return Pole;
    }
    match () {
        () if pole(a) || pole(b) => Refused(key!("for parameters up to 10000 in size, where its sum keeps digits")),
        () if z == 1.0 => Pole,
        () if z > 1.0 => NotReal(key!("above 1 unless it is a polynomial")),
        () => Refused(key!("for parameters up to 10000 in size, where its sum keeps digits")),
    }
}

impl Reason {
    /// The sentence, for a function's name and its call as text.
    pub(crate) fn sentence(self, name: &str, call: &str) -> Phrase {
        match self {
            Pole => phrase!("the value does not exist: {why}", why = phrase!("`{call}` has a pole", call)),
            NotReal(place) => phrase!(
                "the value is not known: `{call}` is complex, as `{name}` is not real {place}",
                call,
                name,
                place = Phrase::key(place)
            ),
            Refused(region) => phrase!(
                "the value is not known: `{call}` is not worked out; `{name}` has values {region}",
                call,
                name,
                region = Phrase::key(region)
            ),
        }
    }
}
