//! What is arithmetic in numbers of two floats, some 31 digits: for sums whose terms cancel, and for limits that are
//! taken as the mean of two values close by.
//! Deliberately knows no infinities and no domains; whoever calls has dealt with them.
//! Read next: `two_gamma.rs`; Dekker, Numer. Math. 18 (1971), and Hida, Li, Bailey, "Library for double-double arithmetic".

use std::ops::{Add, Div, Mul, Neg, Sub};

/// high + low, the low part below half a last digit of the high one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Two {
    high: f64,
    low: f64,
}

pub(super) const PI: Two = Two { high: std::f64::consts::PI, low: 1.224_646_799_147_353_2e-16 };
const LN_2: Two = Two { high: std::f64::consts::LN_2, low: 2.319_046_813_846_299_6e-17 };
pub(super) const ZERO: Two = Two { high: 0.0, low: 0.0 };
pub(super) const ONE: Two = Two { high: 1.0, low: 0.0 };

/// The sum and what its rounding lost, for |a| >= |b|.
fn ordered(a: f64, b: f64) -> Two {
    let high = a + b;
    Two { high, low: b - (high - a) }
}

fn sum(a: f64, b: f64) -> Two {
    let high = a + b;
    let shared = high - a;
    Two { high, low: (a - (high - shared)) + (b - shared) }
}

impl From<f64> for Two {
    fn from(x: f64) -> Two {
        Two { high: x, low: 0.0 }
    }
}

impl Add for Two {
    type Output = Two;
    fn add(self, other: Two) -> Two {
        let (high, low) = (sum(self.high, other.high), sum(self.low, other.low));
        let once = ordered(high.high, high.low + low.high);
        ordered(once.high, once.low + low.low)
    }
}

impl Neg for Two {
    type Output = Two;
    fn neg(self) -> Two {
        Two { high: -self.high, low: -self.low }
    }
}

impl Sub for Two {
    type Output = Two;
    fn sub(self, other: Two) -> Two {
        self + -other
    }
}

impl Mul for Two {
    type Output = Two;
    fn mul(self, other: Two) -> Two {
        let high = self.high * other.high;
        let lost = self.high.mul_add(other.high, -high);
        ordered(high, lost + (self.high * other.low + self.low * other.high))
    }
}

impl Div for Two {
    type Output = Two;
    fn div(self, other: Two) -> Two {
        let first = self.high / other.high;
        let rest = self - other * Two::from(first);
        let second = rest.high / other.high;
        let rest = rest - other * Two::from(second);
        ordered(first, second) + Two::from(rest.high / other.high)
    }
}

impl Two {
    pub(super) fn value(self) -> f64 {
        self.high + self.low
    }
    pub(super) fn abs(self) -> Two {
        if self.high < 0.0 { -self } else { self }
    }
    pub(super) fn size(self) -> f64 {
        self.high.abs()
    }
    pub(super) fn is_negative(self) -> bool {
        self.high < 0.0
    }
    pub(super) fn is_zero(self) -> bool {
        self.high == 0.0
    }
    /// The nearest whole number, as a float.
    pub(super) fn round(self) -> f64 {
        let near = self.high.round();
        // of numbers too large for a fraction in the high part the low one decides
        if near == self.high { near + self.low.round() } else { near }
    }
    pub(super) fn is_whole(self) -> bool {
        self.high.fract() == 0.0 && self.low.fract() == 0.0
    }
    /// Times 2^k.
    fn scale(self, k: i32) -> Two {
        Two { high: libm::scalbn(self.high, k), low: libm::scalbn(self.low, k) }
    }

    pub(super) fn exp(self) -> Two {
        if self.high > 720.0 || self.high < -780.0 {
            return Two::from(self.high.exp());
        }
        let turns = (self.high / LN_2.high).round();
        let small = (self - LN_2 * Two::from(turns)).scale(-9);
        // exp(small) - 1, |small| < 7e-4, then doubled nine times: (1 + e)^2 - 1 = e*(e + 2)
        let mut series = ZERO;
        for k in (1..=9).rev() {
            series = small / Two::from(f64::from(k)) * (series + ONE);
        }
        for _ in 0..9 {
            series = series * (series + Two::from(2.0));
        }
        (series + ONE).scale(turns as i32)
    }

    /// Of a positive number: one step of Newton's method from the logarithm in floats.
    pub(super) fn ln(self) -> Two {
        let (mantissa, mut exponent) = libm::frexp(self.high);
        if mantissa < std::f64::consts::FRAC_1_SQRT_2 {
            exponent -= 1;
        }
        let near_one = self.scale(-exponent);
        let start = Two::from(near_one.high.ln());
        let ln = start + (near_one * (-start).exp() - ONE);
        ln + LN_2 * Two::from(f64::from(exponent))
    }

    pub(super) fn sqrt(self) -> Two {
        if self.high <= 0.0 {
            return ZERO;
        }
        let root = Two::from(self.high.sqrt());
        root + (self - root * root) / (root + root)
    }

    /// Of numbers up to 2 in size: the series DLMF 4.19.1.
    pub(super) fn sin(self) -> Two {
        let square = self * self;
        let (mut term, mut total) = (self, self);
        for k in 1..20 {
            let k = f64::from(2 * k);
            term = -term * square / Two::from(k * (k + 1.0));
            total = total + term;
        }
        total
    }
}
