//! The product constructor: numbers are multiplied, powers of one base are joined.
//! Deliberately multiplies nothing out.
//! Read next: `power.rs`.
//!
//! Laws (all hold for principal values wherever the left side is defined, DLMF 4.2(iv), 4.8):
//! `b^p * b^q = b^(p + q)`; `exp(u)*exp(v) = exp(u + v)`; `p^e * q^e = (p*q)^e` for positive numbers p and q.

use super::{Engine, GATHER, known};
use crate::expr::{Args, Expr, Head, Node};
use crate::number::Number;
use smallvec::SmallVec;

/// A factor as base and exponent.
#[derive(Clone, Copy)]
struct Factor {
    base: Expr,
    exponent: Expr,
    /// Its node, where there is one.
    whole: Option<Expr>,
}

type Factors = SmallVec<[Factor; 8]>;

impl Engine<'_> {
    /// The product of simplified factors.
    pub(crate) fn mul(&mut self, factors: &[Expr]) -> Expr {
        match factors {
            [] => return Expr::ONE,
            [one] => return *one,
            [a, b] if *a == Expr::ONE => return *b,
            [a, b] if *b == Expr::ONE => return *a,
            &[a, b] => {
                let (number, other) = if self.pool.as_number(a).is_some() { (a, b) } else { (b, a) };
                if let Some(n) = self.pool.as_number(number).cloned()
                    && !matches!(self.pool.node(other), Node::Mul(args) if args.len() > GATHER)
                {
                    return self.multiple(&n, other);
                }
                if let Some(product) = self.unjoined(a, b) {
                    return product;
                }
            }
            _ => {}
        }
        let mut coefficient = Number::ONE;
        let mut list = Factors::new();
        self.gather_factors(factors, &mut coefficient, &mut list);
        // Each round may turn powers into numbers or products (sqrt(2)^2, (I)^2); those are gathered again.
        loop {
            if coefficient.is_zero() {
                return Expr::ZERO;
            }
            let mut again = Args::new();
            self.join_powers(&mut list, &mut again);
            let (sums, numbers) = self.count_bases(&list);
            if sums > 1 {
                self.join_sums(&mut list, &mut again);
            }
            if numbers > 1 {
                self.join_radicals(&mut list, &mut again);
            }
            if again.is_empty() {
                break;
            }
            self.gather_factors(&again.clone(), &mut coefficient, &mut list);
        }
        self.product_of(coefficient, &list)
    }

    /// The product of two, where a glance tells that one of them is a single factor which joins nothing in the other.
    fn unjoined(&mut self, a: Expr, b: Expr) -> Option<Expr> {
        let (factor, other) = if matches!(self.pool.node(a), Node::Mul(_)) { (b, a) } else { (a, b) };
        let base = self.plain_base(factor)?;
        let sum = matches!(self.pool.node(base), Node::Add(_));
        let meets = |part: Expr| match self.pool.node(part) {
            Node::Number(_) | Node::Call(..) | Node::Symbol(_) | Node::Mul(_) => part == base,
            Node::Add(_) => sum,
            Node::Pow(other, _) => other == base || (sum && matches!(self.pool.node(other), Node::Add(_))),
        };
        match self.pool.node(other) {
            Node::Mul(args) if args.len() > GATHER || args.iter().any(|&part| meets(part)) => None,
            Node::Mul(_) => Some(self.pool.with_factor(other, factor)),
            Node::Number(_) => None,
            _ if meets(other) => None,
            _ => Some(self.pool.mul(&[factor, other])),
        }
    }

    /// The base of a factor that can only meet powers of the same base, or sums where it is a sum.
    fn plain_base(&self, factor: Expr) -> Option<Expr> {
        match self.pool.node(factor) {
            Node::Number(_) | Node::Mul(_) => None,
            Node::Call(Head::Function(f), _) if f == known::EXP => None,
            Node::Pow(base, _) => (self.pool.as_number(base).is_none() && !self.is_e(base)).then_some(base),
            _ => Some(factor),
        }
    }

    /// A number times a simplified expression that is no long product.
    fn multiple(&mut self, n: &Number, e: Expr) -> Expr {
        let (c, rest) = self.split(e);
        let c = c.mul(n);
        if c.is_minus_one() && matches!(self.pool.node(rest), Node::Add(_)) {
            return self.distribute(&c, rest);
        }
        self.pool.with_number(c, rest)
    }

    /// The product of factors that have nothing to join, short products among them gathered.
    pub(crate) fn mul_apart(&mut self, factors: &[Expr]) -> Expr {
        let mut all = Args::with_capacity(factors.len());
        for &factor in factors {
            match self.pool.node(factor) {
                Node::Mul(args) if args.len() <= GATHER => all.extend_from_slice(args),
                _ => all.push(factor),
            }
        }
        self.pool.mul(&all)
    }

    /// The product of factors that have nothing to join, with the products among them kept as blocks.
    pub(crate) fn mul_blocks(&mut self, factors: &[Expr]) -> Expr {
        self.has_blocks = true;
        self.pool.mul(factors)
    }

    fn product_of(&mut self, coefficient: Number, list: &Factors) -> Expr {
        let mut all = Args::new();
        for &Factor { base, exponent, whole } in list {
            all.push(whole.unwrap_or_else(|| self.power_node(base, exponent)));
        }
        let one_sum = all.len() == 1 && matches!(self.pool.node(all[0]), Node::Add(_));
        if one_sum && (coefficient.is_minus_one()) {
            // -(a - b) is b - a: no longer, and like terms can meet.
            return self.distribute(&coefficient, all[0]);
        }
        all.push(self.pool.number(coefficient));
        self.pool.mul(&all)
    }

    /// c*(a + b) as c*a + c*b.
    pub(super) fn distribute(&mut self, c: &Number, sum: Expr) -> Expr {
        let Node::Add(args) = self.pool.node(sum) else { return sum };
        let mut parts = Args::from_slice(args);
        for part in &mut parts {
            let (k, rest) = self.split(*part);
            *part = self.scale(&k.mul(c), rest);
        }
        self.pool.add(&parts)
    }

    /// The node of a base and an exponent that are known not to combine further.
    fn power_node(&mut self, base: Expr, exponent: Expr) -> Expr {
        if self.is_e(base) {
            return self.pool.apply(known::EXP, &[exponent]);
        }
        self.pool.pow(base, exponent)
    }

    fn is_e(&self, base: Expr) -> bool {
        self.pool.as_call(base, known::EXP).is_some_and(|args| args[0] == Expr::ONE)
    }

    /// e = exp(1).
    pub(super) fn e(&mut self) -> Expr {
        self.pool.apply(known::EXP, &[Expr::ONE])
    }

    fn gather_factors(&mut self, factors: &[Expr], coefficient: &mut Number, list: &mut Factors) {
        for &factor in factors {
            match self.pool.node(factor) {
                Node::Mul(args) if args.len() <= GATHER => {
                    for part in Args::from_slice(args) {
                        self.push_factor(part, coefficient, list);
                    }
                }
                Node::Mul(args) if self.pool.as_number(args[0]).is_some() => {
                    // The number always comes out, so that like terms are seen.
                    let (c, rest) = self.split(factor);
                    *coefficient = coefficient.mul(&c);
                    list.push(Factor { base: rest, exponent: Expr::ONE, whole: Some(rest) });
                }
                _ => self.push_factor(factor, coefficient, list),
            }
        }
    }

    fn push_factor(&mut self, factor: Expr, coefficient: &mut Number, list: &mut Factors) {
        match self.pool.node(factor) {
            Node::Number(n) => *coefficient = coefficient.mul(n),
            Node::Pow(base, exponent) => list.push(Factor { base, exponent, whole: Some(factor) }),
            Node::Call(Head::Function(f), args) if f == known::EXP => {
                let exponent = args[0];
                list.push(Factor { base: self.e(), exponent, whole: Some(factor) });
            }
            _ => list.push(Factor { base: factor, exponent: Expr::ONE, whole: Some(factor) }),
        }
    }

    /// Joins powers of one base. A numeric and a symbolic exponent stay apart (`x^x*x^2`), unless the symbolic one has
    /// a number in it (`x^(n - 1)*x`): else the bases of repeated derivatives of x^x would never repeat.
    fn join_powers(&mut self, list: &mut Factors, again: &mut Args) {
        // Only the bases are sorted to see whether two are alike: most lists have nothing to join, and keep their order.
        let mut bases: Args = list.iter().map(|factor| factor.base).collect();
        bases.sort_unstable();
        if bases.windows(2).any(|pair| pair[0] == pair[1]) {
            list.sort_unstable_by_key(|factor| factor.base);
            let mut out = Factors::new();
            for group in list.chunk_by(|a, b| a.base == b.base) {
                if let [one] = group {
                    out.push(*one);
                } else {
                    let exponents: Args = group.iter().map(|factor| factor.exponent).collect();
                    self.join_group(group[0].base, &exponents, &mut out, again);
                }
            }
            *list = out;
        }
    }

    /// How many bases are sums, and how many are numbers: a single one has nothing to join.
    fn count_bases(&self, list: &Factors) -> (usize, usize) {
        list.iter().fold((0, 0), |(sums, numbers), factor| match self.pool.node(factor.base) {
            Node::Add(_) => (sums + 1, numbers),
            Node::Number(_) => (sums, numbers + 1),
            _ => (sums, numbers),
        })
    }

    fn join_group(&mut self, base: Expr, exponents: &[Expr], out: &mut Factors, again: &mut Args) {
        let mut number = Number::ZERO;
        let mut symbolic = Args::new();
        for &e in exponents {
            match self.pool.as_number(e) {
                Some(n) => number = number.add(n),
                None => symbolic.push(e),
            }
        }
        let joins = self.is_e(base)
            || symbolic.iter().any(|&e| matches!(self.pool.node(e), Node::Add(args) if self.pool.as_number(args[0]).is_some()));
        if symbolic.is_empty() || joins {
            symbolic.push(self.pool.number(number));
            let sum = self.add(&symbolic);
            again.push(self.pow(base, sum));
            // `pow` may give the same kind of factor back; only what changed kind needs another round.
            self.settle(base, out, again);
            return;
        }
        let sum = self.add(&symbolic);
        again.push(self.pow(base, sum));
        self.settle(base, out, again);
        if !number.is_zero() {
            let n = self.pool.number(number);
            again.push(self.pow(base, n));
            self.settle(base, out, again);
        }
    }

    /// Takes the last of `again` back into `out` if it is a power of the same base; another base may meet others
    /// (`|x|^2` is `x^2`).
    fn settle(&mut self, of: Expr, out: &mut Factors, again: &mut Args) {
        let Some(last) = again.pop() else { return };
        match self.pool.node(last) {
            Node::Number(_) | Node::Mul(_) => again.push(last),
            Node::Pow(base, exponent) if base == of => out.push(Factor { base, exponent, whole: Some(last) }),
            Node::Call(Head::Function(f), args) if f == known::EXP => {
                let exponent = args[0];
                out.push(Factor { base: self.e(), exponent, whole: Some(last) });
            }
            _ if last == of => out.push(Factor { base: last, exponent: Expr::ONE, whole: Some(last) }),
            _ => again.push(last),
        }
    }

    /// Joins integer powers of sums that are multiples of each other: `(2*x + 2)/(x + 1)`, `(x - 2)*(2 - x)`.
    fn join_sums(&mut self, list: &mut Factors, again: &mut Args) {
        let mut keys: SmallVec<[(Expr, usize); 8]> = SmallVec::new();
        for at in 0..list.len() {
            let Factor { base, exponent, .. } = list[at];
            if matches!(self.pool.node(base), Node::Add(_)) && self.pool.as_number(exponent).is_some_and(Number::is_integer) {
                let (_, key) = self.primitive(base);
                keys.push((key, at));
            }
        }
        keys.sort_unstable();
        let mut drop: SmallVec<[usize; 8]> = SmallVec::new();
        for pair in keys.chunk_by(|a, b| a.0 == b.0).filter(|chunk| chunk.len() > 1) {
            let mut sum = Number::ZERO;
            for &(_, at) in pair {
                let Factor { base, exponent, .. } = list[at];
                let content = self.content_of(base);
                let Some(n) = self.pool.as_number(exponent).cloned() else { continue };
                sum = sum.add(&n);
                let content = self.pool.number(content);
                again.push(self.pow(content, exponent));
                drop.push(at);
            }
            let exponent = self.pool.number(sum);
            again.push(self.pow(pair[0].0, exponent));
        }
        drop.sort_unstable();
        for at in drop.into_iter().rev() {
            list.remove(at);
        }
    }

    /// Joins roots of positive numbers with one exponent: `sqrt(2)*sqrt(3)` is `sqrt(6)`.
    fn join_radicals(&mut self, list: &mut Factors, again: &mut Args) {
        let is_radical = |engine: &Engine<'_>, factor: &Factor| {
            engine.pool.as_number(factor.base).is_some_and(Number::is_positive) && engine.pool.as_number(factor.exponent).is_some()
        };
        let radicals: SmallVec<[usize; 4]> = (0..list.len()).filter(|&at| is_radical(self, &list[at])).collect();
        for i in 0..radicals.len() {
            for j in i + 1..radicals.len() {
                let (first, second) = (list[radicals[i]], list[radicals[j]]);
                let (Some(x), Some(y)) = (self.pool.as_number(first.exponent), self.pool.as_number(second.exponent)) else { continue };
                if x.abs() != y.abs() {
                    continue;
                }
                let other = if x == y { second.base } else { self.pool.recip(second.base) };
                let base = self.pool.mul(&[first.base, other]);
                let joined = self.pow(base, first.exponent);
                let (i, j) = (radicals[i], radicals[j]);
                list.remove(i.max(j));
                list.remove(i.min(j));
                again.push(joined);
                return;
            }
        }
    }
}
