//! Arithmetic of series in a small positive s: whole powers of s, their coefficients polynomials in log(s).
//! Deliberately knows no expression. Coefficients have many digits, and a sum that cancels to noise is 0.
//! Read next: `function.rs` (functions of series), `limit.rs` (what is asked of them).

use crate::eval::{Complex, Digits, Many, Real};
use crate::number::Number;
use smallvec::SmallVec;

/// A coefficient: a polynomial in log(s), from degree 0; empty is 0.
pub(super) type Logs = SmallVec<[Complex<Many>; 1]>;

/// What is needed while series are worked out.
pub(super) struct Work {
    pub(super) digits: Digits,
    /// How many terms are kept.
    pub(super) terms: i32,
    /// A sum this many bits below its largest part is noise.
    pub(super) noise: i32,
    /// Whether a value had the digits of a float only.
    pub(super) met_floats: bool,
    /// Calls that may still be worked out.
    pub(super) left: u32,
}

/// Sum over k of terms[k]*s^(first + k), known up to but not including s^end; nothing is unknown where `end` is the largest number.
#[derive(Clone, Debug)]
pub(super) struct Series {
    pub(super) first: i32,
    pub(super) terms: Vec<Logs>,
    pub(super) end: i32,
}

/// No end.
pub(super) const EXACT: i32 = i32::MAX;

impl Work {
    pub(super) fn number(&mut self, n: i32) -> Complex<Many> {
        Complex::real(Many::from_f64(f64::from(n), &mut self.digits))
    }

    /// The sum of some numbers; 0 where only noise is left.
    fn sum(&mut self, parts: &[Complex<Many>]) -> Complex<Many> {
        let mut total = Complex::real(Many::zero());
        for part in parts {
            total = total.add(part, &mut self.digits);
        }
        let noise = self.noise;
        let clean = |part: &mut Many, largest: Option<i32>| {
            if let (Some(e), Some(largest)) = (part.exponent(), largest)
                && e < largest.saturating_sub(noise)
            {
                *part = Many::zero();
            }
        };
        let largest = parts.iter().filter_map(exponent).max();
        clean(&mut total.re, largest);
        clean(&mut total.im, largest);
        total
    }

    fn sum_logs(&mut self, parts: &[Logs]) -> Logs {
        let degrees = parts.iter().map(|part| part.len()).max().unwrap_or(0);
        let mut total = Logs::new();
        for degree in 0..degrees {
            let column: Vec<Complex<Many>> = parts.iter().filter_map(|part| part.get(degree).cloned()).collect();
            total.push(self.sum(&column));
        }
        trimmed(total)
    }

    fn mul_logs(&mut self, a: &Logs, b: &Logs) -> Logs {
        let mut parts = Vec::with_capacity(a.len() * b.len());
        for (i, x) in a.iter().enumerate() {
            for (j, y) in b.iter().enumerate() {
                let mut part: Logs = (0..i + j).map(|_| Complex::real(Many::zero())).collect();
                part.push(x.mul(y, &mut self.digits));
                parts.push(part);
            }
        }
        self.sum_logs(&parts)
    }
}

fn exponent(z: &Complex<Many>) -> Option<i32> {
    z.re.exponent().max(z.im.exponent())
}

fn trimmed(mut logs: Logs) -> Logs {
    while logs.last().is_some_and(Complex::is_zero) {
        logs.pop();
    }
    logs
}

impl Series {
    pub(super) fn constant(z: Complex<Many>) -> Series {
        let terms = if z.is_zero() { Vec::new() } else { vec![Logs::from_iter([z])] };
        Series { first: 0, terms, end: EXACT }
    }

    pub(super) fn zero() -> Series {
        Series { first: 0, terms: Vec::new(), end: EXACT }
    }

    /// A term alone.
    pub(super) fn monomial(z: Complex<Many>, power: i32) -> Series {
        Series { first: power, ..Series::constant(z) }
    }

    pub(super) fn is_exact_zero(&self) -> bool {
        self.terms.is_empty() && self.end == EXACT
    }

    /// The exponent of the first term; of 0 that from which on nothing is known.
    pub(super) fn order(&self) -> i32 {
        if self.terms.is_empty() { self.end } else { self.first }
    }

    pub(super) fn coefficient(&self, power: i32) -> Option<&Logs> {
        usize::try_from(power.checked_sub(self.first)?).ok().and_then(|at| self.terms.get(at))
    }

    /// The first term.
    pub(super) fn leading(&self) -> Option<&Logs> {
        self.terms.first()
    }

    /// The value at s = 0, where that is finite and no logarithm is in it.
    pub(super) fn at_zero(&self) -> Option<Complex<Many>> {
        if self.order() > 0 {
            return Some(Complex::real(Many::zero()));
        }
        match self.leading() {
            Some(logs) if self.first == 0 && logs.len() == 1 => logs.first().cloned(),
            _ => None,
        }
    }

    fn normal(mut self, work: &Work) -> Series {
        let zeros = self.terms.iter().take_while(|term| term.is_empty()).count();
        self.terms.drain(..zeros);
        self.first = self.first.saturating_add(i32::try_from(zeros).unwrap_or(i32::MAX));
        while self.terms.last().is_some_and(Logs::is_empty) {
            self.terms.pop();
        }
        let kept = usize::try_from(work.terms).unwrap_or(0);
        if self.terms.len() > kept {
            self.terms.truncate(kept);
            self.end = self.end.min(self.first.saturating_add(work.terms));
        }
        self
    }

    pub(super) fn sum(work: &mut Work, parts: &[Series]) -> Series {
        let end = parts.iter().map(|part| part.end).min().unwrap_or(EXACT);
        let filled = || parts.iter().filter(|part| !part.terms.is_empty());
        let Some(first) = filled().map(|part| part.first).min() else {
            return Series { first: 0, terms: Vec::new(), end };
        };
        let last =
            filled().map(|part| part.first.saturating_add(i32::try_from(part.terms.len()).unwrap_or(i32::MAX))).max().unwrap_or(first);
        let mut terms = Vec::new();
        for power in first..last.min(end) {
            let column: Vec<Logs> = parts.iter().filter_map(|part| part.coefficient(power).cloned()).collect();
            terms.push(work.sum_logs(&column));
        }
        Series { first, terms, end }.normal(work)
    }

    pub(super) fn mul(&self, other: &Series, work: &mut Work) -> Series {
        if self.is_exact_zero() || other.is_exact_zero() {
            return Series::zero();
        }
        let known = |a: &Series, b: &Series| if a.end == EXACT { EXACT } else { a.end.saturating_add(b.order()) };
        let end = known(self, other).min(known(other, self));
        let first = self.order().saturating_add(other.order());
        let mut terms = Vec::new();
        if !self.terms.is_empty() && !other.terms.is_empty() {
            let count = i32::try_from(self.terms.len() + other.terms.len() - 1).unwrap_or(i32::MAX);
            for power in 0..count.min(work.terms).min(end.saturating_sub(first)) {
                let column: Vec<Logs> = (0..=power)
                    .filter_map(|k| Some((self.coefficient(self.first + k)?, other.coefficient(other.first + power - k)?)))
                    .map(|(a, b)| work.mul_logs(a, b))
                    .collect();
                terms.push(work.sum_logs(&column));
            }
            let whole = end == EXACT && count <= work.terms;
            let end = if whole { EXACT } else { end.min(first.saturating_add(work.terms)) };
            return Series { first, terms, end }.normal(work);
        }
        Series { first, terms, end }
    }

    pub(super) fn scaled(&self, z: &Complex<Many>, work: &mut Work) -> Series {
        self.mul(&Series::constant(z.clone()), work)
    }

    /// c*s^v*(1 + rest): the leading coefficient, its exponent, and the rest; none where the first term is not known or has logarithms.
    pub(super) fn split(&self, work: &mut Work) -> Option<(Complex<Many>, i32, Series)> {
        let leading = self.leading()?;
        if leading.len() != 1 {
            return None;
        }
        let c = leading.first()?.clone();
        let inverse = c.recip(&mut work.digits);
        let shifted = Series {
            first: 1,
            terms: self.terms.iter().skip(1).cloned().collect(),
            end: if self.end == EXACT { EXACT } else { self.end.saturating_sub(self.first) },
        };
        let rest = shifted.normal(work).scaled(&inverse, work);
        Some((c, self.first, rest))
    }

    /// Sum over k of factor(k)*rest^k, for a rest that vanishes at 0; factor(0) is 1.
    pub(super) fn composed(rest: &Series, work: &mut Work, mut factor: impl FnMut(i32, &mut Work) -> Complex<Many>) -> Option<Series> {
        if rest.order() <= 0 {
            return None;
        }
        let one = work.number(1);
        let mut parts = vec![Series::constant(one.clone())];
        let mut power = Series::constant(one);
        let mut k = 0;
        loop {
            k += 1;
            power = power.mul(rest, work);
            if power.is_exact_zero() {
                break;
            }
            let z = factor(k, work);
            if z.is_zero() {
                break;
            }
            parts.push(power.scaled(&z, work));
            if power.order() >= work.terms {
                let end = work.terms;
                parts.push(Series { first: end, terms: Vec::new(), end });
                break;
            }
        }
        Some(Series::sum(work, &parts))
    }

    pub(super) fn inverse(&self, work: &mut Work) -> Option<Series> {
        let (c, v, rest) = self.split(work)?;
        let one = work.number(1);
        let series = Series::composed(&rest, work, |k, _| if k % 2 == 0 { one.clone() } else { one.neg() })?;
        let c = c.recip(&mut work.digits);
        Some(Series { first: series.first.checked_sub(v)?, end: shift(series.end, v.checked_neg()?), ..series }.scaled(&c, work))
    }

    /// A whole power.
    pub(super) fn whole_power(&self, n: i64, work: &mut Work) -> Option<Series> {
        let base = if n < 0 { self.inverse(work)? } else { self.clone() };
        let (mut result, mut square, mut left) = (Series::constant(work.number(1)), base, n.unsigned_abs());
        if left > 4096 {
            return None;
        }
        while left > 0 {
            if left & 1 == 1 {
                result = result.mul(&square, work);
            }
            left >>= 1;
            if left > 0 {
                square = square.mul(&square, work);
            }
        }
        Some(result)
    }

    /// A rational power, principal: (c*s^v*(1 + rest))^w; v*w must be whole.
    pub(super) fn power(&self, w: &Number, work: &mut Work) -> Option<Series> {
        if let Some(n) = w.as_i64() {
            return self.whole_power(n, work);
        }
        if self.is_exact_zero() {
            return w.is_positive().then(Series::zero);
        }
        let (_, v, rest) = self.split(work)?;
        let power = w.mul(&Number::from(i64::from(v))).as_i64().and_then(|power| i32::try_from(power).ok())?;
        let log = self.principal_log(work)?;
        let exponent = Complex::real(Many::from_number(w, &mut work.digits));
        let c = log.mul(&exponent, &mut work.digits).exp(&mut work.digits);
        let mut binomial = work.number(1);
        let series = Series::composed(&rest, work, |k, work| {
            // (w over k) = (w over k - 1)*(w - k + 1)/k
            let over = w.sub(&Number::from(i64::from(k - 1))).div(&Number::from(i64::from(k))).unwrap_or(Number::ZERO);
            binomial = binomial.mul(&Complex::real(Many::from_number(&over, &mut work.digits)), &mut work.digits);
            binomial.clone()
        })?;
        Some(Series { first: series.first.checked_add(power)?, end: shift(series.end, power), ..series }.scaled(&c, work))
    }

    /// log(c) for the leading coefficient c, on the side of the cut where the series runs for small s.
    fn principal_log(&self, work: &mut Work) -> Option<Complex<Many>> {
        let c = self.leading()?.first()?.clone();
        let log = c.ln(&mut work.digits);
        let on_cut = c.im.is_zero() && c.re.is_negative();
        let below = self.terms.iter().find_map(|term| term.last().filter(|z| !z.im.is_zero())).is_some_and(|z| z.im.is_negative());
        if on_cut && below { Some(log.conj()) } else { Some(log) }
    }

    /// log(c*s^v*(1 + rest)) = log(c) + v*log(s) + log(1 + rest).
    pub(super) fn log(&self, work: &mut Work) -> Option<Series> {
        let (_, v, rest) = self.split(work)?;
        let mut head = Logs::from_iter([self.principal_log(work)?]);
        if v != 0 {
            head.push(work.number(v));
        }
        let one = work.number(1);
        let series = Series::composed(&rest, work, |k, work| {
            let k = work.number(if k % 2 == 0 { -k } else { k });
            k.recip(&mut work.digits)
        })?;
        let head = Series { first: 0, terms: vec![trimmed(head)], end: EXACT }.normal(work);
        Some(Series::sum(work, &[head, series, Series::constant(one.neg())]))
    }

    /// exp; 0 to all orders where the real part falls without bound, and nothing where it grows.
    pub(super) fn exp(&self, work: &mut Work) -> Option<Series> {
        if self.order() < 0 {
            let real = self.part(|z| Complex::real(z.re.clone()));
            return (real.order() < 0 && real.sign()? < 0).then(Series::zero);
        }
        // exp(a + k*log(s) + rest) = exp(a)*s^k*exp(rest)
        let (mut value, mut power) = (Complex::real(Many::zero()), 0);
        let mut rest = self.clone();
        if rest.order() == 0 && !rest.terms.is_empty() {
            let head = rest.terms.remove(0);
            rest.first += 1;
            value = head.first().cloned()?;
            match head.len() {
                0 | 1 => {}
                2 => {
                    let k = head.get(1)?;
                    let near = k.re.to_f64().round();
                    if !k.is_real() || near.abs() > 1e6 || k.re.to_f64() != near {
                        return None;
                    }
                    power = near as i32;
                }
                _ => return None,
            }
        }
        let mut factorial = work.number(1);
        let series = Series::composed(&rest.normal(work), work, |k, work| {
            let k = work.number(k);
            factorial = factorial.div(&k, &mut work.digits);
            factorial.clone()
        })?;
        let value = value.exp(&mut work.digits);
        Some(Series { first: series.first.checked_add(power)?, end: shift(series.end, power), ..series }.scaled(&value, work))
    }

    /// Each coefficient changed by a map that is linear over the reals.
    pub(super) fn part(&self, of: impl Fn(&Complex<Many>) -> Complex<Many>) -> Series {
        let terms: Vec<Logs> = self.terms.iter().map(|term| trimmed(term.iter().map(&of).collect())).collect();
        let zeros = terms.iter().take_while(|term| term.is_empty()).count();
        let first = self.first.saturating_add(i32::try_from(zeros).unwrap_or(i32::MAX));
        Series { first, terms: terms.into_iter().skip(zeros).collect(), end: self.end }
    }

    /// The sign of a real series for small s: log(s) is below 0.
    pub(super) fn sign(&self) -> Option<i32> {
        if self.is_exact_zero() {
            return Some(0);
        }
        let leading = self.leading()?;
        let last = leading.last()?;
        if !last.im.is_zero() {
            return None;
        }
        let sign = if last.re.is_negative() { -1 } else { 1 };
        Some(if leading.len() % 2 == 0 { -sign } else { sign })
    }

    /// d/ds: of s^k*log(s)^j it is s^(k - 1)*(k*log(s)^j + j*log(s)^(j - 1)).
    pub(super) fn derivative(&self, work: &mut Work) -> Series {
        let mut terms = Vec::with_capacity(self.terms.len());
        for (at, term) in self.terms.iter().enumerate() {
            let k = work.number(self.first.saturating_add(i32::try_from(at).unwrap_or(0)));
            let mut slope = Logs::new();
            for (j, z) in term.iter().enumerate() {
                let mut part = z.mul(&k, &mut work.digits);
                if let Some(next) = term.get(j + 1) {
                    let j = work.number(i32::try_from(j + 1).unwrap_or(0));
                    part = part.add(&next.mul(&j, &mut work.digits), &mut work.digits);
                }
                slope.push(part);
            }
            terms.push(trimmed(slope));
        }
        Series { first: self.first.saturating_sub(1), terms, end: shift(self.end, -1) }.normal(work)
    }

    /// The integral from 0, where nothing is infinite: of s^k*log(s)^j it is s^(k + 1)*(log(s)^j/(k + 1) - j/(k + 1)*(the same of j - 1)).
    pub(super) fn integral(&self, work: &mut Work) -> Option<Series> {
        if self.order() < 0 {
            return None;
        }
        let mut terms = Vec::with_capacity(self.terms.len());
        for (at, term) in self.terms.iter().enumerate() {
            let k = work.number(self.first.saturating_add(i32::try_from(at).unwrap_or(0)).saturating_add(1));
            let mut whole: Logs = (0..term.len()).map(|_| Complex::real(Many::zero())).collect();
            let mut carried = Complex::real(Many::zero());
            for j in (0..term.len()).rev() {
                let z = term.get(j)?.add(&carried, &mut work.digits).div(&k, &mut work.digits);
                let factor = work.number(-i32::try_from(j).unwrap_or(0));
                carried = z.mul(&factor, &mut work.digits);
                if let Some(slot) = whole.get_mut(j) {
                    *slot = z;
                }
            }
            terms.push(trimmed(whole));
        }
        Some(Series { first: self.first.saturating_add(1), terms, end: shift(self.end, 1) }.normal(work))
    }

    /// The same, known up to `end` only.
    pub(super) fn until(&self, end: i32, work: &Work) -> Series {
        if self.end <= end {
            return self.clone();
        }
        let kept = usize::try_from(end.saturating_sub(self.first)).unwrap_or(0);
        Series { first: self.first, terms: self.terms.iter().take(kept).cloned().collect(), end }.normal(work)
    }
}

fn shift(end: i32, by: i32) -> i32 {
    if end == EXACT { EXACT } else { end.saturating_add(by) }
}
