//! Evidence that two expressions are equal: many digits at random points, on all sheets of their logarithms and roots.
//! Deliberately refuses what a point can miss: pieces (`if`, `abs`, ...), and parts that are too small to be seen anywhere.
//! Read next: `eval/sheet.rs` (the values), `equal/kind.rs` (what each function is to this method).
//!
//! What is left, once inverse functions are written through logarithms and functions without digits are free variables, is
//! analytic but for the sheets of its logarithms and roots. Principal values at a real point are the values on one of
//! the sheets; so what agrees on all sheets around random points agrees at every real point, whatever cut lies there:
//! `sqrt(x^2)` and x agree on one of two sheets only. A part whose whole contribution lies below what is compared
//! (`exp(-10000)*x` beside x) would not be seen, so every part must be seen at several points; and numbers of many digits
//! (`314159265358979/10^14` beside pi) raise the digits that are compared by as many as they have.

use super::Proof;
use super::kind::{Kind, kind};
use super::shift;
use crate::error::Result;
use crate::eval::{self, Chosen, Ratio};
use crate::expr::{Args, Expr, Head, Node, Pool, Symbol};
use crate::simplify::{Engine, known};
use crate::template;
use crate::walk::{self, Memo, reachable};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Points that must agree, and points that are tried: on each sheet one at least.
const POINTS: usize = 48;
const TRIED: usize = 160;
/// Logarithms and roots of different expressions: each has two sheets and more, and all combinations of two are tried.
const GENERATORS: usize = 6;
/// Larger expressions would take too long.
const NODES: usize = 4_000;
/// Bits that must agree beside those of the numbers that are written, and those that are worked out.
const AGREE: usize = 200;
const BITS: usize = 320;
/// The same for the last point: beyond any accident among constants of moderate size.
const DEEP_POINTS: usize = 1;
const DEEP_AGREE: usize = 1_000;
const DEEP_BITS: usize = 1_408;
/// A part is seen where its contribution is at most this many bits below the largest; and at how many points it must be.
const SEEN: f64 = 100.0;
const SEEN_AT: u8 = 3;
/// Sides this many bits below their largest part are 0 there.
const VANISHED: f64 = 250.0;
/// Digits of all numbers together above which no attempt is made.
const NUMBER_BITS: u64 = 4_096;

/// Agreement at random points, if there is and it can be relied on.
pub(super) fn evidence(pool: &mut Pool, a: Expr, b: Expr) -> Result<Option<Proof>> {
    if walk::count(pool, &[a, b]) > NODES {
        return Ok(None);
    }
    let Some([a, b]) = prepared(pool, [a, b])? else { return Ok(None) };
    let order = reachable(pool, &[a, b]);
    let number_bits: u64 = order.iter().filter_map(|&e| pool.as_number(e)).map(crate::number::Number::bits).sum();
    if order.len() > NODES || number_bits > NUMBER_BITS {
        return Ok(None);
    }
    let symbols = walk::symbols(pool, &[a, b]);
    let seed = pool.hash(a) ^ pool.hash(b).rotate_left(17);
    let mut trial = Trial { a, b, symbols, generators: Vec::new(), number_bits: number_bits as usize, order, seed };
    trial.generators = trial.find_generators(pool);
    if trial.generators.len() > GENERATORS { Ok(None) } else { trial.run(pool) }
}

struct Trial {
    a: Expr,
    b: Expr,
    order: Vec<Expr>,
    symbols: Vec<Symbol>,
    /// What logarithms and roots are taken of; in one group what differs by a positive constant factor only, whose
    /// logarithms have the same sheets.
    generators: Vec<Vec<Expr>>,
    number_bits: usize,
    seed: u64,
}

impl Trial {
    fn run(&self, pool: &mut Pool) -> Result<Option<Proof>> {
        let (points, deep) = if self.symbols.is_empty() { (1, 1) } else { (POINTS, DEEP_POINTS) };
        let sheets = 1usize << self.generators.len();
        let mut seen = vec![0u8; self.order.len()];
        let mut covered = vec![false; sheets];
        let mut agreed = 0;
        let mut tried = 0;
        while agreed < points || covered.contains(&false) {
            pool.check()?;
            if tried == TRIED {
                return Ok(None);
            }
            let all_seen = self.all_seen(&seen, points);
            match self.agrees(pool, tried, BITS, AGREE, (!all_seen).then_some(&mut seen)) {
                Some(false) => return Ok(None),
                Some(true) => {
                    agreed += 1;
                    covered[tried % sheets] = true;
                }
                // where eight in a row have no value, it has hardly any
                None if agreed == 0 && tried >= 8 + sheets.min(16) => return Ok(None),
                None => {}
            }
            tried += 1;
        }
        if !self.all_seen(&seen, points) {
            return Ok(None);
        }
        let mut agreed_deep = 0;
        for at in 0..TRIED / 4 {
            pool.check()?;
            match self.agrees(pool, TRIED + at, DEEP_BITS, DEEP_AGREE, None) {
                Some(false) => return Ok(None),
                Some(true) => agreed_deep += 1,
                None => {}
            }
            if agreed_deep == deep {
                let bits = if self.symbols.is_empty() { DEEP_AGREE } else { AGREE };
                return Ok(Some(Proof::Numeric { points: agreed, digits: (bits as f64 * std::f64::consts::LOG10_2) as usize }));
            }
        }
        Ok(None)
    }

    /// Whether every part was seen often enough; the sides themselves may be 0.
    fn all_seen(&self, seen: &[u8], points: usize) -> bool {
        let enough = SEEN_AT.min(u8::try_from(points).unwrap_or(SEEN_AT));
        self.order.iter().zip(seen).all(|(&e, &times)| e == self.a || e == self.b || times >= enough)
    }

    /// Finds the generators. Points on the first sheets tell which belong together.
    fn find_generators(&self, pool: &Pool) -> Vec<Vec<Expr>> {
        let bits = BITS + self.number_bits;
        let found = bases(pool, &self.order);
        let points = if found.len() < 2 { 0 } else { 12 };
        let tried: Vec<_> = (0..points).filter_map(|at| self.parts(pool, 2 * TRIED + at, bits)).take(3).collect();
        let mut groups: Vec<Vec<Expr>> = Vec::new();
        'bases: for base in found {
            for group in &mut groups {
                let ratios: Vec<Ratio> = tried.iter().filter_map(|parts| eval::ratio(parts, base, *group.first()?, bits)).collect();
                if let [first, second, third] = &ratios[..]
                    && first.is_constant(second, AGREE + self.number_bits)
                    && first.is_constant(third, AGREE + self.number_bits)
                {
                    group.push(base);
                    continue 'bases;
                }
            }
            groups.push(vec![base]);
        }
        groups
    }

    /// All parts at a point, on a sheet.
    fn parts(&self, pool: &Pool, at: usize, bits: usize) -> Option<eval::Parts<'_>> {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream(at as u64);
        // every fourth point is complex: there each function takes four times as long
        let values: Vec<(f64, f64)> =
            self.symbols.iter().map(|_| (signed(&mut random), if at % 4 == 3 { signed(&mut random) } else { 0.0 })).collect();
        let turns: Vec<i64> = (0..self.generators.len()).map(|bit| ((at >> bit) & 1) as i64 + 2 * rounds(&mut random)).collect();
        let chosen = Chosen {
            symbol: &|symbol| self.symbols.iter().position(|&known| known == symbol).map_or((0.0, 0.0), |place| values[place]),
            turns: &|base| self.generators.iter().position(|group| group.contains(&base)).map_or(0, |place| turns[place]),
        };
        eval::on_sheet(pool, &self.order, &chosen, bits)
    }

    /// Whether the sides agree at a point, on a sheet; `None` where one has no value.
    fn agrees(&self, pool: &Pool, at: usize, bits: usize, agree: usize, seen: Option<&mut Vec<u8>>) -> Option<bool> {
        // as many bits more as cancel, up to a limit
        for bits in [bits, 2 * bits, 4 * bits] {
            let bits = bits + self.number_bits;
            let parts = self.parts(pool, at, bits)?;
            let (gap, size) = eval::distance(&parts, self.a, self.b, bits)?;
            let agree = (agree + self.number_bits) as f64;
            let same = gap <= size - agree;
            if same && seen.is_none() {
                return Some(true);
            }
            let contributions = eval::contributions(pool, &parts, self.a, self.b)?;
            let scale = contributions.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if same || size <= scale - VANISHED.max(agree) {
                for (times, contribution) in seen.into_iter().flatten().zip(&contributions) {
                    *times = times.saturating_add(u8::from(*contribution >= scale - SEEN));
                }
                return Some(true);
            }
            if gap > scale - SEEN {
                return Some(false);
            }
        }
        Some(false)
    }
}

/// A number of either sign between 1/16 and 8 in size, of 40 bits.
fn signed(random: &mut ChaCha8Rng) -> f64 {
    let word = random.next_u64();
    let mantissa = 1.0 + (word >> 24) as f64 / (1u64 << 40) as f64;
    let size = libm::scalbn(mantissa, (word & 7) as i32 % 7 - 4);
    if word & 8 == 0 { size } else { -size }
}

/// How often a logarithm goes around twice: not at all every second time, else any number.
fn rounds(random: &mut ChaCha8Rng) -> i64 {
    let word = random.next_u64();
    if word & 1 == 0 { 0 } else { (word >> 1) as i64 % 1000 }
}

/// The sides collected, with inverse functions written through logarithms and functions without digits as free variables;
/// `None` if pieces are left.
fn prepared(pool: &mut Pool, sides: [Expr; 2]) -> Result<Option<[Expr; 2]>> {
    let mut ready = shift::aligned(pool, sides)?;
    for side in &mut ready {
        let mut written = through_logarithms(pool, *side)?;
        if !in_pieces(pool, written) {
            let collected = Engine::new(pool).collect(written)?;
            // a root of a square collects to `abs`
            if !in_pieces(pool, collected) {
                written = through_logarithms(pool, collected)?;
            }
        }
        if in_pieces(pool, written) {
            return Ok(None);
        }
        *side = written;
    }
    for side in &mut ready {
        *side = with_variables(pool, *side)?;
    }
    Ok(Some(ready))
}

fn in_pieces(pool: &Pool, root: Expr) -> bool {
    reachable(pool, &[root]).into_iter().any(|e| match pool.node(e) {
        Node::Call(Head::Function(f), _) => kind(f) == Kind::Pieces,
        Node::Call(..) => true,
        _ => false,
    })
}

/// Each inverse function by its definition, and those inside.
fn through_logarithms(pool: &mut Pool, root: Expr) -> Result<Expr> {
    let mut root = root;
    // a definition may lead to another: asec, acos, log
    for _ in 0..4 {
        let mut memo = Memo::new();
        for e in reachable(pool, &[root]) {
            pool.check()?;
            let new = match pool.node(e) {
                Node::Call(Head::Function(f), args) if kind(f) == Kind::Branches => {
                    let args: Args = args.iter().map(|&arg| memo.get(arg).unwrap_or(arg)).collect();
                    template::definition(f).map_or(e, |definition| definition.instantiate(pool, &args))
                }
                _ => walk::rebuild(pool, e, |part| memo.get(part).unwrap_or(part)),
            };
            memo.set(e, new);
        }
        let next = memo.get(root).unwrap_or(root);
        if next == root {
            break;
        }
        root = next;
    }
    Ok(root)
}

/// What has no digits is a free variable: what holds for all its values holds for its own.
fn with_variables(pool: &mut Pool, root: Expr) -> Result<Expr> {
    let mut memo = Memo::new();
    for e in reachable(pool, &[root]) {
        pool.check()?;
        let free = matches!(pool.node(e), Node::Call(Head::Function(f), _) if kind(f) == Kind::Free);
        let new = if free {
            // a name that no text can have
            let name = format!("\u{0}{:x}", pool.hash(e));
            pool.symbol(&name)
        } else {
            walk::rebuild(pool, e, |part| memo.get(part).unwrap_or(part))
        };
        memo.set(e, new);
    }
    Ok(memo.get(root).unwrap_or(root))
}

/// What logarithms and roots are taken of, constants left out.
fn bases(pool: &Pool, order: &[Expr]) -> Vec<Expr> {
    let mut found: Vec<Expr> = order
        .iter()
        .filter_map(|&e| match pool.node(e) {
            Node::Pow(base, exponent) if !pool.as_number(exponent).is_some_and(crate::number::Number::is_integer) => Some(base),
            Node::Call(Head::Function(known::LOG), [argument]) => Some(*argument),
            _ => None,
        })
        .filter(|&base| pool.has_symbols(base))
        .collect();
    found.sort();
    found.dedup();
    found
}
