//! Back from polynomials to expressions: generators, monomials, sums.
//! Deliberately decides only between texts of one value; which factors and sums there are is `product.rs`'s and `form.rs`'s work.
//! Read next: `product.rs`.

use super::circle::Circle;
use super::generator::Kind;
use super::quotient::Quotient;
use super::span::Vector;
use super::{Field, known};
use crate::expr::{Args, Expr, Node};
use crate::number::Number;
use crate::polynomial::{GENERATORS, Monomial, Polynomial};

/// The base of a power takes a whole factor of the exponent in up to this many bits: 8^x, not 1267650600228229401496703205376^x.
const BASE_BITS: u64 = 14;

/// An exponent for each generator, and whole numbers added to the exponents of families: bases that were taken into powers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Powers(pub(super) [i32; GENERATORS], pub(super) [i32; GENERATORS]);

impl Powers {
    pub(super) const NONE: Powers = Powers([0; GENERATORS], [0; GENERATORS]);

    pub(super) fn of(monomial: &Monomial) -> Powers {
        let mut powers = Powers::NONE;
        for (v, power) in powers.0.iter_mut().enumerate() {
            *power = i32::from(monomial.exponent(v));
        }
        powers
    }

    /// Adds the exponents of a monomial's power.
    pub(super) fn multiply(&mut self, monomial: &Monomial, times: i32) {
        for (power, k) in self.0.iter_mut().zip(Powers::of(monomial).0) {
            *power += k * times;
        }
    }
}

impl Field<'_, '_> {
    /// Any true text of a quotient: numerator and denominator as they stand.
    pub(super) fn write(&mut self, q: &Quotient) -> Option<Expr> {
        let top = self.write_sum(&q.numerator)?;
        if q.denominator.is_one() {
            return Some(top);
        }
        let bottom = self.write_sum(&q.denominator)?;
        let below = self.engine.pow(bottom, Expr::MINUS_ONE);
        Some(self.engine.mul(&[top, below]))
    }

    /// A sum of atoms times numbers.
    pub(super) fn write_vector(&mut self, vector: &Vector) -> Option<Expr> {
        let mut terms = Args::new();
        for (atom, coefficient) in vector {
            terms.push(self.write(&atom.scale(coefficient))?);
        }
        Some(self.engine.add(&terms))
    }

    /// A polynomial term by term.
    pub(super) fn write_sum(&mut self, p: &Polynomial) -> Option<Expr> {
        let mut terms = Args::new();
        for (monomial, coefficient) in p.terms() {
            terms.push(self.write_term(coefficient, &Powers::of(monomial), &[])?);
        }
        Some(match terms.as_slice() {
            [] => Expr::ZERO,
            [one] => *one,
            _ => self.engine.pool.add(&terms),
        })
    }

    /// A number times powers of generators times other factors.
    pub(super) fn write_term(&mut self, coefficient: &Number, powers: &Powers, others: &[Expr]) -> Option<Expr> {
        let mut joined = *powers;
        self.join_symbols(&mut joined);
        let parts = self.join_roots(&mut joined);
        let powers = &joined;
        let mut factors = Args::from_slice(others);
        let mut numbers: Vec<(Number, Expr)> = Vec::new();
        for v in 0..self.generators.len() {
            let k = powers.0[v];
            if k == 0 && !matches!(self.generators[v].kind, Kind::Cosine { .. }) {
                continue;
            }
            match &self.generators[v].kind {
                Kind::Plain(e) => {
                    let e = *e;
                    factors.push(self.whole_power(e, k));
                }
                Kind::Absolute { text, .. } => {
                    let size = self.engine.pool.apply(known::ABS, &[*text]);
                    factors.push(self.whole_power(size, k));
                }
                Kind::Radical { .. } => {
                    let power = self.radical_power(v, k)?;
                    factors.push(power);
                }
                Kind::Power { family, direction } => {
                    let (family, direction) = (*family, *direction);
                    // all directions of a family at once, with its first that occurs
                    let earlier = self.families[family].directions[..direction].iter().any(|d| powers.0[d.generator] != 0);
                    if !earlier {
                        let mut exponent = self.exponent(family, powers)?;
                        if let Some((_, part)) = parts.iter().find(|(of, _)| *of == family) {
                            let part = self.engine.number(part.clone());
                            exponent = self.engine.add(&[exponent, part]);
                        }
                        let base = self.families[family].text;
                        match self.engine.pool.as_number(base).cloned() {
                            Some(n) if self.families[family].base.is_some() && n.is_positive() => numbers.push((n, exponent)),
                            _ => factors.push(self.family_power(family, exponent)),
                        }
                    }
                }
                Kind::Cosine { circle, angle } => {
                    let (circle, angle) = (*circle, *angle);
                    if k != 0 || powers.0[v + 1] != 0 {
                        self.circle_powers(circle, angle, powers.0[v + 1], k, &mut factors)?;
                    }
                }
                Kind::Sine => {}
            }
        }
        for family in 0..self.families.len() {
            // a base that was taken into a power which has gone into a root since
            let alone = self.families[family].directions.iter().all(|d| powers.0[d.generator] == 0);
            if alone && powers.1[family] != 0 {
                let base = self.families[family].text;
                factors.push(self.whole_power(base, powers.1[family]));
            }
        }
        let coefficient = self.powers_of_numbers(coefficient, numbers, &mut factors);
        factors.push(self.engine.number(coefficient));
        let product = self.engine.mul(&factors);
        Some(self.engine.radical_below(product))
    }

    /// `x^2*x^n` is `x^(n + 2)`, which has a value at x = 0 where `x^(n + 2)` had.
    fn join_symbols(&self, powers: &mut Powers) {
        for (at, family) in self.families.iter().enumerate() {
            if family.directions.iter().all(|d| powers.0[d.generator] == 0) {
                continue;
            }
            let base = family.base.as_ref().filter(|base| base.denominator.is_one() && base.numerator.len() == 1);
            let Some((monomial, c)) = base.and_then(|base| base.numerator.leading()) else { continue };
            if !c.is_one() || monomial.total() != 1 {
                continue;
            }
            let symbol = (0..self.generators.len()).find(|&v| monomial.exponent(v) == 1);
            if let Some(v) = symbol.filter(|&v| matches!(self.generators[v].kind, Kind::Plain(_))) {
                powers.1[at] += powers.0[v];
                powers.0[v] = 0;
            }
        }
    }

    /// `x^n*sqrt(x)` is `x^(n + 1/2)`, for the same reason: what a root adds to a family's exponent.
    fn join_roots(&self, powers: &mut Powers) -> Vec<(usize, Number)> {
        let mut parts = Vec::new();
        for (at, family) in self.families.iter().enumerate() {
            let Some(base) = &family.base else { continue };
            if family.directions.iter().all(|d| powers.0[d.generator] == 0) || base.as_constant().is_some() {
                continue;
            }
            let root = (0..self.generators.len()).find(|&v| {
                let relation = self.generators[v].relation.as_ref();
                powers.0[v] != 0
                    && matches!(self.generators[v].kind, Kind::Radical { .. })
                    && relation.is_some_and(|relation| relation.base == *base)
            });
            if let Some(v) = root
                && let Some(relation) = &self.generators[v].relation
            {
                parts.push((at, Number::new(i64::from(powers.0[v]), i64::from(relation.index))));
                powers.0[v] = 0;
            }
        }
        parts
    }

    /// Powers of numbers: those of one exponent as one power (`2^x*3^x = 6^x`), whole multiples of the exponent in the base
    /// (`2^(2*x) = 4^x`), and powers of the base out of the coefficient (`8*2^x = 2^(x + 3)`) where that is shorter. Gives what is left
    /// of the coefficient.
    fn powers_of_numbers(&mut self, coefficient: &Number, numbers: Vec<(Number, Expr)>, factors: &mut Args) -> Number {
        let mut coefficient = coefficient.clone();
        let mut groups: Vec<(Number, Expr)> = Vec::new();
        for (base, exponent) in numbers {
            match groups.iter_mut().find(|(_, known)| *known == exponent) {
                Some((known, _)) => *known = known.mul(&base),
                None => groups.push((base, exponent)),
            }
        }
        for (mut base, mut exponent) in groups {
            let (times, rest) = self.engine.split(exponent);
            if let Some(times) = times.as_i64().filter(|&t| t > 1 && t <= 16)
                && let Some(power) = base.pow(times, BASE_BITS)
            {
                (base, exponent) = (power, rest);
            }
            let text = self.engine.number(base.clone());
            let plain = self.engine.pool.pow(text, exponent);
            let before = self.engine.number(coefficient.clone());
            let apart = self.engine.pool.mul(&[before, plain]);
            let mut best = (self.engine.size(apart), coefficient.clone(), plain);
            for shift in [-2, -1, 1, 2, 3, 4] {
                let Some(rest) = base.pow(-shift, 256).map(|power| coefficient.mul(&power)) else { continue };
                let number = self.engine.pool.integer(shift);
                let moved = self.engine.add(&[exponent, number]);
                let power = self.engine.pool.pow(text, moved);
                let front = self.engine.number(rest.clone());
                let whole = self.engine.pool.mul(&[front, power]);
                let size = self.engine.size(whole);
                if size < best.0 {
                    best = (size, rest, power);
                }
            }
            coefficient = best.1;
            factors.push(best.2);
        }
        coefficient
    }

    fn whole_power(&mut self, base: Expr, k: i32) -> Expr {
        let exponent = self.engine.pool.integer(i64::from(k));
        self.engine.pow(base, exponent)
    }

    /// `b^(k/n)` for a radical, in the shortest text of the base that needs no other number.
    fn radical_power(&mut self, v: usize, k: i32) -> Option<Expr> {
        let text = self.radical_text(v)?;
        let index = i64::from(self.generators[v].relation.as_ref()?.index);
        let exponent = self.engine.number(Number::new(i64::from(k), index));
        Some(self.engine.pow(text, exponent))
    }

    /// The shortest text of a radical's base.
    pub(super) fn radical_text(&mut self, v: usize) -> Option<Expr> {
        if let Some(known) = self.radical_texts[v] {
            return Some(known);
        }
        let Kind::Radical { texts } = &self.generators[v].kind else { return None };
        let seen: Args = texts.iter().filter(|(_, content)| content.is_one()).map(|(text, _)| *text).collect();
        let base = self.generators[v].relation.as_ref()?.base.clone();
        let mut best = self.write(&base)?;
        for text in seen {
            if self.engine.size(text) <= self.engine.size(best) {
                best = text;
            }
        }
        self.radical_texts[v] = Some(best);
        Some(best)
    }

    /// The exponent that a family's generators have together.
    fn exponent(&mut self, family: usize, powers: &Powers) -> Option<Expr> {
        let mut terms = Args::new();
        for at in 0..self.families[family].directions.len() {
            let direction = &self.families[family].directions[at];
            let k = powers.0[direction.generator];
            if k == 0 {
                continue;
            }
            let (text, by) = (direction.text, Number::integer(i64::from(k)).div(&direction.unit)?);
            terms.push(self.multiple(&by, text));
        }
        terms.push(self.engine.pool.integer(i64::from(powers.1[family])));
        Some(self.engine.add(&terms))
    }

    /// A number times a text: before the brackets of a sum or into them, as is shorter.
    pub(super) fn multiple(&mut self, by: &Number, text: Expr) -> Expr {
        let factor = self.engine.number(by.clone());
        let plain = self.engine.mul(&[factor, text]);
        if !matches!(self.engine.pool.node(text), Node::Add(_)) {
            return plain;
        }
        let spread = self.engine.distribute(by, text);
        if self.engine.size(spread) <= self.engine.size(plain) { spread } else { plain }
    }

    fn family_power(&mut self, family: usize, exponent: Expr) -> Expr {
        let entry = &self.families[family];
        if entry.base.is_none() {
            return self.engine.apply(known::EXP, &[exponent]);
        }
        let base = entry.text;
        self.engine.pow(base, exponent)
    }

    /// `s^i*c^j` by the two of the six functions that need the least text.
    fn circle_powers(&mut self, circle: &Circle, angle: usize, sines: i32, cosines: i32, factors: &mut Args) -> Option<()> {
        if let Some(known) = self.circles.get(&(angle, sines, cosines)) {
            factors.extend_from_slice(known);
            return Some(());
        }
        let direction = &self.angles[angle].1;
        let (text, by) = (direction.text, direction.unit.recip()?);
        let argument = self.multiple(&by, text);
        // of two texts of one length the one with less below the bar
        let mut best: Option<((u32, usize), Args)> = None;
        let functions = circle.functions();
        for (at, (f, (fs, fc))) in functions.iter().enumerate() {
            for (g, (gs, gc)) in &functions[at + 1..] {
                // a*(fs, fc) + b*(gs, gc) = (sines, cosines)
                let (fs, fc, gs, gc) = (i32::from(*fs), i32::from(*fc), i32::from(*gs), i32::from(*gc));
                let determinant = fs * gc - fc * gs;
                if determinant == 0 {
                    continue;
                }
                // no pole where the powers have none, and no 1/csc: it has none at 0
                let (a, b) = ((sines * gc - cosines * gs) / determinant, (fs * cosines - fc * sines) / determinant);
                let poles = |times: i32, s: i32, c: i32| {
                    (sines >= 0 && s * times < 0) || (cosines >= 0 && c * times < 0) || (times < 0 && (s < 0 || c < 0))
                };
                if poles(a, fs, fc) || poles(b, gs, gc) {
                    continue;
                }
                let (a, b) = (sines * gc - cosines * gs, fs * cosines - fc * sines);
                if a % determinant != 0 || b % determinant != 0 {
                    continue;
                }
                let mut parts = Args::new();
                let below = usize::from(a / determinant < 0) + usize::from(b / determinant < 0);
                for (function, times) in [(*f, a / determinant), (*g, b / determinant)] {
                    if times != 0 {
                        let call = self.engine.apply(function, &[argument]);
                        parts.push(self.whole_power(call, times));
                    }
                }
                let product = self.engine.pool.mul(&parts);
                let size = (self.engine.size(product), below);
                if best.as_ref().is_none_or(|(known, _)| size < *known) {
                    best = Some((size, parts));
                }
            }
        }
        let best = best?.1;
        factors.extend_from_slice(&best);
        self.circles.insert((angle, sines, cosines), best);
        Some(())
    }
}
