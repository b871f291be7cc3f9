//! The two families of functions of an angle, circular and hyperbolic, and how each function is made of sine and cosine.
//! Deliberately knows no other function. Read next: `generator.rs`, `trigonometric.rs`.

use crate::function::Function;
use crate::number::Number;

/// Functions with `s^2 = sigma*(1 - c^2)`; tangent s/c, cotangent c/s, secant 1/c, cosecant 1/s.
#[derive(Debug)]
pub(super) struct Circle {
    pub(super) sine: Function,
    pub(super) cosine: Function,
    pub(super) tangent: Function,
    pub(super) cotangent: Function,
    pub(super) secant: Function,
    pub(super) cosecant: Function,
    hyperbolic: bool,
}

static CIRCLES: [Circle; 2] = [
    // DLMF 4.21.12
    Circle {
        sine: Function::named("sin", 1),
        cosine: Function::named("cos", 1),
        tangent: Function::named("tan", 1),
        cotangent: Function::named("cot", 1),
        secant: Function::named("sec", 1),
        cosecant: Function::named("csc", 1),
        hyperbolic: false,
    },
    // DLMF 4.35.11
    Circle {
        sine: Function::named("sinh", 1),
        cosine: Function::named("cosh", 1),
        tangent: Function::named("tanh", 1),
        cotangent: Function::named("coth", 1),
        secant: Function::named("sech", 1),
        cosecant: Function::named("csch", 1),
        hyperbolic: true,
    },
];

/// Exponents of sine and cosine.
pub(super) type Exponents = (i8, i8);

impl Circle {
    /// The circle a function belongs to, and its exponents of sine and cosine.
    pub(super) fn of(function: Function) -> Option<(&'static Circle, Exponents)> {
        CIRCLES.iter().find_map(|circle| {
            circle.functions().into_iter().find(|(known, _)| *known == function).map(|(_, exponents)| (circle, exponents))
        })
    }

    /// All six functions with their exponents of sine and cosine.
    pub(super) fn functions(&self) -> [(Function, Exponents); 6] {
        [
            (self.sine, (1, 0)),
            (self.cosine, (0, 1)),
            (self.tangent, (1, -1)),
            (self.cotangent, (-1, 1)),
            (self.secant, (0, -1)),
            (self.cosecant, (-1, 0)),
        ]
    }

    /// The hyperbolic circle.
    pub(super) fn hyperbolic() -> &'static Circle {
        &CIRCLES[1]
    }

    /// The circular one of the hyperbolic, and the other way around.
    pub(super) fn other(&self) -> &'static Circle {
        &CIRCLES[usize::from(!self.hyperbolic)]
    }

    pub(super) fn sigma(&self) -> Number {
        if self.hyperbolic { Number::MINUS_ONE } else { Number::ONE }
    }
}
