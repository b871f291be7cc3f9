//! Generators: what the polynomials of a normal form are polynomials in, each with the relation it satisfies.
//! Deliberately writes nothing. Read next: `convert.rs`, which asks for them.
//!
//! - A symbol, a constant or a call is free. Calls are told apart by the normal forms of their arguments.
//! - A radical `b^(1/n)` satisfies `g^n = b`; so do `I` (`b = -1`), prime numbers' roots and `|u|` of a real u (`g^2 = u^2`).
//! - A power `b^v`, v a direction of exponents, is free: `b^(k*v) = (b^v)^k` for whole k (DLMF 4.2.26).
//! - The cosine and sine of an angle satisfy `s^2 = 1 - c^2` (DLMF 4.21.12), the hyperbolic ones `c^2 = 1 + s^2` (4.35.11).

use super::Field;
use super::circle::Circle;
use super::quotient::Quotient;
use super::span::{Vector, combination, common_denominator};
use crate::expr::{Expr, Head};
use crate::number::Number;
use crate::polynomial::{GENERATORS, Monomial, Polynomial};

/// Multiples of an angle up to this sum are written in its sine and cosine.
const TURNS: i64 = 12;
/// The largest index of a root.
const INDEX: i64 = 60;

/// `g^index = base`.
#[derive(Clone)]
pub(super) struct Relation {
    pub(super) index: u16,
    pub(super) base: Quotient,
}

pub(super) enum Kind {
    /// Written as it is.
    Plain(Expr),
    /// The absolute value of a real expression: its text and its value.
    Absolute {
        text: Expr,
        of: Quotient,
    },
    /// A root; its index is the relation's. Texts of the base as they were met, each with the positive number by which
    /// it exceeds the relation's base.
    Radical {
        texts: Vec<(Expr, Number)>,
    },
    /// A power in a direction of exponents.
    Power {
        family: usize,
        direction: usize,
    },
    /// Cosine or sine of an angle.
    Cosine {
        circle: &'static Circle,
        angle: usize,
    },
    Sine,
}

pub(super) struct Generator {
    pub(super) kind: Kind,
    pub(super) relation: Option<Relation>,
}

/// All powers of one base with exponents that are no numbers.
pub(super) struct Family {
    /// The base; `None` is e.
    pub(super) base: Option<Quotient>,
    pub(super) text: Expr,
    pub(super) directions: Vec<Direction>,
}

/// One independent exponent or angle.
pub(super) struct Direction {
    pub(super) vector: Vector,
    /// `text` is `unit` times the vector.
    pub(super) text: Expr,
    pub(super) unit: Number,
    /// The text met first.
    pub(super) first: Expr,
    pub(super) generator: usize,
    /// Whether others may be combinations of it.
    pub(super) basis: bool,
    /// Whether it is a part of the angle that was met first.
    pub(super) halved: bool,
}

/// An opaque call: its head and the normal forms of its arguments.
pub(super) struct Opaque {
    pub(super) head: Head,
    pub(super) arguments: Vec<Quotient>,
    pub(super) generator: usize,
}

impl Field<'_, '_> {
    pub(super) fn new_generator(&mut self, kind: Kind, relation: Option<Relation>) -> Option<usize> {
        if self.generators.len() >= GENERATORS {
            return None;
        }
        self.generators.push(Generator { kind, relation });
        Some(self.generators.len() - 1)
    }

    /// The generator of a symbol, a constant or anything else that is known by its handle.
    pub(super) fn plain(&mut self, e: Expr) -> Option<usize> {
        let found = self.generators.iter().position(|g| matches!(g.kind, Kind::Plain(text) if text == e));
        found.or_else(|| self.new_generator(Kind::Plain(e), None))
    }

    /// The generator of a call whose head has no relations.
    pub(super) fn opaque(&mut self, head: Head, arguments: Vec<Quotient>, text: Expr) -> Option<usize> {
        if let Some(at) = self.opaques.iter().position(|o| o.head == head && o.arguments == arguments) {
            let generator = self.opaques[at].generator;
            if let Kind::Plain(known) = self.generators[generator].kind
                && self.engine.size(text) < self.engine.size(known)
            {
                self.generators[generator].kind = Kind::Plain(text);
            }
            return Some(generator);
        }
        let generator = self.new_generator(Kind::Plain(text), None)?;
        self.opaques.push(Opaque { head, arguments, generator });
        Some(generator)
    }

    pub(super) fn absolute(&mut self, text: Expr, of: Quotient, square: Quotient) -> Option<usize> {
        let found = self
            .generators
            .iter()
            .position(|g| matches!(g.kind, Kind::Absolute { .. }) && g.relation.as_ref().is_some_and(|relation| relation.base == square));
        found.or_else(|| self.new_generator(Kind::Absolute { text, of }, Some(Relation { index: 2, base: square })))
    }

    /// `base^(p/q)`, the base without positive content; `text` is `content` times the base.
    pub(super) fn root(&mut self, base: Quotient, p: i64, q: i64, text: Expr, content: Number) -> Option<Quotient> {
        if !(1..=INDEX).contains(&q) || p.abs() > 1 << 12 {
            return None;
        }
        let found = self
            .generators
            .iter()
            .position(|g| matches!(g.kind, Kind::Radical { .. }) && g.relation.as_ref().is_some_and(|relation| relation.base == base));
        let generator = match found {
            Some(at) => at,
            None => {
                let index = u16::try_from(q).ok()?;
                self.new_generator(Kind::Radical { texts: Vec::new() }, Some(Relation { index, base }))?
            }
        };
        if let Kind::Radical { texts } = &mut self.generators[generator].kind
            && !texts.iter().any(|(known, _)| *known == text)
        {
            texts.push((text, content));
        }
        let index = i64::from(self.generators[generator].relation.as_ref()?.index);
        let common = num_integer::lcm(index, q);
        if common > INDEX {
            return None;
        }
        if common != index {
            self.rescale(generator, common / index)?;
            self.generators[generator].relation.as_mut()?.index = u16::try_from(common).ok()?;
        }
        // p/q = whole + rest/common with 0 <= rest < common
        let steps = p * (common / q);
        let (whole, rest) = (steps.div_euclid(common), steps.rem_euclid(common));
        let base = self.generators[generator].relation.as_ref()?.base.clone();
        let outside = self.raised(&base, whole)?;
        let radical = Quotient::of(Polynomial::term(Monomial::variable(generator, u16::try_from(rest).ok()?), Number::ONE));
        self.multiply(&outside, &radical)
    }

    /// `base^vector` as a product of generators of the family.
    pub(super) fn power_in(&mut self, family: usize, vector: Vector, text: Expr) -> Option<Quotient> {
        let basis: Vec<&Vector> = self.families[family].directions.iter().map(|d| &d.vector).collect();
        let Some(coefficients) = combination(&basis, &vector) else {
            let direction = self.families[family].directions.len();
            let generator = self.new_generator(Kind::Power { family, direction }, None)?;
            self.families[family].directions.push(Direction {
                vector,
                text,
                first: text,
                unit: Number::ONE,
                generator,
                basis: true,
                halved: false,
            });
            return Some(Quotient::variable(generator));
        };
        let (mut top, mut bottom) = (Monomial::ONE, Monomial::ONE);
        for (direction, mut coefficient) in coefficients.into_iter().enumerate() {
            if coefficient.is_zero() {
                continue;
            }
            let by = common_denominator(std::slice::from_ref(&coefficient)).filter(|&by| by <= INDEX)?;
            let generator = self.families[family].directions[direction].generator;
            if by > 1 {
                self.rescale(generator, by)?;
                let direction = &mut self.families[family].directions[direction];
                let factor = Number::integer(by);
                direction.unit = direction.unit.mul(&factor);
                let part = factor.recip()?;
                direction.vector.iter_mut().for_each(|(_, c)| *c = c.mul(&part));
                coefficient = coefficient.mul(&factor);
            }
            let k = coefficient.as_i64()?;
            let exponent = u16::try_from(k.unsigned_abs()).ok().filter(|&e| e <= 1 << 10)?;
            // the shortest text seen in this direction
            let entry = &self.families[family].directions[direction];
            let known = entry.text;
            if vector_is_multiple(&vector, &entry.vector, &coefficient) && self.engine.size(text) < self.engine.size(known) {
                let entry = &mut self.families[family].directions[direction];
                entry.text = text;
                entry.unit = coefficient;
            }
            if k > 0 {
                top = top.with(generator, exponent);
            } else {
                bottom = bottom.with(generator, exponent);
            }
        }
        Some(Quotient { numerator: Polynomial::term(top, Number::ONE), denominator: Polynomial::term(bottom, Number::ONE) })
    }

    /// Cosine and sine of an angle, in those of the directions it is a combination of.
    pub(super) fn circular(&mut self, circle: &'static Circle, vector: Vector, text: Expr) -> Option<(Quotient, Quotient)> {
        let of_circle: Vec<usize> = (0..self.angles.len()).filter(|&at| std::ptr::eq(self.angles[at].0, circle)).collect();
        let basis: Vec<usize> = of_circle.iter().copied().filter(|&at| self.angles[at].1.basis).collect();
        let vectors: Vec<&Vector> = basis.iter().map(|&at| &self.angles[at].1.vector).collect();
        let combined = combination(&vectors, &vector);
        if let Some(coefficients) = &combined {
            let by = common_denominator(coefficients)?;
            let turns: Option<i64> = coefficients.iter().map(|c| c.mul(&Number::integer(by)).as_i64().map(i64::abs)).sum();
            if turns.is_some_and(|turns| turns <= TURNS) && by <= TURNS {
                if by > 1 {
                    // half angles: begin again with a smaller unit for each direction that needs it
                    for (at, coefficient) in basis.iter().zip(coefficients) {
                        let by = coefficient.denominator().as_i64()?;
                        if by > 1 {
                            self.hints.push((self.angles[*at].1.first, by));
                        }
                    }
                    self.restart = true;
                    return None;
                }
                let mut sum = (Quotient::constant(Number::ONE), Quotient::constant(Number::ZERO));
                for (&at, coefficient) in basis.iter().zip(coefficients) {
                    let k = coefficient.as_i64()?;
                    for _ in 0..k.unsigned_abs() {
                        let sine = self.angles[at].1.generator;
                        let (c, s) = (Quotient::variable(sine - 1), Quotient::variable(sine));
                        let s = if k < 0 { s.neg() } else { s };
                        sum = self.turned(circle, &sum, &(c, s))?;
                    }
                }
                return Some(sum);
            }
        }
        // a multiple too far from the others stands alone
        if let Some(&at) = of_circle.iter().find(|&&at| self.angles[at].1.vector == vector) {
            let sine = self.angles[at].1.generator;
            return Some((Quotient::variable(sine - 1), Quotient::variable(sine)));
        }
        let hint = self.hints.iter().filter(|(first, _)| *first == text).fold(1, |all, (_, by)| num_integer::lcm(all, *by));
        let angle = self.angles.len();
        let cosine = self.new_generator(Kind::Cosine { circle, angle }, None)?;
        let square = Quotient::of(Polynomial::term(Monomial::variable(cosine, 2), Number::ONE));
        // s^2 = sigma*(1 - c^2)
        let base = Quotient::constant(circle.sigma()).add_scaled(&square, &circle.sigma().neg());
        let sine = self.new_generator(Kind::Sine, Some(Relation { index: 2, base }))?;
        let unit = Number::integer(hint);
        let part = unit.recip()?;
        let smaller = vector.into_iter().map(|(atom, c)| (atom, c.mul(&part))).collect();
        self.angles.push((
            circle,
            Direction { vector: smaller, text, first: text, unit, generator: sine, basis: combined.is_none(), halved: hint > 1 },
        ));
        if hint == 1 {
            return Some((Quotient::variable(cosine), Quotient::variable(sine)));
        }
        let once = (Quotient::variable(cosine), Quotient::variable(sine));
        let mut sum = once.clone();
        for _ in 1..hint {
            sum = self.turned(circle, &sum, &once)?;
        }
        Some(sum)
    }

    /// Cosine and sine of a sum of angles (DLMF 4.21.1, 4.21.2; 4.35.1, 4.35.2).
    pub(super) fn turned(&mut self, circle: &Circle, a: &(Quotient, Quotient), b: &(Quotient, Quotient)) -> Option<(Quotient, Quotient)> {
        let cosines = self.multiply(&a.0, &b.0)?;
        let sines = self.multiply(&a.1, &b.1)?.scale(&circle.sigma().neg());
        let left = self.multiply(&a.1, &b.0)?;
        let right = self.multiply(&a.0, &b.1)?;
        Some((self.add(&cosines, &sines)?, self.add(&left, &right)?))
    }

    /// Puts `g^by` in the place of a generator, everywhere: a finer root or direction takes its place.
    fn rescale(&mut self, generator: usize, by: i64) -> Option<()> {
        let by = u16::try_from(by).ok()?;
        self.rescaled = true;
        let bit = 1u32 << generator;
        let mut failed = false;
        let mut change = |p: &mut Polynomial| {
            if p.variables() & bit == 0 {
                return;
            }
            let terms = p.terms().iter().map(|(monomial, c)| {
                let exponent = monomial.exponent(generator).checked_mul(by);
                failed |= exponent.is_none();
                (monomial.with(generator, exponent.unwrap_or(0)), c.clone())
            });
            *p = Polynomial::from_terms(terms.collect());
        };
        let mut quotient = |q: &mut Quotient| {
            change(&mut q.numerator);
            change(&mut q.denominator);
        };
        self.values.iter_mut().for_each(&mut quotient);
        for generator in &mut self.generators {
            generator.relation.iter_mut().for_each(|relation| quotient(&mut relation.base));
            if let Kind::Absolute { of, .. } = &mut generator.kind {
                quotient(of);
            }
        }
        self.roots_seen.iter_mut().for_each(|(base, _)| quotient(base));
        self.opaques.iter_mut().for_each(|opaque| opaque.arguments.iter_mut().for_each(&mut quotient));
        for family in &mut self.families {
            family.base.iter_mut().for_each(&mut quotient);
            family.directions.iter_mut().for_each(|d| d.vector.iter_mut().for_each(|(atom, _)| quotient(atom)));
        }
        self.angles.iter_mut().for_each(|(_, d)| d.vector.iter_mut().for_each(|(atom, _)| quotient(atom)));
        (!failed).then_some(())
    }
}

/// Whether `vector` is `by` times `unit`.
fn vector_is_multiple(vector: &Vector, unit: &Vector, by: &Number) -> bool {
    vector.len() == unit.len() && unit.iter().all(|(atom, c)| vector.iter().any(|(a, n)| a == atom && *n == c.mul(by)))
}
