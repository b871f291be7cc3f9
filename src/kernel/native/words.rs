//! How does the recorder take the words that functions are written in? Signs and ones vanish, constants meet.
//! Deliberately changes no value: what is left out is exact.
//! Read next: `program.rs`, steps of a tape in these words; `chains.rs`, what then becomes shorter.

use super::fold;
use super::recorder::{Kind, NONE, Name, Recorder, number};
use crate::vector::{Compare, Machine};

impl Machine for Recorder {
    type Value = Name;

    fn fused(&self) -> bool {
        true
    }

    fn constant(&mut self, x: f64) -> Name {
        self.bits(self.precision.bits(x))
    }

    fn bits(&mut self, bits: u64) -> Name {
        let bits = self.precision.cut(bits);
        self.push(Kind::Constant, 0, [bits as u32, (bits >> 32) as u32, NONE, NONE])
    }

    fn add(&mut self, a: Name, b: Name) -> Name {
        match (self.negated(a), self.negated(b)) {
            (_, Some(b)) => self.operation(Kind::Sub, 0, &[a, b]),
            (Some(a), None) => self.operation(Kind::Sub, 0, &[b, a]),
            _ => self.operation(Kind::Add, 0, &[a, b]),
        }
    }

    fn sub(&mut self, a: Name, b: Name) -> Name {
        match self.negated(b) {
            Some(b) => self.operation(Kind::Add, 0, &[a, b]),
            None => self.operation(Kind::Sub, 0, &[a, b]),
        }
    }

    fn mul(&mut self, a: Name, b: Name) -> Name {
        if self.is(b, 1.0) {
            return a;
        }
        if self.is(a, 1.0) {
            return b;
        }
        if self.is(b, -1.0) {
            return self.neg(a);
        }
        if self.is(a, -1.0) {
            return self.neg(b);
        }
        match (self.negated(a), self.negated(b)) {
            (Some(a), Some(b)) => self.operation(Kind::Mul, 0, &[a, b]),
            // the sign stands outside, where -x*x and -(x*x) are one
            (Some(inner), None) | (None, Some(inner)) if inner == a || inner == b => {
                let square = self.operation(Kind::Mul, 0, &[inner, inner]);
                self.neg(square)
            }
            _ => self.operation(Kind::Mul, 0, &[a, b]),
        }
    }

    fn div(&mut self, a: Name, b: Name) -> Name {
        if let Some(bits) = self.known(b)
            && let Some(inverse) = fold::exact_inverse(self.precision, bits)
        {
            let inverse = self.bits(inverse);
            return self.mul(a, inverse);
        }
        if let (Some(a), Some(b)) = (self.negated(a), self.negated(b)) {
            return self.operation(Kind::Div, 0, &[a, b]);
        }
        self.operation(Kind::Div, 0, &[a, b])
    }

    fn mul_add(&mut self, a: Name, b: Name, c: Name) -> Name {
        match (self.negated(a), self.negated(b), self.negated(c)) {
            (Some(a), Some(b), None) => self.operation(Kind::MulAdd, 0, &[a, b, c]),
            (Some(a), None, None) => self.operation(Kind::NegMulAdd, 0, &[a, b, c]),
            (None, Some(b), None) => self.operation(Kind::NegMulAdd, 0, &[a, b, c]),
            (None, None, Some(c)) => self.operation(Kind::MulSub, 0, &[a, b, c]),
            _ if self.is(a, 1.0) => self.add(b, c),
            _ if self.is(b, 1.0) => self.add(a, c),
            _ => self.operation(Kind::MulAdd, 0, &[a, b, c]),
        }
    }

    fn mul_sub(&mut self, a: Name, b: Name, c: Name) -> Name {
        match self.negated(c) {
            Some(c) => self.mul_add(a, b, c),
            None if self.is(a, 1.0) => self.sub(b, c),
            None if self.is(b, 1.0) => self.sub(a, c),
            None => self.operation(Kind::MulSub, 0, &[a, b, c]),
        }
    }

    fn neg_mul_add(&mut self, a: Name, b: Name, c: Name) -> Name {
        match (self.negated(a), self.negated(b)) {
            (Some(a), None) => self.mul_add(a, b, c),
            (None, Some(b)) => self.mul_add(a, b, c),
            _ if self.is(a, 1.0) => self.sub(c, b),
            _ if self.is(b, 1.0) => self.sub(c, a),
            _ => self.operation(Kind::NegMulAdd, 0, &[a, b, c]),
        }
    }

    fn sqrt(&mut self, a: Name) -> Name {
        self.operation(Kind::Sqrt, 0, &[a])
    }

    fn round(&mut self, a: Name) -> Name {
        self.operation(Kind::Round, 0, &[a])
    }

    fn floor(&mut self, a: Name) -> Name {
        self.operation(Kind::Floor, 0, &[a])
    }

    fn ceil(&mut self, a: Name) -> Name {
        self.operation(Kind::Ceil, 0, &[a])
    }

    fn min(&mut self, a: Name, b: Name) -> Name {
        if self.known(a).is_some_and(|bits| fold::is_positive(self.precision, bits)) && self.is_negative_square(b) {
            return b;
        }
        self.operation(Kind::Min, 0, &[a, b])
    }

    fn max(&mut self, a: Name, b: Name) -> Name {
        self.operation(Kind::Max, 0, &[a, b])
    }

    fn and(&mut self, a: Name, b: Name) -> Name {
        self.operation(Kind::And, 0, &[a, b])
    }

    fn or(&mut self, a: Name, b: Name) -> Name {
        self.operation(Kind::Or, 0, &[a, b])
    }

    fn xor(&mut self, a: Name, b: Name) -> Name {
        // Two signs in a row are none.
        if self.known(b) == Some(self.precision.bits(-0.0))
            && let Some(inner) = self.negated(a)
        {
            return inner;
        }
        self.operation(Kind::Xor, 0, &[a, b])
    }

    fn integer_add(&mut self, a: Name, b: Name) -> Name {
        self.operation(Kind::IntegerAdd, 0, &[a, b])
    }

    fn integer_sub(&mut self, a: Name, b: Name) -> Name {
        self.operation(Kind::IntegerSub, 0, &[a, b])
    }

    fn shift_left(&mut self, a: Name, by: u8) -> Name {
        self.operation(Kind::ShiftLeft, u32::from(by), &[a])
    }

    fn shift_right(&mut self, a: Name, by: u8) -> Name {
        self.operation(Kind::ShiftRight, u32::from(by), &[a])
    }

    fn select(&mut self, compare: Compare, a: Name, b: Name, then: Name, otherwise: Name) -> Name {
        if then == otherwise {
            return then;
        }
        if let (Some(x), Some(y)) = (self.known(a), self.known(b)) {
            return if fold::holds(self.precision, number(compare), x, y) { then } else { otherwise };
        }
        if !self.masks {
            return self.operation(Kind::Select, number(compare), &[a, b, then, otherwise]);
        }
        let mask = self.operation(Kind::Mask, number(compare), &[a, b]);
        match (self.known(then), self.known(otherwise)) {
            (_, Some(0)) => self.and(mask, then),
            _ => self.operation(Kind::Blend, 0, &[mask, then, otherwise]),
        }
    }

    fn rare(&mut self, compare: Compare, a: Name, b: Name) {
        if !self.masks {
            self.operation(Kind::Rare, number(compare), &[a, b]);
            return;
        }
        let mask = self.operation(Kind::Mask, number(compare), &[a, b]);
        if self.known(mask) != Some(0) {
            self.operation(Kind::RareMask, 0, &[mask]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold::Precision;
    use super::*;
    use crate::function::Function;

    /// How many operations e^(-x^2) adds to those of erf(x) or erfc(-x), and how many it takes alone.
    fn sizes(name: &str, outside: bool) -> Option<(usize, usize)> {
        let function = |name| Function::named(name, 1).row().vector;
        let mut code = Recorder::new(Precision::Double, true);
        let x = code.load(0);
        let minus = code.neg(x);
        function(name)?.record_doubles(&mut code, &[if name == "erfc" { minus } else { x }])?;
        let added = |code: &mut Recorder| {
            let before = code.nodes.len();
            let x = code.load(0);
            let square = match outside {
                true => {
                    let square = code.mul(x, x);
                    code.neg(square)
                }
                false => {
                    let minus = code.neg(x);
                    code.mul(minus, x)
                }
            };
            function("exp")?.record_doubles(code, &[square])?;
            Some(code.nodes.len() - before)
        };
        Some((added(&mut code)?, added(&mut Recorder::new(Precision::Double, true))?))
    }

    #[test]
    fn the_exponential_of_erf_is_that_of_its_slope() {
        for (name, outside) in [("erf", true), ("erf", false), ("erfc", true), ("erfc", false)] {
            let (more, alone) = sizes(name, outside).unwrap_or_default();
            assert!(more > 0 && 2 * more < alone, "{name}: {more} of {alone}");
        }
    }
}
