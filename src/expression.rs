//! The easy face: owned expressions with operators, without a pool to carry.
//! Deliberately does no mathematics: each verb loads the expression into a fresh pool, works there and freezes the result.
//! Read next: `expr.rs` (the pool below), `diff.rs`.

use crate::budget::Budget;
use crate::equal::{Verdict, equal};
use crate::error::{Error, Kind, Result};
use crate::expr::{Expr, Head, Node, Pool, SlopeHead, Symbol};
use crate::form::Form;
use crate::function::Function;
use crate::matrix::Value;
use crate::number::Number;
use crate::phrase;
use crate::simplify::Engine;
use crate::walk::{Memo, each_child, reachable};
use crate::{diff, eval, gradient, simplify, text};
use smallvec::{SmallVec, smallvec};
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::str::FromStr;
use std::sync::Arc;

/// An expression that owns itself: cheap to clone, `Send + Sync`, with operators that share their operands.
///
/// ```
/// use symdiff::Expression;
/// let x = Expression::symbol("x");
/// let f = (x.clone() * x.clone() + 1).exp();
/// assert_eq!(f.diff("x")?.to_string(), "2*x*exp(x^2 + 1)");
/// # Ok::<(), symdiff::Error>(())
/// ```
#[derive(Clone)]
pub struct Expression(Arc<Owned>);

#[derive(Debug)]
enum Owned {
    Number(Number),
    /// `shown` where that is not the key.
    Symbol {
        key: Box<str>,
        shown: Option<Box<str>>,
    },
    Add(Parts),
    Mul(Parts),
    /// Base and exponent.
    Pow(Parts),
    Call(OwnedHead, Parts),
}

/// Most nodes have one or two parts, which need no memory of their own.
type Parts = SmallVec<[Expression; 2]>;

#[derive(Debug, Clone, PartialEq)]
enum OwnedHead {
    Function(Function),
    Other(Box<OtherHead>),
}

/// Heads that are rare; elsewhere they would make every node larger.
#[derive(Debug, Clone, PartialEq)]
enum OtherHead {
    Unknown(Box<str>),
    Slope(OwnedHead, Vec<u8>),
}

/// Drops deep graphs without recursion: parts that nobody else holds are taken out into a list first.
impl Drop for Expression {
    fn drop(&mut self) {
        let mut pending: Vec<Expression> = Vec::new();
        self.take_parts(&mut pending);
        while let Some(mut next) = pending.pop() {
            next.take_parts(&mut pending);
        }
    }
}

impl Owned {
    fn parts(&self) -> &[Expression] {
        match self {
            Owned::Number(_) | Owned::Symbol { .. } => &[],
            Owned::Add(parts) | Owned::Mul(parts) | Owned::Pow(parts) | Owned::Call(_, parts) => parts,
        }
    }
}

impl Expression {
    fn new(owned: Owned) -> Expression {
        Expression(Arc::new(owned))
    }

    /// Takes the parts out, unless somebody else holds them too.
    fn take_parts(&mut self, into: &mut Vec<Expression>) {
        // A look at the count is cheaper than `get_mut`, and mostly enough.
        if Arc::strong_count(&self.0) > 1 {
            return;
        }
        if let Some(Owned::Add(parts) | Owned::Mul(parts) | Owned::Pow(parts) | Owned::Call(_, parts)) = Arc::get_mut(&mut self.0) {
            into.extend(parts.drain(..));
        }
    }

    /// An exact number.
    #[must_use]
    pub fn number(value: impl Into<Number>) -> Expression {
        Expression::new(Owned::Number(value.into()))
    }

    /// The symbol of this name; `theta`, `θ` and `\theta` are one symbol.
    #[must_use]
    pub fn symbol(name: &str) -> Expression {
        let (key, shown) = (text::canonical_symbol(name), text::shown_symbol(name));
        Expression::new(Owned::Symbol { shown: (shown != key).then(|| shown.into()), key: key.into() })
    }

    /// A call of a function of TABLE 1 by name, as `symdiff help` lists them.
    ///
    /// # Errors
    /// Kind `name` if there is no such function with so many arguments.
    ///
    /// ```
    /// use symdiff::Expression;
    /// let x = Expression::symbol("x");
    /// assert_eq!(Expression::call("erf", &[x])?.to_string(), "erf(x)");
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn call(name: &str, args: &[Expression]) -> Result<Expression> {
        let function = Function::find(name, args.len())
            .filter(|f| f.row().reads_as.is_none())
            .ok_or_else(|| Error::new(Kind::Name, phrase!("there is no function `{name}` of {args} arguments", name, args = args.len())))?;
        Ok(Expression::new(Owned::Call(OwnedHead::Function(function), args.into())))
    }

    fn apply(&self, function: Function) -> Expression {
        Expression::new(Owned::Call(OwnedHead::Function(function), smallvec![self.clone()]))
    }

    /// exp of it.
    #[must_use]
    pub fn exp(&self) -> Expression {
        self.apply(const { Function::named("exp", 1) })
    }

    /// Its natural logarithm.
    #[must_use]
    pub fn log(&self) -> Expression {
        self.apply(const { Function::named("log", 1) })
    }

    /// Its sine.
    #[must_use]
    pub fn sin(&self) -> Expression {
        self.apply(const { Function::named("sin", 1) })
    }

    /// Its cosine.
    #[must_use]
    pub fn cos(&self) -> Expression {
        self.apply(const { Function::named("cos", 1) })
    }

    /// Its square root.
    #[must_use]
    pub fn sqrt(&self) -> Expression {
        self.pow(Expression::number(Number::HALF))
    }

    /// It to a power.
    #[must_use]
    pub fn pow(&self, exponent: impl Into<Expression>) -> Expression {
        Expression::new(Owned::Pow(smallvec![self.clone(), exponent.into()]))
    }

    /// The sum of many, gathered once.
    ///
    /// ```
    /// use symdiff::Expression;
    /// let total = Expression::sum(["x", "y", "z"].map(Expression::symbol));
    /// assert_eq!(total.to_string(), "x + y + z");
    /// ```
    #[must_use]
    pub fn sum(terms: impl IntoIterator<Item = Expression>) -> Expression {
        Expression::new(Owned::Add(terms.into_iter().collect()))
    }

    /// The product of many, gathered once.
    #[must_use]
    pub fn product(factors: impl IntoIterator<Item = Expression>) -> Expression {
        Expression::new(Owned::Mul(factors.into_iter().collect()))
    }

    /// The derivative by a symbol, like terms together and common factors in front ([`Form::Collected`]), in time linear in the graph.
    /// [`Expression::simplify`] looks for its shortest form, which can take a thousand times as long.
    ///
    /// # Errors
    /// Kind `derivative` where there is none, `limit` when the default [`Budget`] ends.
    ///
    /// ```
    /// let f: symdiff::Expression = "x^3*y".parse()?;
    /// assert_eq!(f.diff("x")?.to_string(), "3*x^2*y");
    /// let f: symdiff::Expression = "log(x + sqrt(x^2 + 1))".parse()?;
    /// assert_eq!(f.diff("x")?.simplify()?.to_string(), "1/sqrt(x^2 + 1)");
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn diff(&self, by: &str) -> Result<Expression> {
        self.diff_all(&[by])
    }

    /// The derivative by several symbols in turn: `["x", "x"]` is the second one.
    ///
    /// # Errors
    /// As [`Expression::diff`].
    pub fn diff_all(&self, by: &[&str]) -> Result<Expression> {
        let (mut pool, e) = deriving(&[self]);
        let by = named(&mut pool, by);
        let derived = diff::diff(&mut pool, &Value::Scalar(e[0]), &by)?;
        Ok(freeze(&pool, derived.entries()).swap_remove(0))
    }

    /// The derivatives by each symbol, by one reverse sweep, in the form of [`Expression::diff`].
    ///
    /// # Errors
    /// As [`Expression::diff`].
    ///
    /// ```
    /// let f: symdiff::Expression = "x*y + sin(y)".parse()?;
    /// let texts: Vec<String> = f.gradient(&["x", "y"])?.iter().map(|g| g.to_string()).collect();
    /// assert_eq!(texts, ["y", "x + cos(y)"]);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn gradient(&self, by: &[&str]) -> Result<Vec<Expression>> {
        let (mut pool, e) = deriving(&[self]);
        let by = named(&mut pool, by);
        let partials = gradient::gradient(&mut pool, e[0], &by)?;
        Ok(freeze(&pool, &partials))
    }

    /// The matrix of second derivatives, row by row, in the form of [`Expression::diff`].
    ///
    /// # Errors
    /// As [`Expression::diff`].
    pub fn hessian(&self, by: &[&str]) -> Result<Vec<Vec<Expression>>> {
        let (mut pool, e) = deriving(&[self]);
        let by = named(&mut pool, by);
        let matrix = gradient::hessian(&mut pool, e[0], &by)?;
        let entries = freeze(&pool, &matrix.entries);
        Ok(entries.chunks(matrix.columns.max(1)).map(<[_]>::to_vec).collect())
    }

    /// In the shortest form that is found ([`Form::Auto`]): the same value wherever it is defined.
    ///
    /// # Errors
    /// Kind `limit` when the default [`Budget`] ends.
    pub fn simplify(&self) -> Result<Expression> {
        self.with_pool(|pool, e| {
            let e = diff::carry_out(&mut Engine::new(pool), e)?;
            simplify::simplify(pool, e)
        })
    }

    /// The expression with symbols replaced, all at once.
    ///
    /// # Errors
    /// Kind `limit` when the default [`Budget`] ends.
    ///
    /// ```
    /// use symdiff::Expression;
    /// let f: Expression = "x + y".parse()?;
    /// assert_eq!(f.subs(&[("x", "y^2".parse()?)])?.to_string(), "y^2 + y");
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn subs(&self, replacements: &[(&str, Expression)]) -> Result<Expression> {
        let mut pool = Pool::default();
        let mut all: Vec<&Expression> = vec![self];
        all.extend(replacements.iter().map(|(_, with)| with));
        let loaded = load(&mut pool, &all);
        let mut pairs = Vec::new();
        for ((name, _), &with) in replacements.iter().zip(&loaded[1..]) {
            pairs.push((pool.symbol_named(&text::canonical_symbol(name)), with));
        }
        let replaced = crate::walk::substitute(&mut pool, loaded[0], |pool, e| match pool.node(e) {
            Node::Symbol(s) => pairs.iter().find(|(symbol, _)| *symbol == s).map(|(_, with)| *with),
            _ => None,
        })?;
        Ok(freeze(&pool, &[replaced]).swap_remove(0))
    }

    /// The value at a point.
    ///
    /// # Errors
    /// Kind `name` for a symbol without a value, `domain` where the value is not real or not finite.
    ///
    /// ```
    /// let f: symdiff::Expression = "x^2*w".parse()?;
    /// assert_eq!(f.eval(&[("x", 3.0), ("w", 2.0)])?, 18.0);
    /// # Ok::<(), symdiff::Error>(())
    /// ```
    pub fn eval(&self, at: &[(&str, f64)]) -> Result<f64> {
        let mut pool = Pool::default();
        let e = load(&mut pool, &[self])[0];
        let at: Vec<(Symbol, f64)> = at.iter().map(|(name, value)| (pool.symbol_named(&text::canonical_symbol(name)), *value)).collect();
        value_at(&mut pool, e, &at)
    }

    /// Whether it is equal to another, proved or by many digits at many points; `None` if that is unknown.
    ///
    /// # Errors
    /// Kind `limit` when the default [`Budget`] ends.
    pub fn equals(&self, other: &Expression) -> Result<Option<bool>> {
        let mut pool = Pool::default();
        let mut both = load(&mut pool, &[self, other]);
        for side in &mut both {
            *side = diff::carry_out(&mut Engine::new(&mut pool), *side)?;
        }
        Ok(match equal(&mut pool, both[0], both[1])? {
            Verdict::Equal(_) => Some(true),
            Verdict::Different { .. } => Some(false),
            Verdict::Unknown => None,
        })
    }

    /// The number of distinct nodes.
    #[must_use]
    pub fn node_count(&self) -> usize {
        let mut pool = Pool::new(Budget { nodes: usize::MAX, time: None, ..Budget::default() });
        let e = load(&mut pool, &[self])[0];
        crate::walk::count(&pool, &[e])
    }

    /// Its node in a pool.
    pub(crate) fn node_in(&self, pool: &mut Pool) -> Expr {
        load(pool, &[self])[0]
    }

    fn with_pool(&self, work: impl FnOnce(&mut Pool, Expr) -> Result<Expr>) -> Result<Expression> {
        let mut pool = Pool::default();
        let e = load(&mut pool, &[self])[0];
        let result = work(&mut pool, e)?;
        Ok(freeze(&pool, &[result]).swap_remove(0))
    }
}

/// The rows of derivatives of several expressions by each symbol, in the form of [`Expression::diff`].
///
/// # Errors
/// Kind `derivative` where there is none, `limit` when the default [`Budget`] ends.
///
/// ```
/// use symdiff::{Expression, jacobian};
/// let f: Vec<Expression> = vec!["x*y".parse()?, "x + y".parse()?];
/// let rows = jacobian(&f, &["x", "y"])?;
/// assert_eq!(rows[0][0].to_string(), "y");
/// # Ok::<(), symdiff::Error>(())
/// ```
pub fn jacobian(of: &[Expression], by: &[&str]) -> Result<Vec<Vec<Expression>>> {
    let (mut pool, es) = deriving(&of.iter().collect::<Vec<_>>());
    let by = named(&mut pool, by);
    let matrix = gradient::jacobian(&mut pool, &es, &by)?;
    let entries = freeze(&pool, &matrix.entries);
    Ok(entries.chunks(matrix.columns.max(1)).map(<[_]>::to_vec).collect())
}

/// A pool with these expressions, whose derivatives are collected, and no more.
fn deriving(of: &[&Expression]) -> (Pool, Vec<Expr>) {
    let mut pool = Pool::default();
    pool.form = Form::Collected;
    let handles = load(&mut pool, of);
    pool.make_room();
    (pool, handles)
}

pub(crate) fn named(pool: &mut Pool, names: &[&str]) -> Vec<Symbol> {
    names.iter().map(|name| pool.symbol_named(&text::canonical_symbol(name))).collect()
}

/// The value at a point, of what was read: derivatives in it are carried out, and parts that are exact numbers count as these.
pub(crate) fn value_at(pool: &mut Pool, e: Expr, at: &[(Symbol, f64)]) -> Result<f64> {
    let e = diff::carry_out(&mut Engine::new(pool), e)?;
    let exact = simplify::exact_parts(pool, &[e])?[0];
    eval::real_value(pool, exact, at)
}

/// Where parts that several hold went, by address.
type Loaded = HashMap<*const Owned, Expr, BuildHasherDefault<Address>>;

/// Addresses are spread enough by one multiplication (Knuth, TAOCP 6.4).
#[derive(Default)]
struct Address(u64);

impl Hasher for Address {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }
    fn write_usize(&mut self, address: usize) {
        self.0 = (address as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(26);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

/// Brings expressions into a pool, each shared part once.
pub(crate) fn load(pool: &mut Pool, roots: &[&Expression]) -> Vec<Expr> {
    let mut shared: Loaded = Loaded::default();
    // expressions with how many of their parts are done, and the handles of these parts
    let mut open: Vec<(&Expression, usize)> = Vec::new();
    let mut done: Vec<Expr> = Vec::with_capacity(roots.len());
    for root in roots {
        open.push((root, 0));
        while let Some((whole, next)) = open.last_mut() {
            if let Some(part) = whole.0.parts().get(*next) {
                *next += 1;
                // who has one holder is met once
                match (Arc::strong_count(&part.0) > 1).then(|| shared.get(&Arc::as_ptr(&part.0))).flatten() {
                    Some(&e) => done.push(e),
                    None => open.push((part, 0)),
                }
                continue;
            }
            let parts = done.len() - *next;
            let e = load_node(pool, &whole.0, &done[parts..]);
            if Arc::strong_count(&whole.0) > 1 {
                shared.insert(Arc::as_ptr(&whole.0), e);
            }
            done.truncate(parts);
            done.push(e);
            open.pop();
        }
    }
    done
}

fn load_node(pool: &mut Pool, owned: &Owned, args: &[Expr]) -> Expr {
    match owned {
        Owned::Number(n) => pool.number(n.clone()),
        Owned::Symbol { key, shown } => {
            let symbol = pool.symbol_shown(key, shown.as_deref().unwrap_or(key));
            pool.symbol_expr(symbol)
        }
        Owned::Add(_) => flat(pool, args, true),
        Owned::Mul(_) => flat(pool, args, false),
        Owned::Pow(_) if args[1] == Expr::MINUS_ONE => pool.recip(args[0]),
        Owned::Pow(_) => pool.pow(args[0], args[1]),
        Owned::Call(head, _) => {
            let head = load_head(pool, head);
            pool.call(head, args)
        }
    }
}

/// A sum or product with the run of its first operand gathered, as the reader does with `a + b + c`.
fn flat(pool: &mut Pool, args: &[Expr], sum: bool) -> Expr {
    let mut all = Vec::with_capacity(args.len());
    for &arg in args {
        match pool.node(arg) {
            Node::Add(parts) if sum && parts.len() <= 32 => all.extend_from_slice(parts),
            Node::Mul(parts) if !sum && parts.len() <= 32 => all.extend_from_slice(parts),
            _ => all.push(arg),
        }
    }
    if sum { pool.add(&all) } else { pool.mul(&all) }
}

fn load_head(pool: &mut Pool, head: &OwnedHead) -> Head {
    match head {
        OwnedHead::Function(f) => Head::Function(*f),
        OwnedHead::Other(other) => match &**other {
            OtherHead::Unknown(name) => pool.unknown(name),
            OtherHead::Slope(of, slots) => {
                let of = load_head(pool, of);
                slots.iter().fold(of, |head, &slot| pool.slope(head, slot))
            }
        },
    }
}

/// Takes expressions out of a pool, each shared part once.
fn freeze(pool: &Pool, roots: &[Expr]) -> Vec<Expression> {
    let order = reachable(pool, roots);
    let mut places: Memo<u32> = Memo::new();
    let place = |places: &Memo<u32>, e: Expr| places.get(e).unwrap_or(0) as usize;
    let mut holders = vec![0_u32; order.len()];
    for (at, &e) in order.iter().enumerate() {
        places.set(e, at as u32);
        each_child(pool, e, |part| holders[place(&places, part)] += 1);
    }
    roots.iter().for_each(|&root| holders[place(&places, root)] += 1);
    let mut done: Vec<Option<Expression>> = Vec::with_capacity(order.len());
    // the last holder takes the part itself: most have one, and a copy is counted with a locked instruction
    let mut hand_out = |done: &mut Vec<Option<Expression>>, e: Expr| {
        let at = place(&places, e);
        holders[at] -= 1;
        if holders[at] == 0 { done[at].take() } else { done[at].clone() }
    };
    for &e in &order {
        let mut pick = |args: &[Expr]| args.iter().filter_map(|&arg| hand_out(&mut done, arg)).collect::<Parts>();
        let owned = match pool.node(e) {
            Node::Number(n) => Owned::Number(n.clone()),
            Node::Symbol(s) => {
                let (key, shown) = (pool.symbol_key(s), pool.symbol_name(s));
                Owned::Symbol { key: key.into(), shown: (shown != key).then(|| shown.into()) }
            }
            Node::Add(args) => Owned::Add(pick(args)),
            Node::Mul(args) => Owned::Mul(pick(args)),
            Node::Pow(base, exponent) => Owned::Pow(pick(&[base, exponent])),
            Node::Call(head, args) => Owned::Call(freeze_head(pool, head), pick(args)),
        };
        done.push(Some(Expression::new(owned)));
    }
    roots.iter().filter_map(|&root| hand_out(&mut done, root)).collect()
}

fn freeze_head(pool: &Pool, head: Head) -> OwnedHead {
    match head {
        Head::Function(f) => OwnedHead::Function(f),
        Head::Unknown(id) => OwnedHead::Other(Box::new(OtherHead::Unknown(pool.unknown_name(id).into()))),
        Head::Slope(id) => {
            let SlopeHead { of, slots } = pool.slope_head(id);
            OwnedHead::Other(Box::new(OtherHead::Slope(freeze_head(pool, *of), slots.clone())))
        }
    }
}

impl FromStr for Expression {
    type Err = Error;
    fn from_str(text: &str) -> Result<Expression> {
        let mut pool = Pool::default();
        match text::parse(&mut pool, text, &text::Names::default())?.value {
            Value::Scalar(e) => Ok(freeze(&pool, &[e]).swap_remove(0)),
            Value::Matrix(_) => Err(Error::new(Kind::Shape, phrase!("this text is a matrix; an Expression is a single one"))),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pool = Pool::new(Budget { nodes: usize::MAX, time: None, ..Budget::default() });
        let e = load(&mut pool, &[self])[0];
        match text::print(&pool, &Value::Scalar(e), pool.meter.budget.output) {
            Ok(text) => f.write_str(&text),
            Err(_) => f.write_str("(an expression too long to print)"),
        }
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expression({self})")
    }
}

/// The same structure: handles of one pool.
impl PartialEq for Expression {
    fn eq(&self, other: &Expression) -> bool {
        let mut pool = Pool::new(Budget { nodes: usize::MAX, time: None, ..Budget::default() });
        let both = load(&mut pool, &[self, other]);
        both[0] == both[1]
    }
}

impl From<i64> for Expression {
    fn from(n: i64) -> Expression {
        Expression::number(n)
    }
}

impl From<i32> for Expression {
    fn from(n: i32) -> Expression {
        Expression::number(i64::from(n))
    }
}

impl From<Number> for Expression {
    fn from(n: Number) -> Expression {
        Expression::number(n)
    }
}

impl From<&Expression> for Expression {
    fn from(e: &Expression) -> Expression {
        e.clone()
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident, |$a:ident, $b:ident| $make:expr) => {
        impl<T: Into<Expression>> $trait<T> for Expression {
            type Output = Expression;
            fn $method(self, other: T) -> Expression {
                let ($a, $b) = (self, other.into());
                $make
            }
        }
        impl<T: Into<Expression>> $trait<T> for &Expression {
            type Output = Expression;
            fn $method(self, other: T) -> Expression {
                let ($a, $b) = (self.clone(), other.into());
                $make
            }
        }
    };
}

operator!(Add, add, |a, b| Expression::new(Owned::Add(smallvec![a, b])));
operator!(Sub, sub, |a, b| Expression::new(Owned::Add(smallvec![a, -b])));
operator!(Mul, mul, |a, b| Expression::new(Owned::Mul(smallvec![a, b])));
operator!(Div, div, |a, b| Expression::new(Owned::Mul(smallvec![a, b.pow(-1)])));

impl Neg for Expression {
    type Output = Expression;
    fn neg(self) -> Expression {
        Expression::new(Owned::Mul(smallvec![Expression::number(-1), self]))
    }
}

impl Neg for &Expression {
    type Output = Expression;
    fn neg(self) -> Expression {
        -self.clone()
    }
}
