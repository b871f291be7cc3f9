//! The power constructor: roots of numbers, powers of powers, powers of products.
//! Deliberately multiplies no sum out.
//! Read next: `call.rs`.
//!
//! Laws for principal values, `b^e = exp(e*log(b))` (DLMF 4.2.26); each condition is decided by facts:
//! - `(b^m)^n = b^(m*n)` if n is whole; or -1 < m <= 1 (then |Im(m*log b)| stays within pi); or b >= 0 and m real.
//! - `(b^m)^n = |b|^(m*n)` if b is real and m an even whole number, as b^m = |b|^m.
//! - `(u*v)^n = u^n*v^n` if n is whole; or u >= 0, as then log(u*v) = log u + log v.
//! - `exp(u)^n = exp(n*u)` if n is whole; or u is real.
//! - `(-a)^(p/2) = I^p*a^(p/2)` for a number a > 0.

use super::{Engine, known};
use crate::expr::{Args, Expr, FOLD_BITS, Head, Node};
use crate::function::Facts;
use crate::number::Number;

impl Engine<'_> {
    /// The power of a simplified base and exponent.
    pub(crate) fn pow(&mut self, base: Expr, exponent: Expr) -> Expr {
        if exponent == Expr::ONE || base == Expr::ONE {
            return base;
        }
        if exponent == Expr::ZERO {
            return Expr::ONE;
        }
        let number = self.pool.as_number(exponent).cloned();
        let whole = number.as_ref().is_some_and(Number::is_integer);
        match self.pool.node(base) {
            Node::Number(b) => {
                if let Some(e) = &number {
                    let b = b.clone();
                    return self.number_power(&b, e, base, exponent);
                }
                self.pool.pow(base, exponent)
            }
            Node::Pow(inner, m) => self.power_of_power(base, inner, m, exponent, number.as_ref()),
            Node::Mul(args) => {
                let args = Args::from_slice(args);
                if whole { self.whole_power_of_product(&args, exponent) } else { self.root_of_product(base, &args, exponent) }
            }
            Node::Add(_) if whole => self.whole_power_of_sum(base, exponent, number.as_ref()),
            Node::Call(Head::Function(f), args) => {
                let arg = args.first().copied();
                if f == known::EXP
                    && let Some(u) = arg
                    && (whole || u == Expr::ONE || self.is_real(u))
                {
                    let product = self.mul(&[u, exponent]);
                    return self.apply(known::EXP, &[product]);
                }
                if f == known::I
                    && let Some(e) = number.as_ref().filter(|e| e.is_integer())
                {
                    return self.power_of_i(e, base);
                }
                if f == known::ABS
                    && let Some(u) = arg
                    && number.as_ref().is_some_and(Number::is_even)
                    && self.is_real(u)
                {
                    return self.pow(u, exponent);
                }
                if f == known::SIGN
                    && number.as_ref().is_some_and(|e| e.is_integer() && e.is_positive() && !e.is_even())
                    && arg.is_some_and(|u| self.is_real(u))
                {
                    return base;
                }
                self.pool.pow(base, exponent)
            }
            _ => self.pool.pow(base, exponent),
        }
    }

    fn power_of_i(&mut self, e: &Number, i: Expr) -> Expr {
        let four = Number::integer(4);
        let quarter = e.sub(&four.mul(&e.mul(&Number::new(1, 4)).floor()));
        match quarter.as_i64() {
            Some(0) => Expr::ONE,
            Some(1) => i,
            Some(2) => Expr::MINUS_ONE,
            _ => self.pool.mul(&[Expr::MINUS_ONE, i]),
        }
    }

    fn power_of_power(&mut self, base: Expr, inner: Expr, m: Expr, n: Expr, number: Option<&Number>) -> Expr {
        let whole = number.is_some_and(Number::is_integer);
        let small = self.pool.as_number(m).is_some_and(|m| *m > Number::MINUS_ONE && *m <= Number::ONE);
        if whole || small || (self.facts(inner).has(Facts::NONNEGATIVE) && self.is_real(m)) {
            let product = self.mul(&[m, n]);
            return self.pow(inner, product);
        }
        if number.is_some() && self.pool.as_number(m).is_some_and(Number::is_even) && self.is_real(inner) {
            let product = self.mul(&[m, n]);
            let size = self.apply(known::ABS, &[inner]);
            return self.pow(size, product);
        }
        self.pool.pow(base, n)
    }

    fn whole_power_of_product(&mut self, args: &[Expr], exponent: Expr) -> Expr {
        let mut powers = Args::new();
        for &arg in args {
            let power = self.pow(arg, exponent);
            powers.push(power);
        }
        self.mul(&powers)
    }

    /// Takes out of a root what is known to be at least 0 and has a simpler root.
    fn root_of_product(&mut self, base: Expr, args: &[Expr], exponent: Expr) -> Expr {
        let mut out = Args::new();
        let mut left = Args::new();
        for &arg in args {
            if let Some(n) = self.pool.as_number(arg).cloned() {
                self.root_of_content(&n, exponent, &mut out, &mut left);
            } else if let Node::Pow(..) | Node::Call(..) = self.pool.node(arg)
                && self.facts(arg).has(Facts::NONNEGATIVE)
            {
                let power = self.pow(arg, exponent);
                // Only if the root goes away, or nothing would be left but roots of the same kind.
                if matches!(self.pool.node(power), Node::Pow(b, e) if e == exponent && b == arg) { left.push(arg) } else { out.push(power) }
            } else {
                left.push(arg);
            }
        }
        if out.is_empty() {
            return self.pool.pow(base, exponent);
        }
        let inner = self.mul(&left);
        if inner == base {
            return self.pool.pow(base, exponent);
        }
        out.push(self.pow(inner, exponent));
        self.mul(&out)
    }

    /// The number in front under a root: whole powers come out, `(8*x)^(1/2)` is `2*(2*x)^(1/2)`.
    fn root_of_content(&mut self, n: &Number, exponent: Expr, out: &mut Args, left: &mut Args) {
        if n.is_minus_one() {
            left.push(Expr::MINUS_ONE);
            return;
        }
        let size = self.pool.number(n.abs());
        let root = match self.pool.as_number(exponent) {
            Some(_) => self.pow(size, exponent),
            None => Expr::ZERO,
        };
        match self.pool.node(root) {
            Node::Number(r) if !r.is_zero() => {
                out.push(root);
                if n.is_negative() {
                    left.push(Expr::MINUS_ONE);
                }
            }
            // Only whole numbers: sqrt(u/2) is shorter than sqrt(2*u)/2.
            Node::Mul(parts) if parts.len() == 2 && self.pool.as_number(parts[0]).is_some_and(Number::is_integer) => {
                let (whole, radical) = (parts[0], parts[1]);
                // The radical as a number to the same exponent, so that it can stay inside.
                let inside = match (self.pool.node(radical), self.pool.as_number(exponent)) {
                    (Node::Pow(b, f), Some(e)) => match (self.pool.as_number(b), self.pool.as_number(f).and_then(|f| f.div(e))) {
                        (Some(b), Some(times)) => times.as_i64().and_then(|times| b.pow(times, FOLD_BITS)),
                        _ => None,
                    },
                    _ => None,
                };
                match inside {
                    Some(inside) => {
                        out.push(whole);
                        let inside = if n.is_negative() { inside.neg() } else { inside };
                        left.push(self.pool.number(inside));
                    }
                    None => left.push(self.pool.number(n.clone())),
                }
            }
            _ => left.push(self.pool.number(n.clone())),
        }
    }

    /// Takes the content out of a sum under a negative whole exponent: `1/(2*x + 4)` is `1/2*1/(x + 2)`.
    fn whole_power_of_sum(&mut self, base: Expr, exponent: Expr, number: Option<&Number>) -> Expr {
        if number.is_some_and(Number::is_negative) {
            let content = self.content_of(base);
            // A sign alone is not worth moving.
            let content = content.abs();
            if !content.is_one()
                && let Some(by) = content.recip()
            {
                let rest = self.distribute(&by, base);
                let content = self.pool.number(content);
                let outer = self.pow(content, exponent);
                let inner = self.pool.pow(rest, exponent);
                return self.mul(&[outer, inner]);
            }
        }
        self.pool.pow(base, exponent)
    }

    /// A number to a rational power: rational if it can be, else a rational times a root with an exponent between
    /// 0 and 1 of a whole number without factors that could come out.
    fn number_power(&mut self, b: &Number, e: &Number, base: Expr, exponent: Expr) -> Expr {
        if b.is_zero() && e.is_positive() {
            return Expr::ZERO;
        }
        if e.is_integer() {
            return self.pool.pow(base, exponent);
        }
        let Some((p, q)) = e.small() else { return self.pool.pow(base, exponent) };
        if b.is_negative() {
            if q != 2 {
                return self.pool.pow(base, exponent);
            }
            let size = self.pool.number(b.neg());
            let root = self.pow(size, exponent);
            let i = self.pool.apply(known::I, &[]);
            let turn = self.power_of_i(&Number::from(p), i);
            return self.mul(&[turn, root]);
        }
        let (Some((n, d)), Ok(index)) = (b.small(), u32::try_from(q)) else { return self.pool.pow(base, exponent) };
        if index > 64 || p.unsigned_abs() > 1 << 20 {
            return self.pool.pow(base, exponent);
        }
        // Every prime r of b with multiplicity k gives r^(k*p/q): a whole power, and a root between 0 and 1.
        let mut rational = Number::ONE;
        let mut roots: Vec<(i64, i64)> = Vec::new();
        for (prime, times) in prime_powers(n).into_iter().chain(prime_powers(d).into_iter().map(|(r, k)| (r, -k))) {
            let Some(total) = times.checked_mul(p) else { return self.pool.pow(base, exponent) };
            let Some(outside) = Number::integer(prime).pow(total.div_euclid(q), FOLD_BITS) else { return self.pool.pow(base, exponent) };
            rational = rational.mul(&outside);
            if total.rem_euclid(q) != 0 {
                roots.push((prime, total.rem_euclid(q)));
            }
        }
        let common = roots.iter().fold(q, |g, (_, k)| num_integer::gcd(g, *k));
        let mut radicand = Number::ONE;
        for (prime, k) in &roots {
            match Number::integer(*prime).pow(k / common, FOLD_BITS) {
                Some(power) => radicand = radicand.mul(&power),
                None => return self.pool.pow(base, exponent),
            }
        }
        let rational = self.pool.number(rational);
        if roots.is_empty() {
            return rational;
        }
        // All exponents k/q share the step common/q; a single prime keeps its own exponent, several go under one root.
        let radicand = self.pool.number(radicand);
        let step = self.pool.number(Number::new(common, q));
        let root = self.pool.pow(radicand, step);
        self.pool.mul(&[rational, root])
    }
}

/// The factors of a positive whole number with their multiplicities; what has no small factor counts as prime, unless it
/// is a perfect power, so the answer is always a true factorisation.
pub(super) fn prime_powers(n: i64) -> Vec<(i64, i64)> {
    let mut found = Vec::new();
    let mut rest = n;
    let mut prime = 2;
    while prime <= 1 << 12 && prime * prime <= rest {
        let mut times = 0;
        while rest % prime == 0 {
            rest /= prime;
            times += 1;
        }
        if times > 0 {
            found.push((prime, times));
        }
        prime += if prime == 2 { 1 } else { 2 };
    }
    if rest > 1 {
        let (mut root, mut times) = (rest, 1);
        for k in [5, 3, 2] {
            while let Some((n, 1)) = Number::integer(root).root(k).and_then(|r| r.small()) {
                root = n;
                times *= i64::from(k);
            }
        }
        found.push((root, times));
    }
    found
}
