//! Complex numbers over any kind of real number: arithmetic and the elementary functions, with principal values.
//! Deliberately knows nothing of expressions. A zero has no sign: on a branch cut the side is that of +0.
//! Read next: `power.rs`.

use super::real::Real;

/// A complex number; real while `im` is exactly 0, and then all arithmetic is real arithmetic.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Complex<R> {
    pub(crate) re: R,
    pub(crate) im: R,
}

impl<R: Real> Complex<R> {
    pub(crate) fn new(re: R, im: R) -> Complex<R> {
        Complex { re, im }
    }
    pub(crate) fn real(re: R) -> Complex<R> {
        Complex { re, im: R::zero() }
    }
    pub(crate) fn nan() -> Complex<R> {
        Complex { re: R::nan(), im: R::nan() }
    }
    pub(crate) fn is_real(&self) -> bool {
        self.im.is_zero()
    }
    pub(crate) fn is_zero(&self) -> bool {
        self.re.is_zero() && self.im.is_zero()
    }
    pub(crate) fn is_nan(&self) -> bool {
        self.re.is_nan() || self.im.is_nan()
    }
    pub(crate) fn is_finite(&self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    pub(crate) fn add(&self, other: &Self, c: &mut R::Context) -> Self {
        let im = if self.is_real() {
            other.im.clone()
        } else if other.is_real() {
            self.im.clone()
        } else {
            self.im.add(&other.im, c)
        };
        Complex::new(self.re.add(&other.re, c), im)
    }
    pub(crate) fn sub(&self, other: &Self, c: &mut R::Context) -> Self {
        self.add(&other.neg(), c)
    }
    pub(crate) fn neg(&self) -> Self {
        Complex::new(self.re.neg(), self.im.neg())
    }
    pub(crate) fn conj(&self) -> Self {
        Complex::new(self.re.clone(), self.im.neg())
    }
    /// Times I.
    pub(crate) fn turn(&self) -> Self {
        Complex::new(self.im.neg(), self.re.clone())
    }
    /// Times -I.
    pub(crate) fn turn_back(&self) -> Self {
        Complex::new(self.im.clone(), self.re.neg())
    }

    pub(crate) fn mul(&self, other: &Self, c: &mut R::Context) -> Self {
        let (a, b) = if self.is_real() { (self, other) } else { (other, self) };
        if a.is_real() {
            let re = a.re.mul(&b.re, c);
            let im = if b.is_real() { R::zero() } else { a.re.mul(&b.im, c) };
            return Complex::new(re, im);
        }
        let (re, im) = (a.re.mul(&b.re, c), a.re.mul(&b.im, c));
        let (re2, im2) = (a.im.mul(&b.im, c), a.im.mul(&b.re, c));
        Complex::new(re.sub(&re2, c), im.add(&im2, c))
    }

    /// Smith's quotient, which does not overflow before its result does; nothing over 0 has a value.
    pub(crate) fn div(&self, other: &Self, c: &mut R::Context) -> Self {
        if other.is_zero() {
            return Complex::nan();
        }
        if other.is_real() {
            let im = if self.is_real() { R::zero() } else { self.im.div(&other.re, c) };
            return Complex::new(self.re.div(&other.re, c), im);
        }
        if other.re.abs().order(&other.im.abs()) == Some(std::cmp::Ordering::Less) {
            // a/(c + d*I) = (a/I)/(d - c*I)
            return self.turn_back().div(&other.turn_back(), c);
        }
        let ratio = other.im.div(&other.re, c);
        let scale = other.im.mul(&ratio, c).add(&other.re, c);
        let re = self.im.mul(&ratio, c).add(&self.re, c).div(&scale, c);
        let im = self.im.sub(&self.re.mul(&ratio, c), c).div(&scale, c);
        Complex::new(re, im)
    }
    pub(crate) fn recip(&self, c: &mut R::Context) -> Self {
        Complex::real(R::from_f64(1.0, c)).div(self, c)
    }

    pub(crate) fn abs(&self, c: &mut R::Context) -> R {
        if self.is_real() { self.re.abs() } else { self.re.hypot(&self.im, c) }
    }
    /// In (-pi, pi]; of 0 it is 0.
    pub(crate) fn arg(&self, c: &mut R::Context) -> R {
        self.im.atan2(&self.re, c)
    }

    pub(crate) fn sqrt(&self, c: &mut R::Context) -> Self {
        if self.is_real() {
            return if self.re.is_negative() { Complex::new(R::zero(), self.re.neg().sqrt(c)) } else { Complex::real(self.re.sqrt(c)) };
        }
        // t = sqrt((|z| + |re z|)/2), halved before the sum so that it cannot overflow
        let size = self.abs(c).scale(-1, c);
        let t = size.add(&self.re.abs().scale(-1, c), c).sqrt(c);
        let u = self.im.div(&t, c).scale(-1, c);
        if !self.re.is_negative() {
            Complex::new(t, u)
        } else if self.im.is_negative() {
            Complex::new(u.abs(), t.neg())
        } else {
            Complex::new(u.abs(), t)
        }
    }

    pub(crate) fn exp(&self, c: &mut R::Context) -> Self {
        let size = self.re.exp(c);
        if self.is_real() {
            return Complex::real(size);
        }
        Complex::new(self.im.cos(c).mul(&size, c), self.im.sin(c).mul(&size, c))
    }

    /// log|z| + I*arg(z); 0 has none.
    pub(crate) fn ln(&self, c: &mut R::Context) -> Self {
        if self.is_zero() {
            return Complex::nan();
        }
        if self.is_real() {
            let angle = if self.re.is_negative() { R::pi(c) } else { R::zero() };
            return Complex::new(self.re.abs().ln(c), angle);
        }
        let size = self.abs(c);
        let near_one = (size.to_f64() - 1.0).abs() < 0.5;
        let re = if near_one {
            // |z|^2 - 1 = (a - 1)*(a + 1) + b^2, with a the larger part
            let (x, y) = (self.re.abs(), self.im.abs());
            let (a, b) = if x.order(&y) == Some(std::cmp::Ordering::Less) { (y, x) } else { (x, y) };
            let one = R::from_f64(1.0, c);
            let above = a.sub(&one, c).mul(&a.add(&one, c), c);
            above.add(&b.mul(&b, c), c).ln_1p(c).scale(-1, c)
        } else {
            size.ln(c)
        };
        Complex::new(re, self.arg(c))
    }

    pub(crate) fn sin(&self, c: &mut R::Context) -> Self {
        if self.is_real() {
            return Complex::real(self.re.sin(c));
        }
        let re = self.re.sin(c).mul(&self.im.cosh(c), c);
        Complex::new(re, self.re.cos(c).mul(&self.im.sinh(c), c))
    }
    pub(crate) fn cos(&self, c: &mut R::Context) -> Self {
        if self.is_real() {
            return Complex::real(self.re.cos(c));
        }
        let re = self.re.cos(c).mul(&self.im.cosh(c), c);
        Complex::new(re, self.re.sin(c).mul(&self.im.sinh(c), c).neg())
    }
    pub(crate) fn tan(&self, c: &mut R::Context) -> Self {
        if self.is_real() {
            return self.sin(c).div(&self.cos(c), c);
        }
        self.turn().tanh(c).turn_back()
    }
    pub(crate) fn sinh(&self, c: &mut R::Context) -> Self {
        if self.is_real() {
            return Complex::real(self.re.sinh(c));
        }
        self.turn().sin(c).turn_back()
    }
    pub(crate) fn cosh(&self, c: &mut R::Context) -> Self {
        if self.is_real() {
            return Complex::real(self.re.cosh(c));
        }
        self.turn().cos(c)
    }

    pub(crate) fn tanh(&self, c: &mut R::Context) -> Self {
        if self.re.is_negative() {
            return self.neg().tanh(c).neg();
        }
        let one = Complex::real(R::from_f64(1.0, c));
        if self.re.to_f64() > 1.0 {
            // (1 - w)/(1 + w) with w = exp(-2z)
            let w = Complex::new(self.re.scale(1, c), self.im.scale(1, c)).neg().exp(c);
            return one.sub(&w, c).div(&one.add(&w, c), c);
        }
        if self.is_real() {
            return Complex::real(self.re.sinh(c).div(&self.re.cosh(c), c));
        }
        // (sinh x cosh x + I sin y cos y)/(sinh^2 x + cos^2 y)
        let (sinh, cosh) = (self.re.sinh(c), self.re.cosh(c));
        let (sin, cos) = (self.im.sin(c), self.im.cos(c));
        let below = sinh.mul(&sinh, c).add(&cos.mul(&cos, c), c);
        if below.is_zero() {
            return Complex::nan();
        }
        Complex::new(sinh.mul(&cosh, c).div(&below, c), sin.mul(&cos, c).div(&below, c))
    }

    /// Kahan: re = atan(x/re(p*q)), im = asinh(im(conj(p)*q)), with p = sqrt(1 - z), q = sqrt(1 + z).
    pub(crate) fn asin(&self, c: &mut R::Context) -> Self {
        let (p, q) = self.roots(c);
        let re = self.re.atan2(&p.mul(&q, c).re, c);
        Complex::new(re, p.conj().mul(&q, c).im.asinh(c))
    }
    /// Kahan: re = 2*atan(re(p)/re(q)), im = asinh(im(conj(q)*p)).
    pub(crate) fn acos(&self, c: &mut R::Context) -> Self {
        let (p, q) = self.roots(c);
        let re = p.re.atan2(&q.re, c).scale(1, c);
        Complex::new(re, q.conj().mul(&p, c).im.asinh(c))
    }
    /// Kahan: re = asinh(re(conj(p)*q)), im = 2*atan(im(p)/re(q)), with p = sqrt(z - 1), q = sqrt(z + 1).
    pub(crate) fn acosh(&self, c: &mut R::Context) -> Self {
        let one = Complex::real(R::from_f64(1.0, c));
        let (p, q) = (self.sub(&one, c).sqrt(c), self.add(&one, c).sqrt(c));
        let re = p.conj().mul(&q, c).re.asinh(c);
        Complex::new(re, p.im.atan2(&q.re, c).scale(1, c))
    }
    pub(crate) fn asinh(&self, c: &mut R::Context) -> Self {
        if self.is_real() {
            return Complex::real(self.re.asinh(c));
        }
        self.turn().asin(c).turn_back()
    }
    pub(crate) fn atan(&self, c: &mut R::Context) -> Self {
        if self.is_real() {
            let one = R::from_f64(1.0, c);
            return Complex::real(self.re.atan2(&one, c));
        }
        self.turn().atanh(c).turn_back()
    }
    /// (log(1 + z) - log(1 - z))/2, for x >= 0: re = log1p(4x/((1 - x)^2 + y^2))/4.
    pub(crate) fn atanh(&self, c: &mut R::Context) -> Self {
        let one = R::from_f64(1.0, c);
        let x = self.re.abs();
        let gap = one.sub(&x, c);
        let below = gap.mul(&gap, c).add(&self.im.mul(&self.im, c), c);
        if below.is_zero() {
            return Complex::nan();
        }
        let size = x.scale(2, c).div(&below, c).ln_1p(c).scale(-2, c);
        let re = if self.re.is_negative() { size.neg() } else { size };
        let above = self.im.atan2(&one.add(&self.re, c), c);
        let angle = above.sub(&self.im.neg().atan2(&one.sub(&self.re, c), c), c);
        Complex::new(re, angle.scale(-1, c))
    }

    fn roots(&self, c: &mut R::Context) -> (Self, Self) {
        let one = Complex::real(R::from_f64(1.0, c));
        (one.sub(self, c).sqrt(c), one.add(self, c).sqrt(c))
    }
}
