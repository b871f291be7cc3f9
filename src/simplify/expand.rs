//! Multiplying out, within a bound: sums of monomials over generators, exponents packed into one word.
//! Deliberately decides nothing: `tidy.rs` weighs the result. Read next: `tidy.rs`.
//!
//! A generator is a base with the step of its exponents: `sqrt(x)` and `x^2` are steps 1 and 4 of `x^(1/2)`. Powers below the
//! bar are generators of their own, which the constructors join again when nodes are made.

use super::Engine;
use super::sum::collect_equal;
use crate::expr::{Args, Expr, Node};
use crate::number::Number;
use smallvec::SmallVec;

/// More terms than this are not multiplied out.
const EXPANDED: usize = 96;
/// Generators of one sum: a byte of exponent each in a `u128`.
const GENERATORS: usize = 16;
/// The largest exponent step of a generator in a factor, so that a byte cannot overflow within the bounds above.
const STEPS: i64 = 60;

/// A base and a rational exponent.
pub(super) type Base = (Expr, Number);
/// A term as coefficient and powers.
pub(super) type Split = (Number, SmallVec<[Base; 6]>);

struct Generator {
    base: Expr,
    below: bool,
    /// The exponents are multiples of 1/step.
    step: i64,
}

/// Exponents and coefficient of each monomial.
type Monomials = Vec<(u128, Number)>;

/// A sum of monomials.
pub(super) struct Polynomial {
    generators: SmallVec<[Generator; GENERATORS]>,
    terms: Vec<(u128, Number)>,
}

impl Engine<'_> {
    /// A term as coefficient and powers with rational exponents; other powers and calls are bases to the power 1.
    pub(super) fn bases(&mut self, term: Expr) -> Split {
        let one = |pool: &crate::expr::Pool, factor: Expr| match pool.node(factor) {
            Node::Pow(base, exponent) => match pool.as_number(exponent) {
                Some(n) if pool.as_number(base).is_none() => (base, n.clone()),
                _ => (factor, Number::ONE),
            },
            _ => (factor, Number::ONE),
        };
        let (number, factors) = match self.pool.node(term) {
            Node::Number(n) => return (n.clone(), SmallVec::new()),
            Node::Mul(args) => match self.pool.as_number(args[0]) {
                Some(n) => (n.clone(), &args[1..]),
                None => (Number::ONE, args),
            },
            _ => return (Number::ONE, SmallVec::from_iter([one(self.pool, term)])),
        };
        let mut bases: SmallVec<[Base; 6]> = SmallVec::with_capacity(factors.len());
        for &factor in factors {
            let (base, exponent) = one(self.pool, factor);
            // a^x and (a^x)^(-1/2) are two factors of one base
            match bases.iter_mut().find(|(known, _)| *known == base) {
                Some((_, known)) => *known = known.add(&exponent),
                None => bases.push((base, exponent)),
            }
        }
        bases.retain(|(_, exponent)| !exponent.is_zero());
        (number, bases)
    }

    fn is_sum(&self, e: Expr) -> bool {
        matches!(self.pool.node(e), Node::Add(_))
    }

    /// Whether a power of a sum is multiplied out.
    fn opens(&self, (base, exponent): &Base) -> bool {
        exponent.as_i64().is_some_and(|n| (1..=16).contains(&n)) && self.is_sum(*base)
    }

    /// The terms multiplied out and collected; `None` if that passes a bound.
    pub(super) fn multiplied_out(&mut self, terms: &[Split]) -> Option<Polynomial> {
        // The sums to be opened, each once, as terms.
        let mut sums: SmallVec<[(Expr, Vec<Split>); 8]> = SmallVec::new();
        for (_, bases) in terms {
            for base in bases {
                if self.opens(base) && !sums.iter().any(|(sum, _)| *sum == base.0) {
                    let Node::Add(args) = self.pool.node(base.0) else { continue };
                    if args.len() > EXPANDED {
                        return None;
                    }
                    let args = Args::from_slice(args);
                    let inner = args.iter().map(|&arg| self.bases(arg)).collect();
                    sums.push((base.0, inner));
                }
            }
        }
        let mut out = Polynomial { generators: SmallVec::new(), terms: Vec::new() };
        for (_, bases) in terms {
            for base in bases.iter().filter(|base| !self.opens(base)) {
                out.register(base)?;
            }
        }
        for base in sums.iter().flat_map(|(_, inner)| inner).flat_map(|(_, bases)| bases) {
            out.register(base)?;
        }
        // Powers of the opened sums, made as they are needed.
        let mut powers: SmallVec<[Vec<Monomials>; 8]> = SmallVec::new();
        for (_, inner) in &sums {
            let mut first = Vec::with_capacity(inner.len());
            for (c, bases) in inner {
                first.push((out.monomial(bases.iter())?, c.clone()));
            }
            powers.push(vec![first]);
        }
        for (c, bases) in terms {
            let mut product = vec![(out.monomial(bases.iter().filter(|base| !self.opens(base)))?, c.clone())];
            for base in bases.iter().filter(|base| self.opens(base)) {
                let at = sums.iter().position(|(sum, _)| *sum == base.0)?;
                let n = usize::try_from(base.1.as_i64()?).ok()?;
                while powers[at].len() < n {
                    let last = powers[at].last()?;
                    let next = product_of(last, &powers[at][0])?;
                    powers[at].push(next);
                }
                product = product_of(&product, &powers[at][n - 1])?;
            }
            out.terms.append(&mut product);
            if out.terms.len() > 2 * EXPANDED {
                collect(&mut out.terms);
                if out.terms.len() > EXPANDED {
                    return None;
                }
            }
        }
        collect(&mut out.terms);
        (out.terms.len() <= EXPANDED).then_some(out)
    }

    /// The size that a polynomial will have as a sum, nearly.
    pub(super) fn polynomial_size(&mut self, polynomial: &Polynomial) -> u32 {
        let sizes: SmallVec<[u32; GENERATORS]> = polynomial.generators.iter().map(|g| self.size(g.base)).collect();
        let mut total = (polynomial.terms.len() as u32).saturating_sub(1);
        for (monomial, c) in &polynomial.terms {
            let mut factors = 0;
            let mut below = false;
            for (at, generator) in polynomial.generators.iter().enumerate() {
                let n = i64::from((monomial >> (8 * at)) as u8);
                if n == 0 {
                    continue;
                }
                factors += 1;
                below |= generator.below;
                let power = if n == generator.step {
                    0
                } else if 2 * n == generator.step {
                    1
                } else if n % generator.step == 0 {
                    2
                } else {
                    4
                };
                total = total.saturating_add(sizes[at]).saturating_add(power);
            }
            let (one, whole) = (c.numerator().abs().is_one(), c.is_integer());
            let number = u32::from(!one || factors == 0) + u32::from(!whole);
            total += number + factors - u32::from(number + factors > 0) + u32::from(below && one && factors == 1);
        }
        total
    }

    /// The polynomial as a sum of nodes.
    pub(super) fn polynomial_sum(&mut self, polynomial: &Polynomial) -> Expr {
        let mut terms = Args::new();
        for (monomial, c) in &polynomial.terms {
            let mut factors = Args::new();
            factors.push(self.pool.number(c.clone()));
            for (at, generator) in polynomial.generators.iter().enumerate() {
                let n = i64::from((monomial >> (8 * at)) as u8);
                if n > 0 {
                    let exponent = Number::new(if generator.below { -n } else { n }, generator.step);
                    let exponent = self.pool.number(exponent);
                    factors.push(self.pow(generator.base, exponent));
                }
            }
            terms.push(self.mul(&factors));
        }
        self.add(&terms)
    }

    /// The multiplied-out form, or the input if it would be too long.
    pub(crate) fn expand(&mut self, e: Expr) -> Expr {
        let args = match self.pool.node(e) {
            Node::Add(args) => Args::from_slice(args),
            _ => Args::from_slice(&[e]),
        };
        let terms: Vec<Split> = args.iter().map(|&arg| self.bases(arg)).collect();
        match self.multiplied_out(&terms) {
            Some(polynomial) => self.polynomial_sum(&polynomial),
            None => e,
        }
    }
}

impl Polynomial {
    fn find(&self, (base, exponent): &Base) -> Option<usize> {
        self.generators.iter().position(|g| g.base == *base && g.below == exponent.is_negative())
    }

    fn register(&mut self, base: &Base) -> Option<()> {
        let (_, step) = base.1.small()?;
        match self.find(base) {
            Some(at) => {
                let g = &mut self.generators[at];
                g.step = num_integer::lcm(g.step, step);
            }
            None => self.generators.push(Generator { base: base.0, below: base.1.is_negative(), step }),
        }
        (self.generators.len() <= GENERATORS && step <= STEPS).then_some(())
    }

    fn monomial<'a>(&self, bases: impl Iterator<Item = &'a Base>) -> Option<u128> {
        let mut word = 0u128;
        for base in bases {
            let at = self.find(base)?;
            let (n, d) = base.1.small()?;
            let steps = n.abs().checked_mul(self.generators[at].step / d)?;
            if steps > STEPS {
                return None;
            }
            word += u128::from(steps as u8) << (8 * at);
        }
        Some(word)
    }
}

/// The collected product; `None` if it passes a bound. Bytes above 120 are refused, so the next product cannot overflow one.
fn product_of(a: &[(u128, Number)], b: &[(u128, Number)]) -> Option<Vec<(u128, Number)>> {
    const HIGH: u128 = 0x8080_8080_8080_8080_8080_8080_8080_8080;
    if a.len() * b.len() > 4 * EXPANDED {
        return None;
    }
    let mut out = Vec::with_capacity(a.len() * b.len());
    for (x, m) in a {
        for (y, n) in b {
            let word = x + y;
            if word & HIGH != 0 {
                return None;
            }
            out.push((word, m.mul(n)));
        }
    }
    if a.len() > 1 && b.len() > 1 {
        collect(&mut out);
    }
    (out.len() <= EXPANDED).then_some(out)
}

fn collect(terms: &mut Vec<(u128, Number)>) {
    let kept = collect_equal(terms);
    terms.truncate(kept);
    terms.retain(|(_, c)| !c.is_zero());
}
