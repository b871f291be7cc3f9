//! What does a micro-operation mean for the bits of one lane? Used to fold constants, and by tests as the reference.
//! Deliberately knows no instruction set.
//! Read next: `recorder.rs`.

use super::recorder::Kind;

/// The floats of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Precision {
    /// Lanes of 64 bits.
    Double,
    /// Lanes of 32 bits.
    Single,
}

impl Precision {
    /// Bytes in a lane.
    pub(super) fn bytes(self) -> u32 {
        match self {
            Precision::Double => 8,
            Precision::Single => 4,
        }
    }

    /// The bits of a float.
    pub(super) fn bits(self, x: f64) -> u64 {
        match self {
            Precision::Double => x.to_bits(),
            Precision::Single => u64::from((x as f32).to_bits()),
        }
    }

    /// The bits that a lane has.
    pub(super) fn cut(self, bits: u64) -> u64 {
        match self {
            Precision::Double => bits,
            Precision::Single => bits & 0xffff_ffff,
        }
    }
}

/// Whether the lane is a NaN.
pub(super) fn is_nan(precision: Precision, bits: u64) -> bool {
    match precision {
        Precision::Double => f64::from_bits(bits).is_nan(),
        Precision::Single => f32::from_bits(bits as u32).is_nan(),
    }
}

/// Whether the lane is above 0.
pub(super) fn is_positive(precision: Precision, bits: u64) -> bool {
    match precision {
        Precision::Double => f64::from_bits(bits) > 0.0,
        Precision::Single => f32::from_bits(bits as u32) > 0.0,
    }
}

/// 1/b where this has the same bits of fraction as b: a power of two far from the ends of the exponents.
pub(super) fn exact_inverse(precision: Precision, bits: u64) -> Option<u64> {
    match precision {
        Precision::Double => {
            let exponent = bits >> 52 & 0x7ff;
            (bits << 12 == 0 && (2..2045).contains(&exponent)).then(|| (1.0 / f64::from_bits(bits)).to_bits())
        }
        Precision::Single => {
            let exponent = bits >> 23 & 0xff;
            let fraction = bits & 0x7f_ffff;
            (fraction == 0 && (2..253).contains(&exponent)).then(|| u64::from((1.0 / f32::from_bits(bits as u32)).to_bits()))
        }
    }
}

/// Whether the comparison of this number holds.
pub(super) fn holds(precision: Precision, compare: u32, a: u64, b: u64) -> bool {
    // A single is a double, and compares as one.
    let float = |bits: u64| match precision {
        Precision::Double => f64::from_bits(bits),
        Precision::Single => f64::from(f32::from_bits(bits as u32)),
    };
    let (a, b) = (float(a), float(b));
    match compare {
        0 => a < b,
        1 => a <= b,
        2 => a == b,
        _ => a != b,
    }
}

macro_rules! floats {
    ($name:ident, $float:ty, $bits:ty) => {
        fn $name(kind: Kind, bits: [u64; 4]) -> Option<u64> {
            let f = |i: usize| <$float>::from_bits(bits[i] as $bits);
            let (a, b, c) = (f(0), f(1), f(2));
            let value = match kind {
                Kind::Add => a + b,
                Kind::Sub => a - b,
                Kind::Mul => a * b,
                Kind::Div => a / b,
                Kind::Min => {
                    if a < b {
                        a
                    } else {
                        b
                    }
                }
                Kind::Max => {
                    if a > b {
                        a
                    } else {
                        b
                    }
                }
                Kind::MulAdd => a.mul_add(b, c),
                Kind::MulSub => a.mul_add(b, -c),
                Kind::NegMulAdd => (-a).mul_add(b, c),
                Kind::Sqrt => a.sqrt(),
                Kind::Round => a.round_ties_even(),
                Kind::Floor => a.floor(),
                Kind::Ceil => a.ceil(),
                _ => return None,
            };
            Some(u64::from(value.to_bits()))
        }
    };
}

floats!(double, f64, u64);
floats!(single, f32, u32);

/// The value of an operation without effects, from the bits of its operands.
pub(super) fn evaluate(precision: Precision, kind: Kind, immediate: u32, bits: [u64; 4]) -> u64 {
    let [a, b, c, d] = bits;
    let width = precision.bytes() * 8;
    let all = precision.cut(u64::MAX);
    let float = match precision {
        Precision::Double => double(kind, bits),
        Precision::Single => single(kind, bits),
    };
    let value = float.unwrap_or_else(|| match kind {
        Kind::And => a & b,
        Kind::Or => a | b,
        Kind::Xor => a ^ b,
        Kind::IntegerAdd => a.wrapping_add(b),
        Kind::IntegerSub => a.wrapping_sub(b),
        Kind::ShiftLeft if immediate < width => a << immediate,
        Kind::ShiftRight if immediate < width => a >> immediate,
        Kind::Mask if holds(precision, immediate, a, b) => all,
        Kind::Blend if a & all == 0 => c,
        Kind::Blend => b,
        Kind::Select if holds(precision, immediate, a, b) => c,
        Kind::Select => d,
        _ => 0,
    });
    precision.cut(value)
}
