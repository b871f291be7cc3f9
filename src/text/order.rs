//! In which order a person writes the factors of a product and the terms of a sum.
//! Deliberately never looks at a handle: the same expression prints the same in every pool.
//! Read next: `print.rs`, which writes them.

use crate::expr::{Expr, Head, Node, Pool, Symbol};
use crate::function::Function;
use crate::number::Number;
use crate::view::{self, Exponent, Factor};
use crate::walk::Memo;
use crate::walk::each_child;
use std::cmp::Ordering;

pub(crate) const EXP: Function = Function::named("exp", 1);
/// `pi`, `e`, `eulergamma`, `I`
const CONSTANTS: [Function; 4] = [Function::named("pi", 0), EXP, Function::named("eulergamma", 0), Function::named("I", 0)];

/// Where a factor stands in a product.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Place {
    /// `sqrt(2)`
    Number,
    /// `pi`, `e`, `I`
    Constant,
    /// `x`, `x^3`, `x^y`
    Symbol,
    /// `sqrt(x)`, `(2*x + 2)`
    Sum,
    /// `2^x`
    Exponential,
    /// `sin(x)`
    Call,
}

/// A factor and its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed {
    pub(crate) factor: Factor,
    pub(crate) place: Place,
}

/// A term seen as a quotient whose factors, in order, stand in [`Order::factors`].
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) coefficient: Number,
    pub(crate) start: u32,
    pub(crate) middle: u32,
    pub(crate) end: u32,
    /// 0 with symbols, 1 without, 2 a number.
    kind: u8,
    /// The last place of its factors.
    place: Place,
    degree: f32,
    pub(crate) expr: Expr,
}

impl Term {
    /// Whether it is, sign aside, one factor above and nothing else.
    pub(crate) fn is_one_factor(&self) -> bool {
        self.middle - self.start == 1 && self.end == self.middle && self.coefficient.abs().is_one()
    }
}

/// Puts in order; remembers what it has found out about expressions.
pub(crate) struct Order<'a> {
    ranker: Ranker<'a>,
    pub(crate) factors: Vec<Placed>,
    pub(crate) names: Option<&'a Memo<u32>>,
    /// Has a name, but is being written out.
    pub(crate) root: Expr,
}

impl<'a> Order<'a> {
    pub(crate) fn new(pool: &'a Pool) -> Order<'a> {
        Order { ranker: Ranker { pool, memo: Memo::new(), pending: Vec::new() }, factors: Vec::new(), names: None, root: Expr::ZERO }
    }

    /// The name that is written in the place of an expression.
    #[inline]
    pub(crate) fn name(&self, e: Expr) -> Option<u32> {
        self.names.and_then(|names| if e == self.root { None } else { names.get(e) })
    }

    /// A term with its factors in order.
    pub(crate) fn term(&mut self, e: Expr) -> Term {
        let (pool, start) = (self.ranker.pool, self.factors.len());
        let mut below: smallvec::SmallVec<[Placed; 4]> = smallvec::SmallVec::new();
        let (names, root, factors) = (self.names, self.root, &mut self.factors);
        let whole = |e: Expr| names.is_some_and(|names| e != root && names.get(e).is_some());
        let mut last = Place::Number;
        let coefficient = view::split(pool, e, whole, |factor, is_below| {
            let place = place(pool, factor);
            last = last.max(place);
            let placed = Placed { factor, place };
            if is_below { below.push(placed) } else { factors.push(placed) }
        });
        let middle = factors.len();
        factors.extend(below);
        let mut degree = 0.0;
        for (at, placed) in factors[start..].iter().enumerate() {
            if placed.place >= Place::Symbol {
                let part = self.ranker.degree(placed.factor);
                degree += if start + at < middle { part } else { -part };
            }
        }
        let ranker = &mut self.ranker;
        for range in [start..middle, middle..factors.len()] {
            if range.len() > 1 {
                factors[range].sort_by(|a, b| ranker.factors(*a, *b));
            }
        }
        let kind = if pool.has_symbols(e) {
            0
        } else if factors.len() > start {
            1
        } else {
            2
        };
        let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Term { coefficient, start: index(start), middle: index(middle), end: index(factors.len()), kind, place: last, degree, expr: e }
    }

    /// The terms of a sum in order, the first one positive if any is.
    pub(crate) fn sum(&mut self, e: Expr, into: &mut Vec<Term>) {
        let at = into.len();
        let (names, root) = (self.names, self.root);
        for term in view::terms(self.ranker.pool, e, |e| names.is_some_and(|names| e != root && names.get(e).is_some())) {
            let term = self.term(term);
            into.push(term);
        }
        let (ranker, factors) = (&mut self.ranker, &self.factors);
        let terms = &mut into[at..];
        terms.sort_by(|a, b| ranker.terms(factors, a, b));
        if terms.first().is_some_and(|term| term.coefficient.is_negative())
            && let Some(positive) = terms.iter().position(|term| !term.coefficient.is_negative())
        {
            if terms.last().is_some_and(|term| !term.coefficient.is_negative()) {
                terms.reverse();
            } else {
                terms[..=positive].rotate_right(1);
            }
        }
    }
}

fn place(pool: &Pool, factor: Factor) -> Place {
    let varies = || factor.exponent.expr().is_some_and(|e| pool.has_symbols(e));
    match pool.node(factor.base) {
        Node::Number(_) => {
            if varies() {
                Place::Exponential
            } else {
                Place::Number
            }
        }
        Node::Symbol(_) => {
            if factor.exponent.small(pool) == Some((1, 2)) {
                Place::Sum
            } else {
                Place::Symbol
            }
        }
        Node::Call(head, args) if args.is_empty() || is_e(head, args) => {
            if varies() {
                Place::Exponential
            } else {
                Place::Constant
            }
        }
        Node::Call(..) => Place::Call,
        Node::Add(_) | Node::Mul(_) | Node::Pow(..) => Place::Sum,
    }
}

fn constant(head: Head) -> Option<usize> {
    CONSTANTS.iter().position(|&f| head == Head::Function(f))
}

/// Whether a call is `exp(1)`, Euler's number.
pub(crate) fn is_e(head: Head, args: &[Expr]) -> bool {
    head == Head::Function(EXP) && args[0] == Expr::ONE
}

/// By letters in any case, then by numbers at the end (`x2` before `x10`), then capitals first.
fn names(a: &str, b: &str) -> Ordering {
    if let ([p], [q]) = (a.as_bytes(), b.as_bytes()) {
        return p.to_ascii_lowercase().cmp(&q.to_ascii_lowercase()).then(p.cmp(q));
    }
    let letters = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let ((p, m), (q, n)) = (a.split_at(letters(a)), b.split_at(letters(b)));
    let lower = |text: &str| -> Ordering { p.bytes().map(|c| c.to_ascii_lowercase()).cmp(text.bytes().map(|c| c.to_ascii_lowercase())) };
    let (i, j) = (m.trim_start_matches('0'), n.trim_start_matches('0'));
    lower(q).then(i.len().cmp(&j.len())).then(i.cmp(j)).then(a.cmp(b))
}

/// What is known of an expression, for ordering.
#[derive(Clone, Copy)]
struct Info {
    /// Total degree in the symbols; of a sum the highest.
    degree: f32,
    size: u32,
    /// The symbol whose name comes first; `NOBODY` if there is none.
    lead: u32,
}

const NOBODY: u32 = u32::MAX;

struct Ranker<'a> {
    pool: &'a Pool,
    memo: Memo<Info>,
    pending: Vec<Expr>,
}

impl Ranker<'_> {
    fn known(&self, e: Expr) -> Option<Info> {
        match self.pool.node(e) {
            Node::Number(_) => Some(Info { degree: 0.0, size: 1, lead: NOBODY }),
            Node::Symbol(symbol) => Some(Info { degree: 1.0, size: 1, lead: symbol.0 }),
            _ => self.memo.get(e),
        }
    }

    fn info(&mut self, e: Expr) -> Info {
        if let Some(info) = self.known(e) {
            return info;
        }
        let pool = self.pool;
        let mut result = Info { degree: 0.0, size: 0, lead: NOBODY };
        self.pending.push(e);
        while let Some(&e) = self.pending.last() {
            if let Some(info) = self.known(e) {
                result = info;
                self.pending.pop();
                continue;
            }
            let before = self.pending.len();
            let mut total = Info { degree: 0.0, size: 1, lead: NOBODY };
            let (mut sum, mut most) = (0.0, f32::NEG_INFINITY);
            each_child(pool, e, |part| match self.known(part) {
                None => self.pending.push(part),
                Some(info) => {
                    total.size = total.size.saturating_add(info.size);
                    if self.leads(info.lead, total.lead).is_lt() {
                        total.lead = info.lead;
                    }
                    sum += info.degree;
                    most = most.max(info.degree);
                }
            });
            if self.pending.len() > before {
                continue;
            }
            total.degree = match pool.node(e) {
                Node::Add(_) => most,
                Node::Mul(_) => sum,
                Node::Pow(base, exponent) => self.power_degree(base, Exponent::Is(exponent)),
                _ => 0.0,
            };
            self.memo.set(e, total);
            result = total;
            self.pending.pop();
        }
        result
    }

    /// The parts are known.
    fn power_degree(&self, base: Expr, exponent: Exponent) -> f32 {
        let degree = self.known(base).map_or(0.0, |info| info.degree);
        match exponent.small(self.pool) {
            Some((n, d)) => degree * (n as f32 / d as f32) + 0.0, // no negative zero
            None if exponent.number(self.pool).is_some_and(|n| n.is_positive()) => degree * 1e9,
            None => 0.0,
        }
    }

    fn degree(&mut self, factor: Factor) -> f32 {
        match self.pool.node(factor.base) {
            Node::Number(_) | Node::Call(..) => return 0.0,
            Node::Symbol(_) => {}
            _ => {
                self.info(factor.base);
            }
        }
        self.power_degree(factor.base, factor.exponent)
    }

    fn leads(&self, a: u32, b: u32) -> Ordering {
        if a == b || a == NOBODY || b == NOBODY {
            return a.cmp(&b);
        }
        names(self.pool.symbol_key(Symbol(a)), self.pool.symbol_key(Symbol(b)))
    }

    /// `exp` before all others, then by name.
    fn heads(&self, a: Head, b: Head) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        let parts = |head: Head| -> (bool, &str, &[u8]) {
            let (of, slots) = match head {
                Head::Slope(id) => (self.pool.slope_head(id).of, self.pool.slope_head(id).slots.as_slice()),
                _ => (head, &[][..]),
            };
            match of {
                Head::Function(f) => (f != EXP, f.row().name, slots),
                Head::Unknown(id) | Head::Slope(id) => (true, self.pool.unknown_name(id), slots),
            }
        };
        let ((not_exp, name, slots), (not_exp2, name2, slots2)) = (parts(a), parts(b));
        not_exp.cmp(&not_exp2).then_with(|| names(name, name2)).then_with(|| slots.cmp(slots2))
    }

    /// Two expressions: higher degree first, then by the first name, then smaller first, then part by part. Where two
    /// parts differ their order decides, so this goes down one path only.
    fn expressions(&mut self, mut a: Expr, mut b: Expr) -> Ordering {
        while a != b {
            let (i, j) = (self.info(a), self.info(b));
            let order = j.degree.total_cmp(&i.degree).then_with(|| self.leads(i.lead, j.lead)).then(i.size.cmp(&j.size));
            if order.is_ne() {
                return order;
            }
            let rank = |node: &Node<'_>| match node {
                Node::Number(_) => 0,
                Node::Symbol(_) => 1,
                Node::Pow(..) => 2,
                Node::Mul(_) => 3,
                Node::Add(_) => 4,
                Node::Call(..) => 5,
            };
            let differ = |p: &[Expr], q: &[Expr]| p.iter().zip(q).find(|(p, q)| p != q).map(|(&p, &q)| (p, q));
            let (p, q) = (self.pool.node(a), self.pool.node(b));
            let next = match (p, q) {
                (Node::Number(m), Node::Number(n)) => return m.cmp(n),
                (Node::Pow(p, m), Node::Pow(q, n)) => Some(if p == q { (m, n) } else { (p, q) }),
                (Node::Mul(p), Node::Mul(q)) | (Node::Add(p), Node::Add(q)) if p.len() == q.len() => differ(p, q),
                (Node::Call(f, p), Node::Call(g, q)) if f == g && p.len() == q.len() => differ(p, q),
                (Node::Call(f, _), Node::Call(g, _)) if self.heads(f, g).is_ne() => return self.heads(f, g),
                _ => None,
            };
            match next {
                Some(next) => (a, b) = next,
                None => {
                    let lens = self.pool.children(a).len().cmp(&self.pool.children(b).len());
                    return rank(&p).cmp(&rank(&q)).then(lens).then(self.pool.hash(a).cmp(&self.pool.hash(b)));
                }
            }
        }
        Ordering::Equal
    }

    /// Higher powers first; numbers before other exponents.
    fn exponents(&mut self, a: Exponent, b: Exponent) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        match (a.number(self.pool), b.number(self.pool)) {
            (Some(m), Some(n)) => n.cmp(&m),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => match (a.expr(), b.expr()) {
                (Some(p), Some(q)) if p != q => self.expressions(p, q),
                _ => matches!(a, Exponent::Negated(_)).cmp(&matches!(b, Exponent::Negated(_))),
            },
        }
    }

    fn factors(&mut self, a: Placed, b: Placed) -> Ordering {
        let (p, q) = (a.factor.base, b.factor.base);
        let mut order = a.place.cmp(&b.place);
        if order.is_eq() && p != q {
            order = match (self.pool.node(p), self.pool.node(q)) {
                (Node::Symbol(p), Node::Symbol(q)) => self.leads(p.0, q.0),
                (Node::Number(m), Node::Number(n)) => m.cmp(n),
                (Node::Call(f, _), Node::Call(g, _)) if a.place == Place::Constant => constant(f).cmp(&constant(g)),
                (Node::Call(f, p), Node::Call(g, q)) => self.heads(f, g).then_with(|| {
                    let first = p.iter().zip(q).find(|(p, q)| p != q);
                    first.map_or(p.len().cmp(&q.len()), |(&p, &q)| self.expressions(p, q))
                }),
                _ => self.expressions(p, q),
            };
        }
        order.then_with(|| self.exponents(a.factor.exponent, b.factor.exponent))
    }

    fn lists(&mut self, a: &[Placed], b: &[Placed]) -> Ordering {
        a.iter().zip(b).map(|(&a, &b)| self.factors(a, b)).find(|order| order.is_ne()).unwrap_or(a.len().cmp(&b.len()))
    }

    fn terms(&mut self, factors: &[Placed], a: &Term, b: &Term) -> Ordering {
        let group = |place: Place| place.max(Place::Symbol);
        let order = a.kind.cmp(&b.kind).then(b.degree.total_cmp(&a.degree)).then(group(a.place).cmp(&group(b.place)));
        if order.is_ne() {
            return order;
        }
        let parts = |term: &Term| {
            let above = &factors[term.start as usize..term.middle as usize];
            let constants = above.iter().take_while(|placed| placed.place < Place::Symbol).count();
            (&above[constants..], &factors[term.middle as usize..term.end as usize], &above[..constants])
        };
        let (p, q) = (parts(a), parts(b));
        self.lists(p.0, q.0)
            .then_with(|| self.lists(p.1, q.1))
            .then_with(|| self.lists(p.2, q.2))
            .then_with(|| b.coefficient.cmp(&a.coefficient))
            .then_with(|| self.pool.hash(a.expr).cmp(&self.pool.hash(b.expr)))
    }
}
