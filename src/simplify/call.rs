//! The call constructor: exact values, parity, pieces that facts decide; all other identities are rows of `rules.rs`.
//! Deliberately knows only the functions whose exact values need counting (trigonometric at multiples of pi, gamma).
//! Read next: `rules.rs`.

use super::{Engine, known, rules};
use crate::expr::{Args, Expr, Head, Node};
use crate::function::{Function, Parity};
use crate::number::Number;
use crate::template;

impl Engine<'_> {
    /// A call with simplified arguments.
    pub(crate) fn call(&mut self, head: Head, args: &[Expr]) -> Expr {
        self.call_rewritten(head, args).unwrap_or_else(|| self.pool.call(head, args))
    }

    /// What a call with simplified arguments becomes; nothing where it stays as it is.
    pub(super) fn call_rewritten(&mut self, head: Head, args: &[Expr]) -> Option<Expr> {
        let Head::Function(function) = head else { return self.slope_rewritten(head, args) };
        if let Some(done) = self.special_value(function, args) {
            return Some(done);
        }
        if let [arg] = args
            && function.row().parity != Parity::None
            && self.looks_negative(*arg, function.row().parity == Parity::Even)
        {
            let positive = self.negate(*arg);
            let call = self.apply(function, &[positive]);
            return Some(if function.row().parity == Parity::Odd { self.negate(call) } else { call });
        }
        rules::rewrite_call(self, function, args)
    }

    /// Whether the argument reads as a negative: `-x`, `-2*x`, or a sum that is shorter with its signs turned. Where the
    /// sign is free (even functions) a sum takes the one that its primitive part has, so that u and -u meet.
    fn looks_negative(&mut self, e: Expr, free: bool) -> bool {
        match self.pool.node(e) {
            Node::Number(n) => n.is_negative(),
            Node::Mul(args) => match self.pool.node(args[0]) {
                Node::Number(n) => n.is_negative(),
                _ => false,
            },
            Node::Add(_) => {
                let content = self.content_of(e);
                if free {
                    return content.is_negative();
                }
                let negative = self.distribute(&Number::MINUS_ONE, e);
                self.size(negative) < self.size(e)
            }
            _ => false,
        }
    }

    /// The formal derivative of a known function that has a slope in its row is carried out; where an argument is a number it may
    /// stand at a pole, for which `diff` looks.
    fn slope_rewritten(&mut self, head: Head, args: &[Expr]) -> Option<Expr> {
        let Head::Slope(id) = head else { return None };
        let slope = self.pool.slope_head(id).clone();
        let Head::Function(f) = slope.of else { return None };
        if let [slot] = slope.slots[..]
            && args.iter().all(|&arg| self.pool.as_number(arg).is_none())
            && let Some(template::ReadySlope::Factor(factor)) = template::slopes(f).get(usize::from(slot).wrapping_sub(1))
        {
            return Some(factor.instantiate(self, args));
        }
        rules::rewrite_slope(self, f, &slope.slots, args)
    }

    fn special_value(&mut self, f: Function, args: &[Expr]) -> Option<Expr> {
        match (f, args) {
            (known::SIN, [x]) => self.sine(*x, Number::ZERO),
            (known::COS, [x]) => self.sine(*x, Number::HALF),
            (known::TAN | known::COT | known::SEC | known::CSC, [x]) => {
                self.turns(*x)?;
                let (sin, cos) = (self.apply(known::SIN, &[*x]), self.apply(known::COS, &[*x]));
                let (above, below) = match f {
                    known::TAN => (sin, cos),
                    known::COT => (cos, sin),
                    known::SEC => (Expr::ONE, cos),
                    _ => (Expr::ONE, sin),
                };
                if below == Expr::ZERO || !self.is_closed_form(below) || !self.is_closed_form(above) {
                    return None;
                }
                let below = self.pow(below, Expr::MINUS_ONE);
                Some(self.mul(&[above, below]))
            }
            (known::EXP, [u]) => self.exponential(*u),
            (known::LOG, [u]) => self.logarithm(*u),
            (known::ABS, [u]) => self.absolute(*u),
            (known::SIGN, [u]) => self.sign(*u),
            (known::GAMMA, [x]) => self.gamma(self.pool.as_number(*x).cloned()?),
            (known::FACTORIAL, [x]) => {
                let n = self.pool.as_number(*x)?.add(&Number::ONE);
                if n.is_integer() { self.gamma(n) } else { None }
            }
            (known::FLOOR | known::CEIL, [x]) => self.rounded(f, *x),
            (known::HEAVISIDE, [x]) => {
                let n = self.pool.as_number(*x)?;
                Some(if n.is_negative() { Expr::ZERO } else { Expr::ONE })
            }
            (known::MAX | known::MIN, [a, b]) => self.extreme(f, *a, *b),
            (known::IF, [c, a, b]) => {
                if a == b || *c == Expr::ONE {
                    return Some(*a);
                }
                (*c == Expr::ZERO).then_some(*b)
            }
            (known::LESS | known::LESS_EQUAL | known::SAME | known::DIFFERS, [a, b]) => self.comparison(f, *a, *b),
            (known::RE | known::CONJUGATE | known::IM, [u]) if self.is_real(*u) => Some(if f == known::IM { Expr::ZERO } else { *u }),
            (known::RE | known::IM, [u]) => self.linear_part(f, *u),
            (known::ACOS, [u]) if self.looks_negative(*u, false) => {
                // acos(-x) = pi - acos(x), DLMF 4.23.12
                let positive = self.negate(*u);
                let (pi, call) = (self.pool.apply(known::PI, &[]), self.apply(known::ACOS, &[positive]));
                Some(self.subtract(pi, call))
            }
            _ => None,
        }
    }

    /// re and im of a sum or of a product with real factors.
    fn linear_part(&mut self, f: Function, u: Expr) -> Option<Expr> {
        let args = match self.pool.node(u) {
            Node::Add(args) => Args::from_slice(args),
            Node::Mul(args) => {
                let args = Args::from_slice(args);
                let (mut real, mut rest) = (Args::new(), Args::new());
                let mut turns = 0;
                for arg in args {
                    if self.pool.as_call(arg, known::I).is_some() {
                        turns += 1;
                    } else if self.is_real(arg) {
                        real.push(arg);
                    } else {
                        rest.push(arg);
                    }
                }
                if real.is_empty() && turns == 0 {
                    return None;
                }
                let rest = self.mul(&rest);
                // re(I*v) = -im(v), im(I*v) = re(v)
                let other = if f == known::RE { known::IM } else { known::RE };
                let inner = if turns == 1 { self.apply(other, &[rest]) } else { self.apply(f, &[rest]) };
                if turns == 1 && f == known::RE {
                    real.push(Expr::MINUS_ONE);
                }
                real.push(inner);
                return Some(self.mul(&real));
            }
            Node::Call(Head::Function(known::I), _) => return Some(if f == known::IM { Expr::ONE } else { Expr::ZERO }),
            _ => return None,
        };
        let parts: Args = args.into_iter().map(|arg| self.apply(f, &[arg])).collect();
        Some(self.add(&parts))
    }

    fn is_closed_form(&self, e: Expr) -> bool {
        !self.pool.has_symbols(e) && self.pool.as_call(e, known::SIN).is_none() && self.pool.as_call(e, known::COS).is_none()
    }

    /// The rational multiple of pi that an argument is.
    fn turns(&self, e: Expr) -> Option<Number> {
        match self.pool.node(e) {
            Node::Number(n) if n.is_zero() => Some(Number::ZERO),
            Node::Call(Head::Function(known::PI), _) => Some(Number::ONE),
            Node::Mul([c, p]) if self.pool.as_call(*p, known::PI).is_some() => self.pool.as_number(*c).cloned(),
            _ => None,
        }
    }

    /// sin(x + shift*pi) for x a rational multiple of pi, where a row of TABLE 2 has the value; multiples of pi that are
    /// added to an argument turn its sign (DLMF 4.21(iii)).
    fn sine(&mut self, x: Expr, shift: Number) -> Option<Expr> {
        let Some(turns) = self.turns(x) else {
            return self.shifted(x, shift);
        };
        let two = Number::integer(2);
        let t = turns.add(&shift);
        let mut t = t.sub(&two.mul(&t.mul(&Number::HALF).floor()));
        let negative = t >= Number::ONE;
        if negative {
            t = t.sub(&Number::ONE);
        }
        if t > Number::HALF {
            t = Number::ONE.sub(&t);
        }
        let value = rules::sine_of_turns(self, &t)?;
        Some(if negative { self.negate(value) } else { value })
    }

    /// sin(u + k*pi) = (-1)^k*sin(u), and sin(u + pi/2) = cos(u).
    fn shifted(&mut self, x: Expr, shift: Number) -> Option<Expr> {
        let Node::Add(args) = self.pool.node(x) else { return None };
        let args = Args::from_slice(args);
        let at = args.iter().position(|&arg| self.turns(arg).is_some_and(|t| !t.is_zero() && t.mul(&Number::integer(2)).is_integer()))?;
        let total = self.turns(args[at])?.add(&shift);
        let rest: Args = args.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, &arg)| arg).collect();
        let rest = self.add(&rest);
        let half = total.mul(&Number::integer(2));
        let quarter = half.sub(&Number::integer(4).mul(&half.mul(&Number::new(1, 4)).floor())).as_i64()?;
        let call = self.apply(if quarter % 2 == 0 { known::SIN } else { known::COS }, &[rest]);
        Some(if quarter >= 2 { self.negate(call) } else { call })
    }

    /// exp(c*log(b)) = b^c by definition of the power, also for terms of a sum; exp(0) = 1; exp(k*pi*I/2).
    fn exponential(&mut self, u: Expr) -> Option<Expr> {
        if u == Expr::ZERO {
            return Some(Expr::ONE);
        }
        if let Some(power) = self.power_of_log(u) {
            return Some(power);
        }
        if let Node::Mul(args) = self.pool.node(u)
            && args.len() == 3
        {
            let args = Args::from_slice(args);
            let i = args.iter().position(|&a| self.pool.as_call(a, known::I).is_some())?;
            let rest: Args = args.iter().enumerate().filter(|(at, _)| *at != i).map(|(_, &a)| a).collect();
            let rest = self.pool.mul(&rest);
            let half = self.turns(rest)?.mul(&Number::integer(2));
            if half.is_integer() {
                let n = self.pool.number(half);
                return Some(self.pow(args[i], n));
            }
            return None;
        }
        let Node::Add(args) = self.pool.node(u) else { return None };
        let args = Args::from_slice(args);
        let (mut powers, mut rest) = (Args::new(), Args::new());
        for &arg in &args {
            match self.power_of_log(arg) {
                Some(power) => powers.push(power),
                None => rest.push(arg),
            }
        }
        if powers.is_empty() {
            return None;
        }
        let rest = self.add(&rest);
        powers.push(self.apply(known::EXP, &[rest]));
        Some(self.mul(&powers))
    }

    fn power_of_log(&mut self, u: Expr) -> Option<Expr> {
        if let Some(&[b]) = self.pool.as_call(u, known::LOG) {
            return Some(b);
        }
        let Node::Mul(args) = self.pool.node(u) else { return None };
        let args = Args::from_slice(args);
        let mut logs = args.iter().enumerate().filter_map(|(at, &arg)| self.pool.as_call(arg, known::LOG).map(|b| (at, b[0])));
        let (at, base) = logs.next()?;
        if logs.next().is_some() {
            return None;
        }
        let rest: Args = args.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, &arg)| arg).collect();
        let exponent = self.mul(&rest);
        Some(self.pow(base, exponent))
    }

    /// log(1) = 0; log(exp(u)) = u for real u; log of a power of a positive base.
    fn logarithm(&mut self, u: Expr) -> Option<Expr> {
        if u == Expr::ONE {
            return Some(Expr::ZERO);
        }
        if let Some(&[v]) = self.pool.as_call(u, known::EXP)
            && self.is_real(v)
        {
            return Some(v);
        }
        if let Node::Pow(base, exponent) = self.pool.node(u) {
            // log(b^q) = q*log(b) for b >= 0, and = q*log(|b|) for real b and even q
            let even = self.pool.as_number(exponent).is_some_and(Number::is_even);
            let inner = if self.facts(base).has(crate::function::Facts::NONNEGATIVE) && self.is_real(exponent) {
                base
            } else if even && self.is_real(base) {
                self.apply(known::ABS, &[base])
            } else {
                return None;
            };
            let log = self.apply(known::LOG, &[inner]);
            return Some(self.mul(&[exponent, log]));
        }
        match self.pool.node(u) {
            Node::Number(n) if n.is_positive() && *n < Number::ONE && n.numerator().is_one() => {
                let inverse = n.denominator();
                let inverse = self.pool.number(inverse);
                let log = self.apply(known::LOG, &[inverse]);
                Some(self.negate(log))
            }
            Node::Number(n) if n.is_positive() && n.is_integer() => {
                // log(b^k) = k*log(b) for whole b and k
                let n = n.clone();
                let (root, times) = perfect_power(&n)?;
                let root = self.pool.number(root);
                let log = self.apply(known::LOG, &[root]);
                let times = self.pool.integer(times);
                Some(self.mul(&[times, log]))
            }
            _ => None,
        }
    }

    fn absolute(&mut self, u: Expr) -> Option<Expr> {
        use crate::function::Facts;
        let facts = self.facts(u);
        if facts.has(Facts::NONNEGATIVE) {
            return Some(u);
        }
        if facts.has(Facts::NONPOSITIVE) {
            return Some(self.negate(u));
        }
        match self.pool.node(u) {
            // |c*v| = |c|*|v|, and what is known to be at least 0 comes out
            Node::Mul(args) => {
                let args = Args::from_slice(args);
                let (mut out, mut rest) = (Args::new(), Args::new());
                for arg in args {
                    let f = self.facts(arg);
                    if f.has(Facts::NONNEGATIVE) {
                        out.push(arg);
                    } else if f.has(Facts::NONPOSITIVE) {
                        out.push(self.negate(arg));
                    } else if self.pool.as_call(arg, known::I).is_some() {
                        out.push(Expr::ONE);
                    } else {
                        rest.push(arg);
                    }
                }
                if out.is_empty() {
                    return None;
                }
                let rest = self.mul(&rest);
                out.push(self.apply(known::ABS, &[rest]));
                Some(self.mul(&out))
            }
            // |b^n| = |b|^n for real n
            Node::Pow(base, exponent) if self.pool.as_number(exponent).is_some_and(Number::is_integer) => {
                let size = self.apply(known::ABS, &[base]);
                Some(self.pow(size, exponent))
            }
            Node::Call(Head::Function(known::I), _) => Some(Expr::ONE),
            _ => None,
        }
    }

    fn sign(&mut self, u: Expr) -> Option<Expr> {
        use crate::function::Facts;
        let facts = self.facts(u);
        if u == Expr::ZERO {
            return Some(Expr::ZERO);
        }
        if facts.has(Facts::POSITIVE) {
            return Some(Expr::ONE);
        }
        if facts.has(Facts::NEGATIVE) {
            return Some(Expr::MINUS_ONE);
        }
        if let Node::Pow(base, exponent) = self.pool.node(u)
            && self.pool.as_number(exponent).is_some_and(|n| n.is_integer() && !n.is_even())
            && self.is_real(base)
        {
            // An odd power of a real number has its sign.
            return Some(self.apply(known::SIGN, &[base]));
        }
        match self.pool.node(u) {
            Node::Mul(args) => {
                let args = Args::from_slice(args);
                let (mut sign, mut rest, mut changed) = (Expr::ONE, Args::new(), false);
                for arg in args {
                    let f = self.facts(arg);
                    if f.has(Facts::POSITIVE) {
                        changed = true;
                    } else if f.has(Facts::NEGATIVE) {
                        sign = self.negate(sign);
                        changed = true;
                    } else {
                        rest.push(arg);
                    }
                }
                if !changed {
                    return None;
                }
                let rest = self.mul(&rest);
                let call = self.apply(known::SIGN, &[rest]);
                Some(self.mul(&[sign, call]))
            }
            _ => None,
        }
    }

    /// gamma at whole and half numbers, DLMF 5.4.1 and 5.4.6 with 5.5.1.
    fn gamma(&mut self, x: Number) -> Option<Expr> {
        let (n, d) = x.small()?;
        if d == 1 && (1..=400).contains(&n) {
            let mut product = Number::ONE;
            for k in 2..n {
                product = product.mul(&Number::integer(k));
            }
            return Some(self.pool.number(product));
        }
        if d == 2 && n.abs() <= 200 {
            let mut factor = Number::ONE;
            let mut at = x;
            while at > Number::HALF {
                at = at.sub(&Number::ONE);
                factor = factor.mul(&at);
            }
            while at < Number::HALF {
                factor = factor.div(&at)?;
                at = at.add(&Number::ONE);
            }
            let pi = self.pool.apply(known::PI, &[]);
            let root = self.pool.pow(pi, Expr::HALF);
            let factor = self.pool.number(factor);
            return Some(self.mul(&[factor, root]));
        }
        None
    }

    /// floor and ceil: of numbers, of whole values, and whole terms come out.
    fn rounded(&mut self, f: Function, x: Expr) -> Option<Expr> {
        use crate::function::Facts;
        if let Node::Number(n) = self.pool.node(x) {
            let value = if f == known::FLOOR { n.floor() } else { n.neg().floor().neg() };
            return Some(self.pool.number(value));
        }
        if self.facts(x).has(Facts::INTEGER) {
            return Some(x);
        }
        let Node::Add(args) = self.pool.node(x) else { return None };
        let args = Args::from_slice(args);
        let (whole, rest): (Args, Args) = args.into_iter().partition(|&arg| self.facts(arg).has(Facts::INTEGER));
        if whole.is_empty() {
            return None;
        }
        let rest = self.add(&rest);
        let mut parts = whole;
        parts.push(self.apply(f, &[rest]));
        Some(self.add(&parts))
    }

    /// max and min: of equal arguments, of numbers, and where the sign of the difference is known. Both must be real.
    fn extreme(&mut self, f: Function, a: Expr, b: Expr) -> Option<Expr> {
        if a == b {
            return Some(a);
        }
        let difference = self.subtract(a, b);
        let larger_first = self.order(difference)?;
        Some(if (f == known::MAX) == larger_first { a } else { b })
    }

    /// Whether a difference is known to be at least 0 (true) or at most 0 (false).
    fn order(&mut self, difference: Expr) -> Option<bool> {
        use crate::function::Facts;
        let facts = self.facts(difference);
        if facts.has(Facts::NONNEGATIVE) {
            Some(true)
        } else if facts.has(Facts::NONPOSITIVE) {
            Some(false)
        } else {
            None
        }
    }

    /// A comparison whose sides differ by something of known sign is 1 or 0.
    fn comparison(&mut self, f: Function, a: Expr, b: Expr) -> Option<Expr> {
        use crate::function::Facts;
        let difference = self.subtract(b, a);
        let facts = self.facts(difference);
        let truth = |yes: bool| Some(if yes { Expr::ONE } else { Expr::ZERO });
        if difference == Expr::ZERO {
            return truth(f == known::LESS_EQUAL || f == known::SAME);
        }
        match f {
            known::LESS if facts.has(Facts::POSITIVE) => truth(true),
            known::LESS if facts.has(Facts::NONPOSITIVE) => truth(false),
            known::LESS_EQUAL if facts.has(Facts::NONNEGATIVE) => truth(true),
            known::LESS_EQUAL if facts.has(Facts::NEGATIVE) => truth(false),
            known::SAME if facts.has(Facts::NONZERO) => truth(false),
            known::DIFFERS if facts.has(Facts::NONZERO) => truth(true),
            _ => None,
        }
    }
}

/// A whole number above 1 as a smaller one to a power, if it is.
fn perfect_power(n: &Number) -> Option<(Number, i64)> {
    if n.is_one() || n.bits() > 256 {
        return None;
    }
    [7u32, 5, 3, 2].into_iter().find_map(|k| n.root(k).filter(Number::is_integer).map(|root| (root, i64::from(k))))
}
