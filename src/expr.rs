//! Expressions: the hash-consed arena `Pool`, its `Copy` handle `Expr`, and the constructors.
//! Deliberately knows no identity: constructors do exact number arithmetic, drop 0 and 1 and sort; like terms are
//! rows of TABLE 2 (`simplify/`), so that steps and conditions can name them.
//! Read next: `walk.rs` (the only loops over expressions), `diff.rs` (the idea).

use crate::budget::{Budget, Meter};
use crate::error::Result;
use crate::form::Form;
use crate::function::{Facts, Function};
use crate::message::Phrase;
use crate::number::{FRACTION_DIGITS, Number};
use crate::phrase;
use hashbrown::HashTable;
use smallvec::SmallVec;
use std::hash::{Hash, Hasher};

/// A handle of an expression in a [`Pool`]. Equal expressions of one pool are equal handles, and an expression's handle
/// is larger than those of its parts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Expr(pub(crate) u32);

impl Expr {
    /// 0 in every pool.
    pub const ZERO: Expr = Expr(0);
    /// 1 in every pool.
    pub const ONE: Expr = Expr(1);
    /// -1 in every pool.
    pub const MINUS_ONE: Expr = Expr(2);
    /// 2 in every pool.
    pub const TWO: Expr = Expr(3);
    /// 1/2 in every pool.
    pub const HALF: Expr = Expr(4);

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A short list of handles: a product that is gathered, its number and one factor more fit without an allocation.
pub(crate) type Args = SmallVec<[Expr; 18]>;

/// A symbol of a pool.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(pub(crate) u32);

/// What stands before the brackets of a call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Head {
    /// A row of TABLE 1.
    Function(Function),
    /// An unknown function such as `f`; the number names it in its pool.
    Unknown(u32),
    /// A formal derivative, `D[1,2](f)`; the number names it in its pool.
    Slope(u32),
}

/// A formal derivative of a function by its arguments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SlopeHead {
    /// The function: never a `Slope` itself.
    pub of: Head,
    /// Which arguments, counted from 1, in order; one entry for each derivative.
    pub slots: Vec<u8>,
}

/// One node, as it is seen from outside.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// An exact number.
    Number(&'a Number),
    /// A symbol.
    Symbol(Symbol),
    /// A sum of at least two terms; a number stands first.
    Add(&'a [Expr]),
    /// A product of at least two factors; a number stands first.
    Mul(&'a [Expr]),
    /// Base and exponent.
    Pow(Expr, Expr),
    /// A function of its arguments; constants such as pi have none.
    Call(Head, &'a [Expr]),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
enum Tag {
    Number,
    Symbol,
    Add,
    Mul,
    Pow,
    Function,
    Unknown,
    Slope,
}

#[derive(Clone, Copy, Debug)]
struct Stored {
    tag: Tag,
    /// Is or holds a sum or a product.
    joins: bool,
    /// Function, unknown or slope.
    head: u32,
    /// Number, symbol, base, or where the arguments start.
    start: u32,
    /// Exponent, or how many arguments.
    len: u32,
    /// Depends on structure alone, so that the order of arguments is the same in every pool.
    hash: u64,
    /// Bit `symbol % 64` for each symbol inside.
    symbols: u64,
}

#[derive(Debug)]
struct SymbolInfo {
    key: Box<str>,
    shown: Option<Box<str>>,
    facts: Facts,
}

/// Where a node is, with the upper half of its hash: most comparisons end there, and a table grows without looking at nodes.
#[derive(Clone, Copy, Debug)]
struct Place {
    key: u32,
    node: u32,
}

impl Place {
    fn key_of(hash: u64) -> u32 {
        (hash >> 32) as u32
    }

    /// The hash that the table is asked by.
    fn hash(key: u32) -> u64 {
        u64::from(key) << 32 | u64::from(key)
    }
}

/// The arena that owns all nodes of a command.
#[derive(Debug)]
pub struct Pool {
    nodes: Vec<Stored>,
    args: Vec<Expr>,
    numbers: Vec<Number>,
    symbols: Vec<SymbolInfo>,
    unknowns: Vec<Box<str>>,
    slopes: Vec<SlopeHead>,
    /// Whether a derivative not yet carried out has been made.
    pub(crate) has_pending: bool,
    /// The form of answers.
    pub(crate) form: Form,
    /// How the text was written, where that is asked for.
    pub(crate) written: Option<Box<crate::written::Written>>,
    table: HashTable<Place>,
    /// The handles of the whole numbers from `SMALLEST` on, where they have been made: most numbers are among them.
    small: [Option<Expr>; SMALL],
    symbol_table: HashTable<u32>,
    pub(crate) meter: Meter,
}

/// The first whole number whose handle is kept at hand, and how many are.
const SMALLEST: i64 = -16;
const SMALL: usize = 64;

/// Numbers above this many bits are not made by folding a power; the power stays as it is.
pub(crate) const FOLD_BITS: u64 = 20_000;

impl Default for Pool {
    fn default() -> Pool {
        Pool::new(Budget::default())
    }
}

impl Pool {
    /// An empty pool whose work is bounded by `budget`; the clock starts now.
    #[must_use]
    pub fn new(budget: Budget) -> Pool {
        let mut pool = Pool {
            nodes: Vec::with_capacity(256),
            args: Vec::with_capacity(512),
            numbers: Vec::with_capacity(32),
            symbols: Vec::new(),
            unknowns: Vec::new(),
            slopes: Vec::new(),
            has_pending: false,
            form: Form::default(),
            written: None,
            table: HashTable::with_capacity(256),
            small: [None; SMALL],
            symbol_table: HashTable::new(),
            meter: Meter::new(budget),
        };
        pool.seed();
        pool
    }

    fn seed(&mut self) {
        for number in [Number::ZERO, Number::ONE, Number::MINUS_ONE, Number::integer(2), Number::HALF] {
            self.number(number);
        }
    }

    /// Empties the pool for the next command, keeping its memory unless that has grown large; the clock starts anew.
    pub fn clear(&mut self) {
        if self.nodes.capacity() > 1 << 16 {
            *self = Pool::new(self.meter.budget.clone());
            return;
        }
        self.nodes.clear();
        self.args.clear();
        self.numbers.clear();
        self.symbols.clear();
        self.unknowns.clear();
        self.slopes.clear();
        self.has_pending = false;
        self.form = Form::default();
        self.written = None;
        self.table.clear();
        self.small = [None; SMALL];
        self.symbol_table.clear();
        self.meter.restart();
        self.seed();
    }

    /// How many nodes have been made.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never true: some numbers are always there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Fails if a limit of the budget has been passed; loops over user-sized data call it.
    ///
    /// # Errors
    /// Kind `limit`, naming the budget.
    #[inline]
    pub fn check(&mut self) -> Result<()> {
        self.meter.check()
    }

    // ---- looking

    /// The node of a handle.
    #[must_use]
    #[inline(always)]
    pub fn node(&self, e: Expr) -> Node<'_> {
        let s = &self.nodes[e.index()];
        match s.tag {
            Tag::Number => Node::Number(&self.numbers[s.start as usize]),
            Tag::Symbol => Node::Symbol(Symbol(s.start)),
            Tag::Add => Node::Add(self.slice(s)),
            Tag::Mul => Node::Mul(self.slice(s)),
            Tag::Pow => Node::Pow(Expr(s.start), Expr(s.len)),
            Tag::Function => Node::Call(Head::Function(Function(s.head as u16)), self.slice(s)),
            Tag::Unknown => Node::Call(Head::Unknown(s.head), self.slice(s)),
            Tag::Slope => Node::Call(Head::Slope(s.head), self.slice(s)),
        }
    }

    #[inline]
    fn slice(&self, s: &Stored) -> &[Expr] {
        &self.args[s.start as usize..(s.start + s.len) as usize]
    }

    /// The parts of a node, in order.
    #[must_use]
    pub fn children(&self, e: Expr) -> Args {
        match self.node(e) {
            Node::Number(_) | Node::Symbol(_) => Args::new(),
            Node::Pow(base, exponent) => Args::from_slice(&[base, exponent]),
            Node::Add(args) | Node::Mul(args) | Node::Call(_, args) => Args::from_slice(args),
        }
    }

    /// The number that a node is, if it is one.
    #[must_use]
    #[inline]
    pub fn as_number(&self, e: Expr) -> Option<&Number> {
        match self.node(e) {
            Node::Number(n) => Some(n),
            _ => None,
        }
    }

    /// The small integer that a node is, if it is one.
    #[must_use]
    #[inline]
    pub fn as_i64(&self, e: Expr) -> Option<i64> {
        self.as_number(e).and_then(Number::as_i64)
    }

    /// The arguments of a call of this function.
    #[must_use]
    pub(crate) fn as_call(&self, e: Expr, function: Function) -> Option<&[Expr]> {
        match self.node(e) {
            Node::Call(Head::Function(f), args) if f == function => Some(args),
            _ => None,
        }
    }

    /// A hash of the structure, the same in every pool.
    #[inline]
    pub(crate) fn hash(&self, e: Expr) -> u64 {
        self.nodes[e.index()].hash
    }

    /// Whether the symbol may occur inside; exact for pools of up to 64 symbols, otherwise it may be a false yes.
    #[must_use]
    #[inline]
    pub fn may_contain(&self, e: Expr, symbol: Symbol) -> bool {
        self.nodes[e.index()].symbols >> (symbol.0 & 63) & 1 == 1
    }

    /// Whether any symbol occurs inside.
    #[must_use]
    #[inline]
    pub fn has_symbols(&self, e: Expr) -> bool {
        self.nodes[e.index()].symbols != 0
    }

    /// Whether it is or holds a sum or a product.
    pub(crate) fn joins(&self, e: Expr) -> bool {
        self.nodes[e.index()].joins
    }

    // ---- names

    /// The symbol of this name, made if it is new. `key` is the canonical name (`theta` for `θ`).
    pub fn symbol_named(&mut self, key: &str) -> Symbol {
        self.symbol_shown(key, key)
    }

    /// The symbol of this canonical name; `shown` is how it is printed if this is its first use.
    pub fn symbol_shown(&mut self, key: &str, shown: &str) -> Symbol {
        let hash = text_hash(key);
        if let Some(&id) = self.symbol_table.find(hash, |&id| &*self.symbols[id as usize].key == key) {
            return Symbol(id);
        }
        let id = u32::try_from(self.symbols.len()).unwrap_or(u32::MAX);
        self.symbols.push(SymbolInfo { key: key.into(), shown: (shown != key).then(|| shown.into()), facts: Facts::REAL });
        let symbols = &self.symbols;
        self.symbol_table.insert_unique(hash, id, |&id| text_hash(&symbols[id as usize].key));
        Symbol(id)
    }

    /// The symbol of this canonical name, if there is one.
    #[must_use]
    pub fn find_symbol(&self, key: &str) -> Option<Symbol> {
        self.symbol_table.find(text_hash(key), |&id| &*self.symbols[id as usize].key == key).map(|&id| Symbol(id))
    }

    /// How a symbol is printed.
    #[must_use]
    pub fn symbol_name(&self, symbol: Symbol) -> &str {
        let info = &self.symbols[symbol.0 as usize];
        info.shown.as_deref().unwrap_or(&info.key)
    }

    /// The canonical name of a symbol.
    #[must_use]
    pub fn symbol_key(&self, symbol: Symbol) -> &str {
        &self.symbols[symbol.0 as usize].key
    }

    /// What is assumed of a symbol; `REAL` unless declared otherwise.
    #[must_use]
    pub fn symbol_facts(&self, symbol: Symbol) -> Facts {
        self.symbols[symbol.0 as usize].facts
    }

    /// Declares what is assumed of a symbol.
    pub fn assume(&mut self, symbol: Symbol, facts: Facts) {
        self.symbols[symbol.0 as usize].facts = facts;
    }

    /// How many symbols there are.
    #[must_use]
    pub fn symbol_count(&self) -> usize {
        self.symbols.len()
    }

    /// The head of an unknown function.
    pub fn unknown(&mut self, name: &str) -> Head {
        let at = self.unknowns.iter().position(|known| &**known == name).unwrap_or_else(|| {
            self.unknowns.push(name.into());
            self.unknowns.len() - 1
        });
        Head::Unknown(u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// The name of an unknown function.
    #[must_use]
    pub fn unknown_name(&self, id: u32) -> &str {
        &self.unknowns[id as usize]
    }

    /// The head of the formal derivative of `of` by one more argument, counted from 1.
    pub fn slope(&mut self, of: Head, slot: u8) -> Head {
        let wanted = match of {
            Head::Slope(id) => {
                let mut wanted = self.slopes[id as usize].clone();
                wanted.slots.push(slot);
                wanted.slots.sort_unstable();
                wanted
            }
            _ => SlopeHead { of, slots: vec![slot] },
        };
        let at = self.slopes.iter().position(|known| *known == wanted).unwrap_or_else(|| {
            self.slopes.push(wanted);
            self.slopes.len() - 1
        });
        Head::Slope(u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// What a slope head is the derivative of.
    #[must_use]
    pub fn slope_head(&self, id: u32) -> &SlopeHead {
        &self.slopes[id as usize]
    }

    /// All formal derivatives that have been named.
    pub(crate) fn slope_heads(&self) -> impl Iterator<Item = &SlopeHead> {
        self.slopes.iter()
    }

    // ---- making

    /// An exact number.
    pub fn number(&mut self, value: Number) -> Expr {
        let slot = value.as_i64().and_then(|n| usize::try_from(n.wrapping_sub(SMALLEST)).ok()).filter(|&slot| slot < SMALL);
        let Some(slot) = slot else { return self.new_number(value) };
        if let Some(known) = self.small[slot] {
            return known;
        }
        let before = self.nodes.len();
        let made = self.new_number(value);
        if self.nodes.len() > before {
            self.small[slot] = Some(made);
        }
        made
    }

    fn new_number(&mut self, value: Number) -> Expr {
        let mut state = Mix(0x6e75_6d62);
        value.hash(&mut state);
        let hash = state.finish();
        if let Some(known) = self.find(hash, |s| s.tag == Tag::Number && self.numbers[s.start as usize] == value) {
            return known;
        }
        if value.bits() > 4096 && !value.is_integer() && value.bits() as f64 > FRACTION_DIGITS as f64 * std::f64::consts::LOG2_10 {
            let bound = phrase!("{FRACTION_DIGITS} digits of a fraction", FRACTION_DIGITS);
            self.meter.exceed(phrase!("size"), bound, "no option");
            return Expr::ZERO;
        }
        if value.bits() > 4096 && value.bits() as f64 > self.meter.budget.digits as f64 * std::f64::consts::LOG2_10 {
            let bound = phrase!("{digits} digits", digits = self.meter.budget.digits);
            self.meter.exceed(phrase!("size"), bound, "--max-digits");
            return Expr::ZERO;
        }
        self.numbers.push(value);
        let start = self.numbers.len() as u32 - 1;
        self.insert(Stored { tag: Tag::Number, joins: false, head: 0, start, len: 0, hash, symbols: 0 })
    }

    /// A whole number.
    pub fn integer(&mut self, n: i64) -> Expr {
        match n {
            0 => Expr::ZERO,
            1 => Expr::ONE,
            -1 => Expr::MINUS_ONE,
            2 => Expr::TWO,
            _ => self.number(Number::from(n)),
        }
    }

    /// The symbol of this canonical name.
    pub fn symbol(&mut self, key: &str) -> Expr {
        let symbol = self.symbol_named(key);
        self.symbol_expr(symbol)
    }

    /// The node of a symbol.
    pub fn symbol_expr(&mut self, symbol: Symbol) -> Expr {
        let hash = text_hash(&self.symbols[symbol.0 as usize].key);
        if let Some(known) = self.find(hash, |s| s.tag == Tag::Symbol && s.start == symbol.0) {
            return known;
        }
        self.insert(Stored { tag: Tag::Symbol, joins: false, head: 0, start: symbol.0, len: 0, hash, symbols: 1 << (symbol.0 & 63) })
    }

    /// The sum: numbers are added, 0 is dropped.
    pub fn add(&mut self, terms: &[Expr]) -> Expr {
        self.gather(Tag::Add, terms)
    }

    /// The product: numbers are multiplied, 1 is dropped, 0 times anything is 0.
    pub fn mul(&mut self, factors: &[Expr]) -> Expr {
        self.gather(Tag::Mul, factors)
    }

    fn gather(&mut self, tag: Tag, parts: &[Expr]) -> Expr {
        let neutral = if tag == Tag::Add { Expr::ZERO } else { Expr::ONE };
        if let &[a, b] = parts
            && let Some(pair) = self.pair(tag, neutral, a, b)
        {
            return pair;
        }
        let mut rest = Args::with_capacity(parts.len());
        let mut constant: Option<Number> = None;
        let mut constant_expr = neutral;
        for &part in parts {
            if part == neutral {
                continue;
            }
            if let Some(n) = self.as_number(part) {
                constant = Some(match constant {
                    None => {
                        constant_expr = part;
                        n.clone()
                    }
                    Some(sum) => {
                        constant_expr = Expr(u32::MAX);
                        if tag == Tag::Add { sum.add(n) } else { sum.mul(n) }
                    }
                });
            } else {
                rest.push(part);
            }
        }
        if constant_expr.0 == u32::MAX {
            constant_expr = constant.map_or(neutral, |n| self.number(n));
        }
        if tag == Tag::Mul && constant_expr == Expr::ZERO {
            return Expr::ZERO;
        }
        if !rest.is_sorted_by_key(|&e| (self.hash(e), e)) {
            // The keys are fetched once, not for every comparison.
            let mut keyed: SmallVec<[(u64, Expr); 24]> = rest.iter().map(|&e| (self.hash(e), e)).collect();
            keyed.sort_unstable();
            rest.iter_mut().zip(keyed).for_each(|(slot, (_, e))| *slot = e);
        }
        if constant_expr != neutral {
            rest.insert(0, constant_expr);
        }
        match rest.len() {
            0 => neutral,
            1 => rest[0],
            _ => self.with_args(tag, 0, &rest),
        }
    }

    /// The sum or product of two parts, unless both are numbers or one is a number that is left out.
    fn pair(&mut self, tag: Tag, neutral: Expr, a: Expr, b: Expr) -> Option<Expr> {
        let (first, second) = match (self.as_number(a).is_some(), self.as_number(b).is_some()) {
            (true, true) => return None,
            (true, false) => (a, b),
            (false, true) => (b, a),
            (false, false) if (self.hash(a), a.0) <= (self.hash(b), b.0) => return Some(self.with_args(tag, 0, &[a, b])),
            (false, false) => return Some(self.with_args(tag, 0, &[b, a])),
        };
        if first == neutral {
            return Some(second);
        }
        if tag == Tag::Mul && first == Expr::ZERO {
            return Some(Expr::ZERO);
        }
        Some(self.with_args(tag, 0, &[first, second]))
    }

    /// The factors of a product after its number; a product without a number is left as it is.
    pub(crate) fn without_number(&mut self, product: Expr) -> Expr {
        match self.node(product) {
            Node::Mul(args) if self.as_number(args[0]).is_some() => match args {
                [_, rest] => *rest,
                _ => {
                    let rest = Args::from_slice(&args[1..]);
                    self.with_args(Tag::Mul, 0, &rest)
                }
            },
            _ => product,
        }
    }

    /// A product with one more factor, which is no number.
    pub(crate) fn with_factor(&mut self, product: Expr, factor: Expr) -> Expr {
        let Node::Mul(args) = self.node(product) else { return self.mul(&[product, factor]) };
        let key = |e: Expr| (self.hash(e), e.0);
        let numbers = usize::from(self.as_number(args[0]).is_some());
        let at = numbers + args[numbers..].partition_point(|&arg| key(arg) < key(factor));
        let mut all = Args::with_capacity(args.len() + 1);
        all.extend_from_slice(&args[..at]);
        all.push(factor);
        all.extend_from_slice(&args[at..]);
        self.with_args(Tag::Mul, 0, &all)
    }

    /// A number times a `rest` that has none in front.
    pub(crate) fn with_number(&mut self, number: Number, rest: Expr) -> Expr {
        let number = self.number(number);
        match self.node(rest) {
            _ if number == Expr::ONE => rest,
            _ if number == Expr::ZERO || rest == Expr::ONE => number,
            Node::Mul(args) => {
                let mut all = Args::with_capacity(args.len() + 1);
                all.push(number);
                all.extend_from_slice(args);
                self.with_args(Tag::Mul, 0, &all)
            }
            _ => self.with_args(Tag::Mul, 0, &[number, rest]),
        }
    }

    /// `base^exponent`: integer powers of numbers within reason, `u^0 = 1`, `u^1 = u`, `1^u = 1`.
    pub fn pow(&mut self, base: Expr, exponent: Expr) -> Expr {
        if exponent == Expr::ONE || base == Expr::ONE {
            return base;
        }
        if exponent == Expr::ZERO {
            return Expr::ONE;
        }
        if let (Some(b), Some(e)) = (self.as_number(base), self.as_i64(exponent))
            && let Some(value) = b.pow(e, FOLD_BITS)
        {
            return self.number(value);
        }
        // 0 to a negative power has no value, whichever power.
        let exponent =
            if base == Expr::ZERO && self.as_number(exponent).is_some_and(Number::is_negative) { Expr::MINUS_ONE } else { exponent };
        let hash = mix(mix(0x706f_7765, self.hash(base)), self.hash(exponent));
        if let Some(known) = self.find(hash, |s| s.tag == Tag::Pow && s.start == base.0 && s.len == exponent.0) {
            return known;
        }
        let (b, e) = (&self.nodes[base.index()], &self.nodes[exponent.index()]);
        let (symbols, joins) = (b.symbols | e.symbols, b.joins || e.joins);
        self.insert(Stored { tag: Tag::Pow, joins, head: 0, start: base.0, len: exponent.0, hash, symbols })
    }

    /// A call; nothing is worked out.
    pub fn call(&mut self, head: Head, args: &[Expr]) -> Expr {
        match head {
            Head::Function(f) => {
                self.has_pending |= f == const { Function::named("D", 2) };
                self.with_args(Tag::Function, u32::from(f.0), args)
            }
            Head::Unknown(id) => self.with_args(Tag::Unknown, id, args),
            Head::Slope(id) => self.with_args(Tag::Slope, id, args),
        }
    }

    /// A call of a row of TABLE 1.
    pub(crate) fn apply(&mut self, function: Function, args: &[Expr]) -> Expr {
        self.call(Head::Function(function), args)
    }

    /// The negative.
    pub fn neg(&mut self, e: Expr) -> Expr {
        if let Node::Mul(args) = self.node(e)
            && self.as_number(args[0]).is_some()
        {
            // The sign joins the number in front.
            let mut all = Args::from_slice(args);
            all.push(Expr::MINUS_ONE);
            return self.mul(&all);
        }
        self.mul(&[Expr::MINUS_ONE, e])
    }

    /// The difference.
    pub fn sub(&mut self, a: Expr, b: Expr) -> Expr {
        let b = self.neg(b);
        self.add(&[a, b])
    }

    /// The reciprocal: of a power the power with the negative exponent, of a product that of each factor; both have the
    /// same value wherever they are defined.
    pub fn recip(&mut self, e: Expr) -> Expr {
        match self.node(e) {
            Node::Pow(base, exponent) => {
                let exponent = self.neg(exponent);
                self.pow(base, exponent)
            }
            // One level is enough: a product inside a product is a bracket of its own.
            Node::Mul(factors) => {
                let mut factors = Args::from_slice(factors);
                for factor in &mut factors {
                    *factor = match self.node(*factor) {
                        Node::Pow(base, exponent) => {
                            let exponent = self.neg(exponent);
                            self.pow(base, exponent)
                        }
                        _ => self.pow(*factor, Expr::MINUS_ONE),
                    };
                }
                self.mul(&factors)
            }
            _ => self.pow(e, Expr::MINUS_ONE),
        }
    }

    /// The quotient.
    pub fn div(&mut self, a: Expr, b: Expr) -> Expr {
        let b = self.recip(b);
        self.mul(&[a, b])
    }

    fn head_hash(&self, tag: Tag, head: u32) -> u64 {
        match tag {
            Tag::Function => mix(0x6675_6e63, u64::from(head)),
            Tag::Unknown => mix(0x756e_6b6e, text_hash(&self.unknowns[head as usize])),
            Tag::Slope => {
                let slope = &self.slopes[head as usize];
                let of = match slope.of {
                    Head::Function(f) => mix(0x6675_6e63, u64::from(f.0)),
                    Head::Unknown(id) | Head::Slope(id) => text_hash(self.unknowns.get(id as usize).map_or("", |name| name)),
                };
                slope.slots.iter().fold(mix(0x736c_6f70, of), |h, &slot| mix(h, u64::from(slot)))
            }
            tag => tag as u64 + 1,
        }
    }

    fn with_args(&mut self, tag: Tag, head: u32, args: &[Expr]) -> Expr {
        let mut hash = self.head_hash(tag, head);
        let (mut symbols, mut joins) = (0, matches!(tag, Tag::Add | Tag::Mul));
        for &arg in args {
            let s = &self.nodes[arg.index()];
            hash = mix(hash, s.hash);
            symbols |= s.symbols;
            joins |= s.joins;
        }
        if let Some(known) = self.find(hash, |s| s.tag == tag && s.head == head && s.len as usize == args.len() && self.slice(s) == args) {
            return known;
        }
        let start = u32::try_from(self.args.len()).unwrap_or(u32::MAX);
        if self.args.len() + args.len() > u32::MAX as usize / 2 {
            self.meter.exceed(phrase!("node"), phrase!("2^31 arguments"), "no option");
            return Expr::ZERO;
        }
        self.args.extend_from_slice(args);
        self.insert(Stored { tag, joins, head, start, len: args.len() as u32, hash, symbols })
    }

    fn insert(&mut self, stored: Stored) -> Expr {
        if self.nodes.len() >= self.meter.budget.nodes.min(u32::MAX as usize / 2) {
            let bound = Phrase::of(&self.meter.budget.nodes);
            self.meter.exceed(phrase!("node"), bound, "--max-nodes");
            return Expr::ZERO;
        }
        let place = Place { key: Place::key_of(stored.hash), node: self.nodes.len() as u32 };
        self.nodes.push(stored);
        self.table.insert_unique(Place::hash(place.key), place, |place| Place::hash(place.key));
        Expr(place.node)
    }

    /// The node of this hash that is the `same`, if there is one.
    #[inline]
    fn find(&self, hash: u64, same: impl Fn(&Stored) -> bool) -> Option<Expr> {
        let key = Place::key_of(hash);
        let place = self.table.find(Place::hash(key), |place| place.key == key && same(&self.nodes[place.node as usize]))?;
        Some(Expr(place.node))
    }

    /// Makes room for what deriving makes of the nodes that there are, which else grows step by step.
    pub(crate) fn make_room(&mut self) {
        let count = 3 * self.nodes.len();
        self.nodes.reserve(count);
        self.args.reserve(count);
        self.table.reserve(count, |place| Place::hash(place.key));
    }
}

/// A multiply-and-rotate mixer (the folded multiply of wyhash), the same on every machine.
#[inline]
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b.rotate_left(23) ^ 0xd6e8_feb8_6659_fd93);
    (product as u64) ^ ((product >> 64) as u64)
}

fn text_hash(text: &str) -> u64 {
    let mut state = Mix(0x7465_7874);
    state.write(text.as_bytes());
    state.finish()
}

/// [`mix`] as a `Hasher`.
struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0u8; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = mix(self.0, u64::from_le_bytes(word) ^ (chunk.len() as u64) << 59);
        }
    }
    fn write_i64(&mut self, n: i64) {
        self.0 = mix(self.0, n as u64);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_expressions_are_equal_handles() {
        let mut pool = Pool::default();
        let (x, y) = (pool.symbol("x"), pool.symbol("y"));
        assert_eq!(pool.add(&[x, y, Expr::ONE]), pool.add(&[Expr::ONE, y, x]));
        let (p, q) = (pool.mul(&[x, Expr::TWO, y]), pool.mul(&[y, x, Expr::TWO]));
        assert_eq!(p, q);
        assert_eq!(pool.pow(x, Expr::ZERO), Expr::ONE);
        assert_eq!(pool.mul(&[x, Expr::ZERO]), Expr::ZERO);
        assert!(p > x && p > y);
    }

    #[test]
    fn the_order_of_arguments_does_not_depend_on_the_pool() {
        let mut one = Pool::default();
        let (x, y) = (one.symbol("x"), one.symbol("y"));
        let a = one.add(&[x, y]);
        let mut two = Pool::default();
        let (y, x) = (two.symbol("y"), two.symbol("x"));
        let b = two.add(&[y, x]);
        assert_eq!(one.hash(a), two.hash(b));
    }

    #[test]
    fn the_node_budget_is_sticky() {
        let mut pool = Pool::new(Budget { nodes: 8, ..Budget::default() });
        for name in ["a", "b", "c", "d", "e"] {
            pool.symbol(name);
        }
        assert_eq!(pool.meter.look().map_err(|e| e.kind()), Err(crate::error::Kind::Limit));
    }
}
