//! How does a reader see a node: as a sum, a product, a quotient, a power, ..., and which parts does the rule then need?
//! Deliberately derives nothing by itself: every derivative is `diff.rs`'s, put together from those of the parts; only the
//! quotient, which the pool does not have, is a formula here.
//! Read next: `trace.rs` (steps), `slips.rs` (the same views with a mistake in one of them).

use crate::diff::{Constructors, derive_node, derive_product};
use crate::error::Result;
use crate::expr::{Args, Expr, Head, Node, Pool, Symbol};
use crate::function::Function;
use crate::number::Number;
use crate::simplify::{Engine, known};
use crate::template::{Maker, Template};
use crate::text::{Order, Placed};
use crate::view::{self, Exponent};
use crate::walk::{Memo, reachable_where};

/// A node as a reader sees it. Parts stand in the order in which they are written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Seen {
    /// Does not depend on the variable.
    Constant,
    /// The variable.
    Variable,
    /// `a + b + ..`
    Sum(Args),
    /// A constant and what it multiplies.
    Scaled(Expr, Expr),
    /// At least two factors, all of which depend on the variable.
    Product(Args),
    /// A numerator, which may be constant, over a denominator, which is not.
    Quotient(Expr, Expr),
    /// `u^n` with a constant exponent.
    Power(Expr, Expr),
    /// `b^u` with a constant base.
    Exponential(Expr, Expr),
    /// `u^v`, both depending on the variable.
    General(Expr, Expr),
    /// A function of its arguments.
    Call(Head, Args),
}

impl Seen {
    /// The parts whose derivatives the rule asks for.
    pub(crate) fn parts(&self) -> Args {
        match self {
            Seen::Constant | Seen::Variable => Args::new(),
            Seen::Sum(parts) | Seen::Product(parts) | Seen::Call(_, parts) => parts.clone(),
            Seen::Scaled(_, u) | Seen::Power(u, _) | Seen::Exponential(_, u) => Args::from_slice(&[*u]),
            Seen::Quotient(a, b) | Seen::General(a, b) => Args::from_slice(&[*a, *b]),
        }
    }

    /// Outer function and inner function: what is inside, for a node that is a function of one part.
    pub(crate) fn inner(&self, pool: &Pool, by: Symbol) -> Option<Expr> {
        match self {
            Seen::Power(u, _) | Seen::Exponential(_, u) => Some(*u),
            Seen::Call(_, args) => {
                let mut moving = args.iter().filter(|&&arg| pool.may_contain(arg, by));
                moving.next().copied().filter(|_| moving.next().is_none())
            }
            _ => None,
        }
    }
}

impl Seen {
    /// The same function of another inner part.
    pub(crate) fn with_inner(&self, inner: Expr, other: Expr) -> Seen {
        match self {
            Seen::Power(_, n) => Seen::Power(other, *n),
            Seen::Exponential(b, _) => Seen::Exponential(*b, other),
            Seen::Call(head, args) => Seen::Call(*head, args.iter().map(|&arg| if arg == inner { other } else { arg }).collect()),
            seen => seen.clone(),
        }
    }

    /// The node that is seen so.
    pub(crate) fn node(&self, pool: &mut Pool) -> Expr {
        match self {
            Seen::Constant | Seen::Variable => Expr::ZERO,
            Seen::Sum(terms) => pool.add(terms),
            Seen::Scaled(constant, rest) => pool.mul(&[*constant, *rest]),
            Seen::Product(factors) => pool.mul(factors),
            Seen::Quotient(above, below) => pool.div(*above, *below),
            Seen::Power(a, b) | Seen::Exponential(a, b) | Seen::General(a, b) => pool.pow(*a, *b),
            Seen::Call(head, args) => pool.call(*head, args),
        }
    }
}

/// Whether an expression is this symbol.
pub(crate) fn is_symbol(pool: &Pool, e: Expr, by: Symbol) -> bool {
    matches!(pool.node(e), Node::Symbol(symbol) if symbol == by)
}

/// The view that a textbook takes of a node.
pub(crate) fn see(pool: &mut Pool, e: Expr, by: Symbol) -> Seen {
    if !pool.may_contain(e, by) {
        return Seen::Constant;
    }
    match pool.node(e) {
        Node::Number(_) => Seen::Constant,
        Node::Symbol(symbol) if symbol == by => Seen::Variable,
        Node::Symbol(_) => Seen::Constant,
        Node::Add(_) => {
            let mut terms = Vec::new();
            Order::new(pool).sum(e, &mut terms);
            Seen::Sum(terms.into_iter().map(|term| term.expr).collect())
        }
        Node::Mul(_) => see_term(pool, e, by),
        Node::Pow(base, exponent) => match (pool.may_contain(base, by), pool.may_contain(exponent, by)) {
            (true, true) => Seen::General(base, exponent),
            (false, _) => Seen::Exponential(base, exponent),
            (true, false) if exponent == Expr::MINUS_ONE && !is_symbol(pool, base, by) => Seen::Quotient(Expr::ONE, base),
            (true, false) => Seen::Power(base, exponent),
        },
        Node::Call(head, args) => Seen::Call(head, Args::from_slice(args)),
    }
}

/// Other views of the same node that a reader may take: `x^-4` as `1/x^4`, `u/v` as `u*v^-1`.
pub(crate) fn other_views(pool: &mut Pool, e: Expr, seen: &Seen, by: Symbol) -> Vec<Seen> {
    let mut views = Vec::new();
    match *seen {
        Seen::Power(u, n) if view::is_negative(pool, n) => {
            let n = pool.neg(n);
            let below = pool.pow(u, n);
            views.push(Seen::Quotient(Expr::ONE, below));
        }
        Seen::Quotient(above, below) => {
            if !pool.may_contain(above, by) {
                views.push(Seen::Power(below, Expr::MINUS_ONE));
            } else {
                let (_, factors, below) = factors_of(pool, e, by);
                let mut all = factors;
                for factor in below {
                    let inverse = pool.recip(factor);
                    all.push(inverse);
                }
                views.push(Seen::Product(all));
            }
        }
        // A constant may belong to any factor, to the numerator or the denominator: that is how it was written.
        Seen::Scaled(constant, rest) => match see(pool, rest, by) {
            Seen::Product(factors) => {
                for at in 0..factors.len() {
                    let mut factors = factors.clone();
                    if let Some(factor) = factors.get_mut(at) {
                        *factor = pool.mul(&[constant, *factor]);
                        views.push(Seen::Product(factors));
                    }
                }
            }
            Seen::Quotient(above, below) => views.extend(scaled_quotients(pool, constant, above, below)),
            Seen::Power(u, n) if view::is_negative(pool, n) => {
                let n = pool.neg(n);
                let below = pool.pow(u, n);
                views.extend(scaled_quotients(pool, constant, Expr::ONE, below));
            }
            _ => {}
        },
        _ => {}
    }
    views
}

fn scaled_quotients(pool: &mut Pool, constant: Expr, above: Expr, below: Expr) -> Vec<Seen> {
    let over = pool.mul(&[constant, above]);
    let mut views = vec![Seen::Quotient(over, below)];
    let divisor = pool.recip(constant);
    let under = pool.mul(&[divisor, below]);
    views.push(Seen::Quotient(above, under));
    if let Some(n) = pool.as_number(constant).cloned()
        && !n.is_integer()
        && !n.numerator().is_one()
    {
        let (top, bottom) = (pool.number(n.numerator()), pool.number(n.denominator()));
        let (over, under) = (pool.mul(&[top, above]), pool.mul(&[bottom, below]));
        views.push(Seen::Quotient(over, under));
    }
    views
}

/// The constant, the moving factors above, the moving factors below.
fn factors_of(pool: &mut Pool, e: Expr, by: Symbol) -> (Expr, Args, Args) {
    let (coefficient, above, below): (Number, Vec<Placed>, Vec<Placed>) = {
        let mut order = Order::new(pool);
        let term = order.term(e);
        let (start, middle, end) = (term.start as usize, term.middle as usize, term.end as usize);
        let piece = |range: std::ops::Range<usize>| order.factors.get(range).unwrap_or_default().to_vec();
        (term.coefficient.clone(), piece(start..middle), piece(middle..end))
    };
    let power = |pool: &mut Pool, placed: &Placed| match placed.factor.exponent {
        Exponent::One => placed.factor.base,
        Exponent::Is(exponent) => pool.pow(placed.factor.base, exponent),
        Exponent::Negated(exponent) => {
            let exponent = pool.neg(exponent);
            pool.pow(placed.factor.base, exponent)
        }
    };
    let mut constants = Args::new();
    constants.push(pool.number(coefficient));
    let (mut over, mut under) = (Args::new(), Args::new());
    for placed in &above {
        let factor = power(pool, placed);
        if pool.may_contain(factor, by) { over.push(factor) } else { constants.push(factor) }
    }
    for placed in &below {
        let factor = power(pool, placed);
        if pool.may_contain(factor, by) {
            under.push(factor);
        } else {
            let inverse = pool.recip(factor);
            constants.push(inverse);
        }
    }
    (pool.mul(&constants), over, under)
}

fn see_term(pool: &mut Pool, e: Expr, by: Symbol) -> Seen {
    let (constant, above, below) = factors_of(pool, e, by);
    let over = pool.mul(&above);
    if constant != Expr::ONE {
        let mut all = above;
        for &factor in &below {
            let inverse = pool.recip(factor);
            all.push(inverse);
        }
        let rest = pool.mul(&all);
        return Seen::Scaled(constant, rest);
    }
    match (above.as_slice(), below.as_slice()) {
        ([], []) => Seen::Constant,
        ([], &[only]) => {
            let e = pool.recip(only);
            if matches!(pool.node(e), Node::Mul(_)) { Seen::Quotient(over, only) } else { see(pool, e, by) }
        }
        (&[only], []) => see_factor(pool, only, by),
        (_, []) => Seen::Product(above),
        _ => {
            let under = pool.mul(&below);
            Seen::Quotient(over, under)
        }
    }
}

/// A single factor is no product, so there is no way back to `see_term`.
fn see_factor(pool: &mut Pool, e: Expr, by: Symbol) -> Seen {
    match pool.node(e) {
        Node::Mul(factors) => Seen::Product(Args::from_slice(factors)),
        _ => see(pool, e, by),
    }
}

/// Plain constructors: what a rule has done is left as it is. Only slopes that are no factor (`abs`) are collected.
pub(crate) struct Plain<'e, 'p>(pub(crate) &'e mut Engine<'p>);

impl Maker for Plain<'_, '_> {
    fn number(&mut self, n: &Number) -> Expr {
        self.0.pool.number(n.clone())
    }
    fn add(&mut self, terms: &[Expr]) -> Expr {
        self.0.pool.add(terms)
    }
    fn mul(&mut self, factors: &[Expr]) -> Expr {
        self.0.pool.mul(factors)
    }
    fn pow(&mut self, base: Expr, exponent: Expr) -> Expr {
        self.0.pool.pow(base, exponent)
    }
    fn function(&mut self, function: Function, args: &[Expr]) -> Expr {
        self.0.pool.apply(function, args)
    }
    fn slope(&mut self, function: Function, slots: &[u8], args: &[Expr]) -> Expr {
        Maker::slope(self.0.pool, function, slots, args)
    }
}

impl Constructors for Plain<'_, '_> {
    fn pool(&mut self) -> &mut Pool {
        self.0.pool
    }
    fn call(&mut self, head: Head, args: &[Expr]) -> Expr {
        self.0.pool.call(head, args)
    }
    fn whole(&mut self, contribution: &Template, args: &[Expr]) -> Expr {
        contribution.instantiate(self.0, args)
    }
}

/// The derivative of a node under a view, given the derivatives of the view's parts.
pub(crate) fn derive(engine: &mut Engine<'_>, seen: &Seen, d: &dyn Fn(Expr) -> Expr) -> Result<Expr> {
    let mut maker = Plain(engine);
    Ok(match seen {
        Seen::Constant => Expr::ZERO,
        Seen::Variable => Expr::ONE,
        Seen::Sum(terms) => {
            let slopes: Args = terms.iter().map(|&term| d(term)).collect();
            maker.add(&slopes)
        }
        Seen::Scaled(constant, rest) => {
            let (constant, rest) = (*constant, *rest);
            derive_product(&mut maker, &[constant, rest], &|part| if part == rest { d(part) } else { Expr::ZERO })
        }
        Seen::Product(factors) => derive_product(&mut maker, factors, d),
        Seen::Quotient(above, below) => quotient(maker.0.pool, *above, *below, d(*above), d(*below)),
        Seen::Power(base, exponent) | Seen::Exponential(base, exponent) | Seen::General(base, exponent) => {
            let power = maker.pool().pow(*base, *exponent);
            derive_node(&mut maker, power, d)?
        }
        Seen::Call(head, args) => {
            let call = maker.call(*head, args);
            derive_node(&mut maker, call, d)?
        }
    })
}

/// `(f/g)' = (f'*g - f*g')/g^2`, and `(c/g)' = -c*g'/g^2`
fn quotient(pool: &mut Pool, f: Expr, g: Expr, df: Expr, dg: Expr) -> Expr {
    let fall = pool.mul(&[f, dg]);
    let fall = pool.neg(fall);
    let rise = pool.mul(&[df, g]);
    let above = pool.add(&[rise, fall]);
    let square = pool.pow(g, Expr::TWO);
    pool.div(above, square)
}

/// The whole derivative of an expression as the rules give it, nothing collected.
pub(crate) fn plain_derivative(engine: &mut Engine<'_>, root: Expr, by: Symbol) -> Result<Expr> {
    let mut memo: Memo<Expr> = Memo::new();
    for e in reachable_where(engine.pool, &[root], |e| engine.pool.may_contain(e, by)) {
        engine.pool.check()?;
        let slope = if is_symbol(engine.pool, e, by) {
            Expr::ONE
        } else {
            derive_node(&mut Plain(engine), e, &|part| memo.get(part).unwrap_or(Expr::ZERO))?
        };
        memo.set(e, slope);
    }
    engine.pool.check()?;
    Ok(memo.get(root).unwrap_or(Expr::ZERO))
}

/// `D(u, x)`
pub(crate) fn pending(pool: &mut Pool, u: Expr, by: Symbol) -> Expr {
    let x = pool.symbol_expr(by);
    pool.apply(known::D, &[u, x])
}
