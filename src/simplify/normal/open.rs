//! What the normal form opens in a second try only, as it is longer unless something cancels: angles of inverse functions and of pi,
//! hypergeometric neighbours. Roots of positive factors are `surd.rs`'s.
//! Deliberately knows no value: `cos(atan(u))` and `sin(pi/8)` are rows of TABLE 2.
//! Read next: `generator.rs`.

use super::Field;
use super::circle::Circle;
use super::generator::Kind;
use super::quotient::Quotient;
use super::span::Vector;
use crate::expr::{Args, Expr, Head};
use crate::function::Function;
use crate::number::Number;
use crate::polynomial::Polynomial;
use crate::simplify::known;

const HYPERGEOMETRIC: Function = Function::named("hyp2f1", 4);
/// The largest whole multiple of an angle that is opened.
const MULTIPLE: i64 = 8;

impl Field<'_, '_> {
    /// Takes from an angle the atoms whose cosine and sine have closed forms: cosine and sine of their sum.
    pub(super) fn closed_angles(&mut self, circle: &'static Circle, vector: &mut Vector) -> Option<(Quotient, Quotient)> {
        let mut sum: Option<(Quotient, Quotient)> = None;
        let mut at = 0;
        while at < vector.len() {
            let (atom, coefficient) = vector[at].clone();
            match self.closed_angle(circle, &atom, &coefficient) {
                Some(pair) if self.opens => {
                    vector.remove(at);
                    sum = Some(match sum {
                        Some(sum) => self.turned(circle, &sum, &pair)?,
                        None => pair,
                    });
                }
                Some(_) => {
                    self.met_closed = true;
                    at += 1;
                }
                None => at += 1,
            }
        }
        sum
    }

    /// Cosine and sine of a multiple of one atom, if they have closed forms.
    fn closed_angle(&mut self, circle: &'static Circle, atom: &Quotient, coefficient: &Number) -> Option<(Quotient, Quotient)> {
        let (text, imaginary) = self.angle_text(atom)?;
        let (of, i) = if imaginary { (circle.other(), true) } else { (circle, false) };
        // multiples of pi are looked up as they are, others turned
        let pi = self.engine.pool.as_call(text, known::PI).is_some();
        let (text, times) =
            if pi { (self.multiple(coefficient, text), 1) } else { (text, coefficient.as_i64().filter(|times| times.abs() <= MULTIPLE)?) };
        let cosine = self.engine.apply(of.cosine, &[text]);
        let sine = self.engine.apply(of.sine, &[text]);
        if [cosine, sine].into_iter().any(|e| [of.cosine, of.sine].into_iter().any(|f| self.contains_call(e, f, text))) {
            return None;
        }
        if !self.opens {
            return Some((Quotient::constant(Number::ONE), Quotient::constant(Number::ZERO)));
        }
        let cosine = self.converted(cosine)?;
        let mut sine = self.converted(sine)?;
        if i {
            // cos(I*x) = cosh(x), sin(I*x) = I*sinh(x) (DLMF 4.28.8), and the other way around
            let unit = self.imaginary_unit()?;
            sine = self.multiply(&unit, &sine)?;
        }
        let once = (cosine, if times < 0 { sine.neg() } else { sine });
        let mut sum = once.clone();
        for _ in 1..times.abs() {
            sum = self.turned(circle, &sum, &once)?;
        }
        Some(sum)
    }

    /// The text of an atom that is one call, and whether I stands before it.
    fn angle_text(&mut self, atom: &Quotient) -> Option<(Expr, bool)> {
        let [(monomial, _)] = atom.numerator.terms() else { return None };
        if !atom.denominator.is_one() || monomial.total() > 2 {
            return None;
        }
        let (mut text, mut imaginary) = (None, false);
        for v in (0..self.generators.len()).filter(|&v| monomial.exponent(v) == 1) {
            match &self.generators[v].kind {
                Kind::Plain(e) if matches!(self.engine.pool.node(*e), crate::expr::Node::Call(..)) && text.is_none() => text = Some(*e),
                Kind::Radical { .. } if self.is_imaginary_unit(v) => imaginary = true,
                _ => return None,
            }
        }
        let factors = u32::from(text.is_some()) + u32::from(imaginary);
        (factors == monomial.total()).then_some((text?, imaginary))
    }

    fn is_imaginary_unit(&self, v: usize) -> bool {
        self.generators[v]
            .relation
            .as_ref()
            .is_some_and(|relation| relation.index == 2 && relation.base.as_constant().is_some_and(|base| base.is_minus_one()))
    }

    pub(super) fn imaginary_unit(&mut self) -> Option<Quotient> {
        self.root(Quotient::constant(Number::MINUS_ONE), 1, 2, Expr::MINUS_ONE, Number::ONE)
    }

    fn contains_call(&self, e: Expr, function: Function, argument: Expr) -> bool {
        crate::walk::reachable(self.engine.pool, &[e]).into_iter().any(|part| self.engine.pool.as_call(part, function) == Some(&[argument]))
    }

    /// `exp` of the atoms that are inverse functions, as `cosh + sinh` or `cos + I*sin` of them.
    pub(super) fn closed_exponents(&mut self, vector: &mut Vector) -> Option<Quotient> {
        let mut product: Option<Quotient> = None;
        let mut at = 0;
        while at < vector.len() {
            let (atom, coefficient) = vector[at].clone();
            let circle = Circle::hyperbolic();
            match self.closed_angle(circle, &atom, &coefficient) {
                Some((cosine, sine)) if self.opens => {
                    vector.remove(at);
                    let power = self.add(&cosine, &sine)?;
                    product = Some(match product {
                        Some(product) => self.multiply(&product, &power)?,
                        None => power,
                    });
                }
                Some(_) => {
                    self.met_closed = true;
                    at += 1;
                }
                None => at += 1,
            }
        }
        product
    }

    /// `F(a + 1, b + 1; a + 2; z) = (a + 1)*((1 - z)^(-b) - F(a, b; a + 1; z))/(b*z)` where the lower neighbour occurs as well: the derivative
    /// of F by `z*F' = a*((1 - z)^(-b) - F)` (DLMF 15.5.1, 15.5.3 with `F(a + 1, b; a + 1; z) = (1 - z)^(-b)`, 15.4.6).
    pub(super) fn neighbour(&mut self, head: Head, arguments: &[Quotient], args: &Args) -> Option<Quotient> {
        let ([first, second, third, z], Head::Function(f)) = (arguments, head) else { return None };
        if f != HYPERGEOMETRIC {
            return None;
        }
        let minus = Quotient::constant(Number::MINUS_ONE);
        let lower = [self.add(first, &minus)?, self.add(second, &minus)?, self.add(third, &minus)?, z.clone()];
        let known = self.opaques.iter().find(|o| o.head == head && o.arguments == lower)?.generator;
        let roles = [(0, 1), (1, 0)]
            .into_iter()
            .find(|&(a, _)| lower[2].add_scaled(&Quotient::constant(Number::ONE), &Number::MINUS_ONE) == lower[a])?;
        self.met_closed = true;
        if !self.opens {
            return None;
        }
        let (a, b) = (lower[roles.0].clone(), lower[roles.1].clone());
        // (1 - z)^(-b), b = B - 1
        let base = self.engine.subtract(Expr::ONE, args[3]);
        let exponent = self.engine.subtract(Expr::ONE, args[roles.1]);
        let power = self.engine.pow(base, exponent);
        let power = self.converted(power)?;
        let lower = Quotient::of(Polynomial::variable(known)).neg();
        let difference = self.add(&power, &lower)?;
        let next = self.add(&a, &Quotient::constant(Number::ONE))?;
        let below = self.multiply(&b, z)?;
        let below = self.inverse(&below)?;
        let front = self.multiply(&next, &below)?;
        self.strict = true;
        self.multiply(&front, &difference)
    }
}
